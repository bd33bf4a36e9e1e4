"""Addresses of pages in the reader's language."""

from django import template
from wagtail.models import Page

from pages.families import address_of
from pages.links import current

register = template.Library()


@register.simple_tag
def page_address(page: Page | None) -> str:
    """Where a page that a block names is for this reader; empty if readers cannot see it."""
    if page is None:
        return ""
    links = current.get()
    if links is None:
        return address_of(page.url_path, page.locale.language_code) if page.live else ""
    member = links.get(page.pk)
    return member.address(links.reader) if member else ""
