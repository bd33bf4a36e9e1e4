"""What stands in the head of a page for machines that read it: addresses as others see them."""

from collections.abc import Iterable

from django import template

from pages.frame import LanguageLink
from pages.sitemaps import absolute, default_language

register = template.Library()
register.filter("absolute", absolute)


@register.simple_tag
def alternates(languages: Iterable[LanguageLink]) -> list[tuple[str, str]]:
    """Language and whole address of each translation that exists, and of the one for everybody else (x-default)."""
    found = {link.code: absolute(link.url) for link in languages if link.translated}
    default = default_language(found)
    return [*found.items(), *([("x-default", found[default])] if default else [])]
