"""How pages stand in each language, and what an editor does about it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Locale, Page

from pages.enums import Audience, TranslationStatus
from pages.models import BasePage, SourceText
from pages.policy import Editor, editor_of, may_check, may_edit, may_translate
from pages.staleness import Changes, changes
from pages.translating import services
from pages.translating.adoption import open_translation, page_in
from pages.translating.handing_in import NothingToHandIn, hand_in
from pages.translating.matrix import (
    CELL_FIELDS,
    Cell,
    Wanted,
    cell_of,
    columns,
    matrix,
    sections,
    translate_next,
)

View = Callable[..., HttpResponse]


def overview(request: HttpRequest) -> HttpResponse:
    """Page by language; ``?language=``, ``?status=``, ``?section=``, ``?audience=`` and ``?p=`` narrow it."""
    editor = editor_of(request.user)
    own = languages_of(editor)
    asked = request.GET.get("language", "")
    shown = (asked,) if asked in own else own
    section = request.GET.get("section", "")
    wanted = Wanted(
        languages=shown,
        status=_choice(request.GET.get("status", ""), TranslationStatus.values),
        section=int(section) if section.isascii() and section.isdigit() and len(section) < 10 else None,
        audience=_choice(request.GET.get("audience", ""), Audience.values),
    )
    nexts = asked if asked in own else next(iter(sorted(editor.translates)), "")
    filters = request.GET.copy()
    filters.pop("p", None)
    context = {
        "rows": matrix(wanted, number=request.GET.get("p", "1")),
        "columns": columns(shown),
        "own": columns(own),
        "wanted": wanted,
        "language": asked if asked in own else "",
        "statuses": TranslationStatus.choices,
        "audiences": Audience.choices,
        "sections": sections(),
        "next_language": next(iter(columns((nexts,))), None) if nexts else None,
        "next_pages": translate_next(nexts) if nexts else [],
        "filters": filters.urlencode(),
    }
    return render(request, "pages/cms/translations.html", context)


def detail(request: HttpRequest, source_id: int, language: str) -> HttpResponse:
    """One page in one language: what changed in the Dutch text since, who looked, what can be done."""
    source, page = _pair(request, source_id, language)
    editor = editor_of(request.user)
    text = SourceText.objects.filter(translation_key=source.translation_key).first()
    context = {
        "source": source,
        "page": page,
        "column": columns((language,))[0],
        "cell": _cell(page, language, text.digest if text else None),
        "digest": text.digest if text else "",
        "changes": _changes(source, page),
        "may_check": page is not None and may_check(editor, page),
        "may_edit": page is not None and may_edit(editor, page),
        "handed_in": page is not None and page.workflow_in_progress,
    }
    return render(request, "pages/cms/translation.html", context)


def act(work: View) -> View:
    """A button: finds both pages, does the work, goes back to where the button stood."""

    @require_POST
    @wraps(work)
    def inner(request: HttpRequest, source_id: int, language: str) -> HttpResponse:
        source, page = _pair(request, source_id, language)
        return work(request, source, page, language) or redirect("pages_translation", source_id, language)

    return inner


@act
def translate(request: HttpRequest, source: BasePage, page: BasePage | None, language: str) -> HttpResponse:
    """Open the translation editor, with what is translated already."""
    open_translation(editor=editor_of(request.user), user=request.user, source=source, language=language)
    made = page_in(source, Locale.objects.get(language_code=language))
    return redirect("wagtailadmin_pages:edit", made.pk) if made else redirect("pages_translations")


@act
def follows(request: HttpRequest, source: BasePage, page: BasePage | None, language: str) -> None:
    """The translation says again what the Dutch text says."""
    try:
        services.mark_current(
            editor=editor_of(request.user), user=request.user, page=_there(page), digest=request.POST.get("digest", "")
        )
    except services.DutchChanged:
        messages.error(request, _("De Nederlandse tekst is intussen weer veranderd. Kijk eerst wat er anders is."))
    else:
        messages.success(request, _("Opgeslagen: deze vertaling klopt met de Nederlandse tekst."))


@act
def checked(request: HttpRequest, source: BasePage, page: BasePage | None, language: str) -> None:
    """Somebody who speaks the language read the translation."""
    services.mark_checked(editor=editor_of(request.user), user=request.user, page=_there(page))
    messages.success(request, _("Opgeslagen: u hebt deze vertaling nagekeken. De lezer ziet dat."))


@act
def ready(request: HttpRequest, source: BasePage, page: BasePage | None, language: str) -> None:
    """The translation is ready: ask a publisher to put it online."""
    try:
        hand_in(editor=editor_of(request.user), user=request.user, page=_there(page))
    except NothingToHandIn:
        messages.warning(request, _("Er is niets nieuws: deze tekst staat al online."))
    else:
        messages.success(request, _("Ingeleverd. De eindredactie kijkt ernaar en zet de vertaling online."))


def languages_of(editor: Editor) -> tuple[str, ...]:
    """What an editor sees of the overview: translators their own languages, all others all."""
    codes = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return tuple(codes) if editor.organisations else tuple(code for code in codes if code in editor.translates)


def _pair(request: HttpRequest, source_id: int, language: str) -> tuple[BasePage, BasePage | None]:
    """The Dutch page and its translation.

    Raises:
        Http404: there is no such page or language.
        Denied: see :func:`pages.policy.may_translate`.
    """
    found = Page.objects.filter(pk=source_id, locale__language_code=settings.LANGUAGE_CODE).select_related("locale")
    source = next(iter(found.specific()), None)
    if not isinstance(source, BasePage) or language not in dict(settings.LANGUAGES):
        raise Http404
    services.refuse(may_translate(editor_of(request.user), source, language), source)
    locale = Locale.objects.filter(language_code=language).first()
    return source, page_in(source, locale) if locale else None


def _there(page: BasePage | None) -> BasePage:
    if page is None:
        raise Http404
    return page


def _cell(page: BasePage | None, language: str, digest: str | None) -> Cell:
    row: Any = Page.objects.filter(pk=page.pk).values(*CELL_FIELDS).first() if page else None
    return cell_of(row, language, digest)


def _changes(source: BasePage, page: BasePage | None) -> Changes | None:
    """Compared with the newest text of the translation: what its editor has yet to do."""
    if page is None or not page.latest_revision_id:
        return None
    return changes(page.get_latest_revision_as_object().source_segments, source)


def _choice(value: str, known: list[str]) -> str:
    return value if value in known else ""
