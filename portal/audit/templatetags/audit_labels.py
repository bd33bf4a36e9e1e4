"""Codes of the log as words; a code that is not in the vocabulary is shown as it is, for the log outlives releases."""

from collections.abc import Mapping
from typing import Any

from django import template

from portal.audit import labels

register = template.Library()


def _label(words: Mapping[Any, Any], code: str) -> str:
    return str(words.get(code, code))


@register.filter
def event_label(code: str) -> str:
    return _label(labels.EVENTS, code)


@register.filter
def action_label(code: str) -> str:
    return _label(labels.ACTIONS, code)


@register.filter
def outcome_label(code: str) -> str:
    return _label(labels.OUTCOMES, code)


@register.filter
def actor_kind_label(code: str) -> str:
    return _label(labels.ACTOR_KINDS, code)


register.filter("finding_text", labels.finding_text)
