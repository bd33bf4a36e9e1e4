"""Finding pages for readers."""

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Page, Site


def published_elsewhere(request: HttpRequest, path: str) -> Page | None:
    """The live, public page that has this path in another language than the one asked for, source language first.

    A path holds the slugs below the home page. Absent, in draft and private answer alike: ``None``.
    """
    site = Site.find_for_request(request)
    if site is None:
        return None
    roots = Page.objects.filter(translation_key=site.root_page.translation_key)
    below = "/".join(part for part in path.split("/") if part)
    paths = [root.url_path + (f"{below}/" if below else "") for root in roots]
    found = list(Page.objects.live().public().filter(url_path__in=paths).select_related("locale"))
    return min(found, key=lambda page: _rank(page.locale.language_code), default=None)


def live_translation(page: Page, language: str) -> Page | None:
    """The live, public translation of a page."""
    return (
        Page.objects.live()
        .public()
        .filter(translation_key=page.translation_key, locale__language_code=language)
        .first()
    )


def _rank(language: str) -> int:
    codes = [code for code, _ in settings.LANGUAGES]
    return codes.index(language) if language in codes else len(codes)
