"""Persons, notices and consent, by noun."""

from .conversations import ConsentDraft, Conversation, Decider, Decision, Signature
from .messages import PersonMessage
from .notices import Notice, NoticeCheck, NoticeDraft, NoticeDraftText, NoticeRecording, NoticeText
from .papers import PaperForm, PaperScan, ScannedFile
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
    "NoticeRecording",
    "NoticeText",
    "PaperForm",
    "PaperScan",
    "Person",
    "PersonMessage",
    "PersonQuerySet",
    "Restriction",
    "RightsRequest",
    "ScannedFile",
    "Signature",
    "SubjectKey",
]
