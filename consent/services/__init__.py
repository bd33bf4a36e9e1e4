"""What changes in consent: one transaction per function, ending in its audit row."""

from .assisting import close_assisted_session, confirm_assisted_session, open_assisted_session
from .decisions import record_conversation
from .families import add_guardian, end_guardianship, record_guardianship
from .letters import issue_access_letter, open_access_letter, revoke_access_letter, use_access_letter
from .persons import involve, look_up_person, register_person
from .questions import answer_question, ask_question
from .withdrawals import withdraw

__all__ = [
    "add_guardian",
    "answer_question",
    "ask_question",
    "close_assisted_session",
    "confirm_assisted_session",
    "end_guardianship",
    "involve",
    "issue_access_letter",
    "look_up_person",
    "open_access_letter",
    "open_assisted_session",
    "record_conversation",
    "record_guardianship",
    "register_person",
    "revoke_access_letter",
    "use_access_letter",
    "withdraw",
]
