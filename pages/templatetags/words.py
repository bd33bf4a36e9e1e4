"""Difficult words and dates, in the language of the text or of the reader."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from pages import telephone
from pages.glossary import marked

register = template.Library()

# Babel follows CLDR, which knows Dari as the Persian of Afghanistan.
LOCALES = {"prs": "fa_AF"}


class TermsNode(template.Node):
    """Renders what is inside, marks the words of the glossary in it and keeps telephone numbers whole."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        html = self.nodelist.render(context)
        # Every part of it is escaped already: it is the output of templates, with buttons put in by the parser.
        told = marked(
            html,
            text_language=context["text_lang"],
            reader=context["page_lang"],
            keep=not context["actor"].signed_in,
        )
        return mark_safe(telephone.shown(told))  # noqa: S308


@register.tag
def terms(parser: Parser, token: Token) -> TermsNode:
    """``{% terms %}…{% endterms %}``: around the text of a page, where ``text_lang`` and ``page_lang`` are known."""
    nodelist = parser.parse(("endterms",))
    parser.delete_first_token()
    return TermsNode(nodelist)


@register.filter
def day(value: date | datetime | None, language: str) -> str:
    """A date in words: ``dinsdag 12 januari 2027``. CLDR knows all ten languages, Django seven."""
    return _written(value, "EEEE d MMMM y", language)


@register.filter
def short_day(value: date | datetime | None, language: str) -> str:
    """A date in words without the day of the week: ``12 januari 2027``."""
    return _written(value, "d MMMM y", language)


@register.filter
def clock(value: Any) -> str:
    """A time on the twenty-four-hour clock, as Dutch doors and letters have it: ``09:30``."""
    moment = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{moment:%H:%M}"


@register.filter
def own_name(code: str) -> str:
    """What a language calls itself: ``ትግርኛ``."""
    return str(dict(settings.LANGUAGES).get(code, code))


def _written(value: date | datetime | None, pattern: str, language: str) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_date(local, pattern, locale=LOCALES.get(language, language))
