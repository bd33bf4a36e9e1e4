"""PO files from translators: read with suspicion, taken over as a whole or not at all."""

from dataclasses import dataclass

import polib
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from portal.accounts.models import User

MAX_BYTES = 2 * 1024 * 1024
# Old segments of a page come along in its file; a file with many times more was made for something else.
MAX_ENTRIES = 5000
MAX_ENTRIES_PER_SEGMENT = 20
MAX_SEGMENT_CHARACTERS = 20_000
LINE_BREAKS = "\n\r\t"
TRANSLATION_ID = "X-WagtailLocalize-TranslationID"


class PoRefused(Exception):
    """A file that is not taken over; ``message`` says what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many segments have a translation from the file now, and how many it holds that are not of this page."""

    taken: int
    unknown: int


@transaction.atomic
def import_po(*, translation: Translation, upload: UploadedFile, user: User) -> Imported:
    """Take over the translations of a PO file that was downloaded for this translation.

    Raises:
        PoRefused: too big, not UTF-8, not a PO file, of another translation, or with characters that no text has.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise PoRefused(_("Dit bestand is te groot. Een PO-bestand van één pagina is hoogstens 2 MB."))
    po = _parse(upload.read())
    if po.metadata.get(TRANSLATION_ID) != str(translation.uuid):
        raise PoRefused(_("Dit bestand hoort bij een andere pagina of taal. Download het PO-bestand van deze pagina."))
    segments = StringSegment.objects.filter(source=translation.source)
    if len(po) > min(MAX_ENTRIES, MAX_ENTRIES_PER_SEGMENT * (segments.count() + 10)):
        raise PoRefused(_("Dit bestand heeft veel meer teksten dan deze pagina. Download het PO-bestand opnieuw."))
    for entry in po:
        if entry.msgid_plural or entry.msgstr_plural:
            raise PoRefused(_("Dit bestand heeft meervoudsvormen. Die horen niet in een vertaling van een pagina."))
        if len(entry.msgstr) > MAX_SEGMENT_CHARACTERS or _has_control_characters(entry.msgid + entry.msgstr):
            raise PoRefused(_("In dit bestand staan tekens die niet in een tekst horen, of een veel te lange tekst."))
    warnings = translation.import_po(po, user=user, tool_name="PO")
    given = {(entry.msgctxt, entry.msgid) for entry in po if entry.msgstr}
    rows = segments.select_related("context", "string").get_translations(translation.target_locale)
    taken = StringTranslation.objects.filter(pk__in=rows).select_related("context", "translation_of")
    return Imported(
        taken=sum((row.context.path, row.translation_of.data) in given for row in taken if row.context),
        unknown=len(warnings),
    )


def _parse(data: bytes) -> polib.POFile:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PoRefused(_("Dit bestand is niet leesbaar. Bewaar het als UTF-8 en probeer het opnieuw.")) from error
    # polib takes a text that is the name of a file for that file.
    if "\n" not in text or "msgid" not in text or "\0" in text:
        raise PoRefused(_("Dit is geen PO-bestand."))
    try:
        return polib.pofile(text)
    except (OSError, ValueError, IndexError, LookupError, AttributeError, TypeError) as error:
        raise PoRefused(_("Dit is geen goed PO-bestand. Download het opnieuw en bewaar het als PO.")) from error


def _has_control_characters(text: str) -> bool:
    return any(character < " " and character not in LINE_BREAKS for character in text)
