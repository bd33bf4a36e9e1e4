"""What stands around the text of a public page: languages, the way back, the menu, the foot."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

if TYPE_CHECKING:
    from pages.models import BasePage


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """One choice of the language switch. Where it is not ``translated``, a notice and another language wait."""

    code: str
    name: str
    direction: str
    url: str
    current: bool
    translated: bool


def direction(language: str) -> str:
    """``rtl`` or ``ltr``: the value of the HTML attribute ``dir``."""
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def frame(page: "BasePage", request: HttpRequest) -> dict[str, Any]:
    """The template variables of every public page.

    ``page_lang`` is the language of the site around the text. It is that of the page, except where the page is shown in
    place of a translation that does not exist: then the reader's language surrounds a text in another one.
    """
    instead_of = getattr(request, "language_without_translation", None)
    page_lang = instead_of or page.language
    home, *_ = ancestors = list(_line_of(page))
    return {
        "page_lang": page_lang,
        "page_dir": direction(page_lang),
        "text_lang": page.language,
        "text_dir": direction(page.language),
        "text_language_name": dict(settings.LANGUAGES).get(page.language, page.language),
        "stands_in": instead_of is not None,
        "outdated": page.is_outdated(),
        "unchecked": not page.is_source and not page.translation_checked_by,
        "languages": language_links(page, request, current=page_lang),
        "home": home,
        "crumbs": ancestors[:-1],
        "menu": list(Page.objects.child_of(home).live().in_menu()),
        "foot": _foot(home),
    }


def language_links(page: "BasePage", request: HttpRequest, *, current: str) -> list[LanguageLink]:
    """The same page in each language, by an address that says so where it is not translated."""
    found = {
        other.locale.language_code: other
        for other in Page.objects.filter(translation_key=page.translation_key, live=True).select_related("locale")
    }
    path = page.url_path.split("/", 2)[2] if page.url_path.count("/") > 1 else ""
    return [
        LanguageLink(
            code=code,
            name=str(name),
            direction=direction(code),
            url=(found[code].get_url(request) if code in found else None) or f"/{code}/{path}",
            current=code == current,
            translated=code in found,
        )
        for code, name in settings.LANGUAGES
    ]


def active_language() -> str:
    """The language of the request, as its address names it."""
    return get_language() or settings.LANGUAGE_CODE


def _line_of(page: "BasePage") -> list[Page]:
    """From the home page down to the page itself."""
    line = list(page.get_ancestors(inclusive=True).filter(depth__gte=2))
    return line or [page]


def _foot(home: Page) -> list[Page]:
    from pages.models import InfoPage  # the models import this module

    return list(InfoPage.objects.child_of(home).live())
