"""The receipt of a conversation: a PDF in two languages for the person, and a record in the shape of ISO 27560."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.print import FontMissing, ForeignAddress, PdfUnavailable, typeset

from .enums import DataCategory, InterpreterKind, Sitting, WithdrawnBy
from .identity import name_of
from .languages import language
from .models import Conversation
from .notice_texts import PICTOGRAMS, shown
from .pictograms import pictogram
from .queries import signatures_of
from .signatures import drawn

__all__ = ["FontMissing", "ForeignAddress", "PdfUnavailable"]

SCHEMA = "ISO/IEC TS 27560:2023"
HEALTH = frozenset(
    {
        DataCategory.VACCINATIONS,
        DataCategory.GROWTH,
        DataCategory.DEVELOPMENT,
        DataCategory.MEDICAL_HISTORY,
        DataCategory.MEDICATION,
        DataCategory.MENTAL_HEALTH,
        DataCategory.TB_SCREENING,
        DataCategory.RISK,
    }
)


def render_pdf(
    *,
    template: str,
    context: Mapping[str, Any],
    languages: Iterable[str],
    icons: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1) of a template. It reads nothing but ``static:`` addresses, and no network.

    A character that no font here has, such as a smiley in somebody's own words, is printed as its code, ``[U+1F64F]``:
    one of them must not cost a person the proof, or the copy that the law promises (GDPR art. 15). The JSON beside each
    PDF has the words as they were written.

    Args:
        languages: the languages in the document, main language first; known to the template as ``languages``.
        icons: names of pictograms; the template finds each as ``icon-<name>.svg``, and the names as ``icons``.
        pictures: further pictures by file name.

    Raises:
        PdfUnavailable, ForeignAddress: see :func:`portal.print.typeset`.
    """
    shown_languages = [language(code) for code in languages]
    names = sorted(icons)
    html = render_to_string(template, {**context, "languages": shown_languages, "icons": names})
    files = {**{f"icon-{name}.svg": pictogram(name) for name in names}, **(pictures or {})}
    try:
        return typeset(html, base_url=settings.BASE_URL, files=files)
    except FontMissing as missing:
        codes = {ord(character): f"[U+{ord(character):04X}]" for character in missing.characters}
        return typeset(html.translate(codes), base_url=settings.BASE_URL, files=files)


def receipt_pdf(conversation: Conversation, *, with_signs: bool = False) -> bytes:
    """The receipt in Dutch and the language in which the notice was shown.

    Args:
        with_signs: also what was drawn and typed, and who was witness: for those who decided and for the sender, who
            has to prove it (GDPR art. 7(1)). For anybody else who signed, how, and when is enough.

    Raises:
        PdfUnavailable: as :func:`render_pdf`.
    """
    own = conversation.language
    codes = ["nl"] if own == "nl" else ["nl", own]
    columns = []
    for code in codes:
        with override(code):
            columns.append(receipt_lines(conversation))
    rows = [list(zip((language(code) for code in codes), cells, strict=True)) for cells in zip(*columns, strict=True)]
    signed = signatures_of(conversation)
    pictures = {f"signature-{number}.svg": drawn(row.path) for number, row in enumerate(signed, 1) if row.path}
    return render_pdf(
        template="consent/pdf/receipt.html",
        context={
            "rows": rows,
            "signed": signed,
            "with_signs": with_signs,
            "notices": [(language(text.language), shown(text)) for text in notice_texts(conversation, codes)],
            "number": str(conversation.public_id),
            "sha256": conversation.notice_sha256,
            "withdrawal": conversation.sitting == Sitting.WITHDRAWAL,
        },
        languages=codes,
        icons=PICTOGRAMS.values(),
        pictures=pictures if with_signs else {},
    )


def notice_texts(conversation: Conversation, codes: Iterable[str]) -> list[Any]:
    """The texts of the very version that was shown, in these languages, as far as they exist."""
    if conversation.notice_text is None:
        return []
    texts = {text.language: text for text in conversation.notice_text.notice.texts.select_related("notice")}
    return [texts[code] for code in codes if code in texts]


def receipt_lines(conversation: Conversation) -> list[tuple[str, list[str]]]:
    """Label and values, in the active language."""
    withdrawal = conversation.sitting == Sitting.WITHDRAWAL
    lines = [
        (_("Over wie"), [name_of(conversation.person)]),
        (_("Waarvoor"), [str(conversation.get_purpose_display())]),
        (_("Wie geeft de gegevens"), [conversation.sender.name]),
        (_("Wie krijgt de gegevens"), [conversation.recipient.name]),
        (_("Wanneer"), [date_format(localtime(conversation.at), "DATETIME_FORMAT")]),
        (
            _("Wat is er gekozen"),
            [
                f"{decision.get_category_display()}: {decision.get_outcome_display()}"
                for decision in conversation.decisions.all()
            ],
        ),
    ]
    until = max((row.valid_until for row in conversation.decisions.all() if row.valid_until), default=None)
    if until is not None:
        lines.append((_("Geldig tot"), [date_format(localtime(until), "DATE_FORMAT")]))
    if conversation.secrecy_released is not None:
        lines.append((_("Mag de zorgverlener het vertellen"), [_("Ja") if conversation.secrecy_released else _("Nee")]))
    deciders = [name_of(decider.person) for decider in conversation.deciders.select_related("person__subject_key")]
    lines += [
        (_("Wie koos"), deciders or [str(conversation.get_withdrawn_by_display())]),
        (_("Namens wie"), [str(conversation.get_capacity_display())]),
        (_("Hoe bevestigd"), [str(conversation.get_method_display())]),
    ]
    if not withdrawal:
        lines += [
            (_("Taal van de uitleg"), [language(conversation.language).name]),
            (_("Gesproken taal"), [language(conversation.spoken_language).name]),
            (_("Tolk"), _interpreter(conversation)),
            (_("Verteld dat nee zeggen geen gevolgen heeft"), [_("Ja")]),
        ]
    if conversation.withdrawn_by != WithdrawnBy.PERSON and conversation.recorded_by.person_id is None:
        lines.append((_("Opgeschreven door"), [f"{conversation.recorded_by.name}, {conversation.sender.name}"]))
    return lines


def _interpreter(conversation: Conversation) -> list[str]:
    lines = [str(InterpreterKind(conversation.interpreter_kind).label)]
    if conversation.interpreter_language:
        lines.append(language(conversation.interpreter_language).name)
    return lines
