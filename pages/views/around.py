"""The frame of the site around what is no page of the tree: search, thanks."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import translation

from pages import queries
from pages.families import best, direction
from pages.frame import LanguageLink, active_language, frame
from pages.models import HomePage
from pages.queries import Place


def around(request: HttpRequest, path: str, *, query: str = "") -> dict[str, Any]:
    """The template variables of the frame, in the language of the address.

    Args:
        path: below the language, such as ``zoeken/``: where the language switch leads.
        query: what follows it, without the question mark.

    Raises:
        Http404: there is no site yet.
    """
    home = _home(queries.at(""), active_language())
    reader = active_language()
    request.language_without_translation = reader  # type: ignore[attr-defined]
    context = frame(home, request, with_text=False)
    ending = path + (f"?{query}" if query else "")
    links = [
        LanguageLink(
            code=link.code,
            name=link.name,
            direction=link.direction,
            url=f"/{link.code}/{ending}",
            current=link.current,
            translated=True,
        )
        for link in context["languages"]
    ]
    # The words are the site's own, so nothing stands in for anything.
    return {
        **context,
        "page": home,
        "languages": links,
        "text_lang": reader,
        "text_dir": direction(reader),
        "stands_in": False,
        "is_home": False,
        "crumbs": context["crumbs"][:1],
    }


def _home(place: Place, reader: str) -> Any:
    candidates = [page for page in place.found if page.live and page.specific_class is HomePage]
    chosen = best([_Choice(page) for page in candidates], reader)
    if chosen is None:
        raise Http404
    with translation.override(reader):
        home = chosen.page.specific
    home.locale = chosen.page.locale  # it was read with the place
    return home


class _Choice:
    """A page with its language, for choosing."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.language = page.locale.language_code
