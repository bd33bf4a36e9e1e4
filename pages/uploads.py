"""What an editor may upload: what a reader's telephone opens, and nothing that pretends to be that."""

import zipfile
from typing import Any, BinaryIO, cast

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL.Image import DecompressionBombError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Extension to what the content must be. WebVTT is plain text, which has no signature: see _is_subtitles.
KINDS: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "docx": frozenset({WORD}),
    "xlsx": frozenset({SHEET}),
    "odt": frozenset({"application/vnd.oasis.opendocument.text"}),
    "mp4": frozenset({"video/mp4", "video/x-m4v"}),
    "webm": frozenset({"video/webm"}),
    "mp3": frozenset({"audio/mpeg"}),
    "m4a": frozenset({"audio/mp4"}),
    "ogg": frozenset({"audio/ogg"}),
    "vtt": frozenset(),
}
SIGNATURE_BYTES = 8192
SUBTITLES_MAX_BYTES = 1024 * 1024
# An office file is a zip. More than this no leaflet unpacks to; a bomb of 42 kilobytes unpacks to petabytes.
PACKED = frozenset({"docx", "xlsx", "odt"})
UNPACKED_MAX_BYTES = 100 * 1024 * 1024
UNPACKED_MAX_FILES = 2_000


def require_what_it_says(*, name: str, content: BinaryIO, size: int) -> None:
    """Refuse a file that is empty, of a kind that readers cannot open, or something else than its name says.

    Args:
        name: the name that the file came with.
        content: open for reading; it is left at its beginning.
        size: in bytes.

    Raises:
        ValidationError: with a sentence for the editor, and code ``empty``, ``kind``, ``disguised``, ``subtitles`` or
            ``bomb``.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in KINDS:
        known = ", ".join(KINDS)
        raise ValidationError(_("Deze soort kan niet. Dit kan wel: %(known)s."), code="kind", params={"known": known})
    if not size:
        raise ValidationError(_("Dit bestand is leeg. Kies een ander bestand."), code="empty")
    content.seek(0)
    if extension == "vtt":
        right, code = size <= SUBTITLES_MAX_BYTES and _is_subtitles(content.read(size)), "subtitles"
    else:
        found = filetype.guess(content.read(SIGNATURE_BYTES))
        right, code = found is not None and found.mime in KINDS[extension], "disguised"
    if right and extension in PACKED and not _unpacks_to_little(content):
        raise ValidationError(
            _("Dit bestand wordt veel te groot als iemand het opent, of het is stuk. Bewaar het opnieuw."), code="bomb"
        )
    content.seek(0)
    if not right and code == "subtitles":
        raise ValidationError(
            _("Dit zijn geen ondertitels. Een WebVTT-bestand begint met WEBVTT, is kleiner dan 1 MB en is UTF-8."),
            code=code,
        )
    if not right:
        raise ValidationError(
            _("De naam zegt %(extension)s, maar er zit iets anders in. Kies een ander bestand."),
            code=code,
            params={"extension": extension},
        )


def _unpacks_to_little(content: BinaryIO) -> bool:
    """Whether the list in an office file promises a bounded number of files and bytes; nothing is unpacked."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            listed = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, OverflowError):
        return False
    return len(listed) <= UNPACKED_MAX_FILES and sum(one.file_size for one in listed) <= UNPACKED_MAX_BYTES


def _is_subtitles(content: bytes) -> bool:
    """Whether this is WebVTT (W3C, section 4.1): UTF-8, the word WEBVTT, then a space, a tab, a line or nothing."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n", "\r") and "\0" not in text


class DocumentForm(BaseDocumentForm):
    """Wagtail's form for documents, with a look at the content."""

    def clean_file(self) -> Any:
        """The file, unchanged."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            require_what_it_says(name=file.name or "", content=cast("BinaryIO", file), size=file.size or 0)
        return file


class PictureField(WagtailImageField):
    """Wagtail's field for pictures, which measures a picture and does not look whether it is whole."""

    def check_image_pixel_size(self, f: Any) -> None:
        """Refuse what is too large, then what is broken: the whole picture is decoded.

        The limit ``WAGTAILIMAGES_MAX_IMAGE_PIXELS`` bounds the memory that this takes.

        Raises:
            ValidationError: with a sentence for the editor.
        """
        try:
            super().check_image_pixel_size(f)
            f.seek(0)
            with Picture.open(f) as picture:
                picture.load()
            f.seek(0)
        except (DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise ValidationError(
                _("Dit plaatje is stuk, of het is veel te groot. Kies een ander plaatje."), code="invalid_image"
            ) from error


class ImageForm(BaseImageForm):
    """Wagtail's form for pictures, with a field that breaks on nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = self.fields.get("file")
        if theirs is not None:
            ours = PictureField(label=theirs.label, required=theirs.required, widget=theirs.widget)
            self.fields["file"] = ours
