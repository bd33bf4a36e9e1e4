"""Persons, notices and consent, by noun."""

from .conversations import Conversation, Decider, Decision, Signature
from .notices import Notice, NoticeText
from .persons import Guardianship, Involvement, LookUp, Person, PersonQuerySet, SubjectKey
from .reading import AccessLetter, AssistedSession

__all__ = [
    "AccessLetter",
    "AssistedSession",
    "Conversation",
    "Decider",
    "Decision",
    "Guardianship",
    "Involvement",
    "LookUp",
    "Notice",
    "NoticeText",
    "Person",
    "PersonQuerySet",
    "Signature",
    "SubjectKey",
]
