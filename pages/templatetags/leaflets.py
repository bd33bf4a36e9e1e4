"""Tags for what is printed."""

from bs4 import BeautifulSoup
from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText, expand_db_html

from pages.leaflets import pictures

register = template.Library()

# Between two pieces of a section; no text can hold it, because text is escaped.
BETWEEN = mark_safe("<!--piece-->")


@register.simple_tag
def between() -> SafeString:
    """Here one piece ends and the next begins."""
    return BETWEEN


@register.filter
def printed(value: RichText | str) -> SafeString:
    """Rich text with its links resolved, a piece for each of its paragraphs and lists."""
    html = expand_db_html(value.source if isinstance(value, RichText) else value)
    soup = BeautifulSoup(html, "html.parser")
    return mark_safe(BETWEEN.join(str(child) for child in soup.contents if str(child).strip()))  # noqa: S308  # editors' rich text, cleaned by Wagtail


@register.simple_tag
def printed_picture(image: AbstractImage) -> str:
    """The name under which a picture is given to the document; empty for decoration, and for what is not public."""
    return pictures.give_picture(image)
