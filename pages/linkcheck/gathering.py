"""Which addresses public pages point to, and which of our own pages they point to in vain."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from pages.enums import LinkState
from pages.links import linked_ids
from pages.models import BasePage, CheckedLink
from pages.queries import page_kinds, public_pages

HREF = re.compile(r'href="(https?://[^"]+)"')
LONGEST = 2000
INTERNAL = "page:"


def urls_of(page: BasePage) -> set[str]:
    """The addresses elsewhere that a page points to: in rich text, in blocks, in its website."""
    found: set[str] = set()
    for name in ("body", *page.content_words, *page.content_facts):
        field = page._meta.get_field(name)
        value = getattr(page, name)
        raw = field.stream_block.get_prep_value(value) if isinstance(field, StreamField) else value
        found |= set(_urls(raw))
    return {url.split("#")[0] for url in found if len(url) <= LONGEST}


def _urls(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        text = raw.strip()
        if re.match(r"https?://\S+$", text):
            yield text
        else:
            yield from (url.replace("&amp;", "&") for url in HREF.findall(text))
    elif isinstance(raw, list):
        for item in raw:
            yield from _urls(item)
    elif isinstance(raw, dict):
        for item in raw.values():
            yield from _urls(item)


def key_of(url: str) -> str:
    """What stands for an address in the index."""
    return hashlib.sha256(url.encode()).hexdigest()


@transaction.atomic
def gather() -> int:
    """Look through all public pages: note new addresses, forget those that are gone; returns how many there are.

    A link to a page of our own that readers cannot see is noted as broken at once, as ``page:17``: there is nothing to
    try again.
    """
    pages_of: dict[str, set[int]] = defaultdict(set)
    inside: dict[int, set[int]] = defaultdict(set)
    for kind in page_kinds():
        for page in public_pages(kind).order_by("pk").iterator(chunk_size=200):
            for url in urls_of(page):
                pages_of[url].add(page.pk)
            for pk in linked_ids(page):
                inside[pk].add(page.pk)
    there = set(Page.objects.live().filter(pk__in=list(inside)).values_list("pk", flat=True))
    dead = {f"{INTERNAL}{pk}": pages for pk, pages in inside.items() if pk not in there}
    pages_of |= dead
    known = {link.url: link for link in CheckedLink.objects.all()}
    CheckedLink.objects.filter(pk__in=[link.pk for url, link in known.items() if url not in pages_of]).delete()
    for url, pages in pages_of.items():
        link = known.get(url) or _new(url)
        link.pages.set(pages)
    return len(pages_of)


def _new(url: str) -> CheckedLink:
    if url.startswith(INTERNAL):
        return CheckedLink.objects.create(
            url=url,
            url_hash=key_of(url),
            state=LinkState.BROKEN,
            reason="page_not_online",
            checked_at=timezone.now(),
        )
    try:
        host = (urlsplit(url).hostname or "")[:255]
    except ValueError:
        host = ""
    return CheckedLink.objects.create(url=url, url_hash=key_of(url), host=host)
