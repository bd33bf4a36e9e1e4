"""Persons, notices and consent, by noun."""

from .conversations import ConsentDraft, Conversation, Decider, Decision, Signature
from .messages import PersonMessage
from .notices import Notice, NoticeCheck, NoticeDraft, NoticeDraftText, NoticeText
from .persons import Guardianship, Involvement, LookUp, Person, PersonQuerySet, SubjectKey
from .reading import AccessLetter, AssistedSession
from .rights import Erasure, Restriction, RightsRequest

__all__ = [
    "AccessLetter",
    "AssistedSession",
    "ConsentDraft",
    "Conversation",
    "Decider",
    "Decision",
    "Erasure",
    "Guardianship",
    "Involvement",
    "LookUp",
    "Notice",
    "NoticeCheck",
    "NoticeDraft",
    "NoticeDraftText",
    "NoticeText",
    "Person",
    "PersonMessage",
    "PersonQuerySet",
    "Restriction",
    "RightsRequest",
    "Signature",
    "SubjectKey",
]
