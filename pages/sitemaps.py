"""What search engines are told: every public page, and its address in the other languages."""

from collections import defaultdict
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from pages.families import address_of
from pages.queries import public_pages

# The protocol allows 50,000 addresses and 50 MB a file; with ten alternates each, that is reached early.
ADDRESSES_A_FILE = 5000
X_DEFAULT = ("en", settings.LANGUAGE_CODE)


def absolute(path: str) -> str:
    """An address of this site as others see it."""
    return settings.BASE_URL.rstrip("/") + path


def default_language(codes: Any) -> str | None:
    """The language for whoever reads none of ours (``x-default``): English, else Dutch, else the first there is."""
    present = list(codes)
    return next((code for code in (*X_DEFAULT, *present) if code in present), None)


class PagesSitemap(Sitemap):
    """Public pages in the languages they have; one query, however many."""

    limit = ADDRESSES_A_FILE

    @cached_property
    def _families(self) -> dict[UUID, dict[str, tuple[str, datetime | None]]]:
        known = {code for code, _ in settings.LANGUAGES}
        found: dict[UUID, dict[str, tuple[str, datetime | None]]] = defaultdict(dict)
        names = ("translation_key", "locale__language_code", "url_path", "last_published_at")
        for key, code, url_path, changed in public_pages().filter(depth__gte=2).order_by("path").values_list(*names):
            if code in known:
                found[key][code] = (absolute(address_of(url_path, code)), changed)
        return found

    def items(self) -> list[tuple[UUID, str]]:
        """Each page as its family and language."""
        return [(key, code) for key, family in self._families.items() for code in family]

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """One part of the map, in the form that Django's template takes."""
        return [self._url(key, code) for key, code in self.paginator.page(page).object_list]

    def _url(self, key: UUID, code: str) -> dict[str, Any]:
        family = self._families[key]
        location, changed = family[code]
        alternates = [{"location": family[other][0], "lang_code": other} for other in family]
        default = default_language(family)
        if default is not None:
            alternates.append({"location": family[default][0], "lang_code": "x-default"})
        return {
            "item": None,
            "location": location,
            "lastmod": changed,
            "changefreq": None,
            "priority": "",
            "alternates": alternates,
        }

    def get_latest_lastmod(self) -> datetime | None:
        """When something last changed."""
        days = [changed for family in self._families.values() for _, changed in family.values() if changed]
        return max(days, default=None)
