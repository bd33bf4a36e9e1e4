"""Which persons an actor may see, which notice counts, and whether a consent covers something now."""

from .conversations import get_conversation_for, get_conversation_of_reader
from .coverage import Coverage, Held, consents_of, is_covered, newest_decisions
from .letters import get_letter_for, letter_of_token, letters_of, open_letters
from .notices import current_notice, current_texts
from .persons import dossiers_of, get_person_for, get_reader_for, guardians_of, reads_on_own_account, requirement_for

__all__ = [
    "Coverage",
    "Held",
    "consents_of",
    "current_notice",
    "current_texts",
    "dossiers_of",
    "get_conversation_for",
    "get_conversation_of_reader",
    "get_letter_for",
    "get_person_for",
    "get_reader_for",
    "guardians_of",
    "is_covered",
    "letter_of_token",
    "letters_of",
    "newest_decisions",
    "open_letters",
    "reads_on_own_account",
    "requirement_for",
]
