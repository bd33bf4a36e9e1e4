"""Which persons an actor may see, which notice counts, and whether a consent covers something now."""

from .conversations import (
    get_conversation_for,
    get_conversation_of_reader,
    newest_conversation,
    recorded_with,
    signatures_of,
)
from .coverage import Coverage, Held, consents_of, get_recipient_for, is_covered, newest_decisions
from .families import Deciding, deciding_about, family_of, is_ward_of
from .letters import get_letter_for, letter_of_token, letters_of, open_letters
from .messages import get_question_for, questions_of, teams_to_ask
from .notices import current_notice, current_texts
from .papers import get_paper_for, get_scan_for, papers_of
from .persons import dossiers_of, get_person_for, get_reader_for, guardians_of, reads_on_own_account, requirement_for
from .proofs import conversations_to_prove, find_to_prove, get_conversation_to_prove, get_person_to_prove
from .rights import (
    get_person_to_write_for,
    get_rectification_for,
    get_request_for,
    get_request_of_reader,
    is_restricted,
    open_requests,
    overdue_requests,
    recipients_of,
    rectifications_for,
    requests_for,
    requests_of,
    requests_shown_to,
    restriction_of,
    waiting_for,
    writes_as_officer,
)

__all__ = [
    "Coverage",
    "Deciding",
    "Held",
    "consents_of",
    "conversations_to_prove",
    "current_notice",
    "current_texts",
    "deciding_about",
    "dossiers_of",
    "family_of",
    "find_to_prove",
    "get_conversation_for",
    "get_conversation_of_reader",
    "get_conversation_to_prove",
    "get_letter_for",
    "get_paper_for",
    "get_person_for",
    "get_person_to_prove",
    "get_person_to_write_for",
    "get_question_for",
    "get_reader_for",
    "get_recipient_for",
    "get_rectification_for",
    "get_request_for",
    "get_request_of_reader",
    "get_scan_for",
    "guardians_of",
    "is_covered",
    "is_restricted",
    "is_ward_of",
    "letter_of_token",
    "letters_of",
    "newest_conversation",
    "newest_decisions",
    "open_letters",
    "open_requests",
    "overdue_requests",
    "papers_of",
    "questions_of",
    "reads_on_own_account",
    "recipients_of",
    "recorded_with",
    "rectifications_for",
    "requests_for",
    "requests_of",
    "requests_shown_to",
    "requirement_for",
    "restriction_of",
    "signatures_of",
    "teams_to_ask",
    "waiting_for",
    "writes_as_officer",
]
