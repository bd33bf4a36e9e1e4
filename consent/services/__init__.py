"""What changes in consent: one transaction per function, ending in its audit row."""

from .assisting import close_assisted_session, confirm_assisted_session, open_assisted_session
from .decisions import record_conversation
from .persons import involve, look_up_person, record_guardianship, register_person
from .withdrawals import withdraw

__all__ = [
    "close_assisted_session",
    "confirm_assisted_session",
    "involve",
    "look_up_person",
    "open_assisted_session",
    "record_conversation",
    "record_guardianship",
    "register_person",
    "withdraw",
]
