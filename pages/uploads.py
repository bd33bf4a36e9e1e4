"""What an editor may upload as a document: what a reader's telephone opens, and nothing that pretends to be that."""

from typing import Any, BinaryIO, cast

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm

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


def require_what_it_says(*, name: str, content: BinaryIO, size: int) -> None:
    """Refuse a file that is empty, of a kind that readers cannot open, or something else than its name says.

    Args:
        name: the name that the file came with.
        content: open for reading; it is left at its beginning.
        size: in bytes.

    Raises:
        ValidationError: with a sentence for the editor, and code ``empty``, ``kind``, ``disguised`` or ``subtitles``.
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
