"""What a reader's form carries."""

from django import template

from pages.sending import token

register = template.Library()


@register.simple_tag
def sending_token(kind: str, about: object) -> str:
    """The signed purpose of a form: its kind and what it is about."""
    return token(f"{kind}:{about}")
