"""Which persons an actor may see, which notice counts, and whether a consent covers something now."""

from .conversations import get_conversation_for, get_conversation_of_reader
from .coverage import Coverage, Held, consents_of, is_covered, newest_decisions
from .letters import get_letter_for, letter_of_token, letters_of, open_letters
from .notices import current_notice, current_texts
from .persons import dossiers_of, get_person_for, get_reader_for, guardians_of, reads_on_own_account, requirement_for
from .proofs import conversations_to_prove, find_to_prove, get_conversation_to_prove, get_person_to_prove

__all__ = [
    "Coverage",
    "Held",
    "consents_of",
    "conversations_to_prove",
    "current_notice",
    "current_texts",
    "dossiers_of",
    "find_to_prove",
    "get_conversation_for",
    "get_conversation_of_reader",
    "get_conversation_to_prove",
    "get_letter_for",
    "get_person_for",
    "get_person_to_prove",
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
