"""Text for two people at one screen: large in the reader's language, small in Dutch for the professional."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from ..languages import Language

register = template.Library()


@register.simple_tag
def two(text: Any, reader: Language) -> SafeString:
    """A translatable text in the reader's language, and the Dutch beside it unless that is the same."""
    with override(reader.code):
        own = str(text)
    with override("nl"):
        dutch = str(text)
    if own == dutch:
        return format_html('<span lang="nl" dir="ltr">{}</span>', dutch)
    return format_html(
        '<span lang="{}" dir="{}">{}</span> <small class="dutch" lang="nl" dir="ltr">{}</small>',
        reader.code,
        reader.direction,
        own,
        dutch,
    )
