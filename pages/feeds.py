"""What changed lately, for feed readers: in each language, as RSS and as Atom."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from wagtail.models import Page

from pages.families import address_of
from pages.frame import active_language
from pages.models import SearchDocument
from pages.queries import public_pages
from pages.sitemaps import absolute

MOST_ITEMS = 50
KEPT_SECONDS = 900


class Changes(Feed):
    """RSS: the pages in the language of the address that were published last."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().__call__(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return active_language()

    def title(self, language: str) -> str:
        return f"{_('Doorlopende lijn')}: {_('veranderde pagina’s')}"

    def description(self, language: str) -> str:
        return _("Pagina’s die nieuw of veranderd zijn.")

    def link(self, language: str) -> str:
        return absolute(f"/{language}/")

    def feed_url(self, language: str) -> str:
        return absolute(f"/{language}/{self.name}")

    name = "wijzigingen.rss"

    def items(self, language: str) -> list[Page]:
        depth_of_home = 2
        pages = public_pages().filter(locale__language_code=language, depth__gt=depth_of_home)  # type: ignore[var-annotated]
        newest = pages.exclude(last_published_at=None).order_by("-last_published_at", "-pk")
        found = list(newest.annotate(language=F("locale__language_code"))[:MOST_ITEMS])
        said = SearchDocument.objects.filter(page__in=[page.pk for page in found])
        summaries = dict(said.values_list("page_id", "summary"))
        for page in found:
            page.said = summaries.get(page.pk, "")
        return found

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.said)

    def item_link(self, item: Any) -> str:
        return absolute(address_of(item.url_path, item.language))

    def item_guid(self, item: Any) -> str:
        return f"urn:doorlopende-lijn:page:{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: Any) -> datetime | None:
        return item.last_published_at


class ChangesAtom(Changes):
    """The same as Atom."""

    feed_type = Atom1Feed
    name = "wijzigingen.atom"

    def subtitle(self, language: str) -> str:
        return self.description(language)
