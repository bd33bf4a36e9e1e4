"""What changes in accounts: one transaction each, with its audit row."""

from .enrolment import EnrolmentRefusedError, enrol, issue_enrolment
from .memberships import end_membership, end_sessions, grant_membership, sync_groups
from .persons import admit_person, end_person_access, person_account
from .sessions import choose_language, sign_in, sign_out, switch_organisation, use_second_factor

__all__ = [
    "EnrolmentRefusedError",
    "admit_person",
    "choose_language",
    "end_membership",
    "end_person_access",
    "end_sessions",
    "enrol",
    "grant_membership",
    "issue_enrolment",
    "person_account",
    "sign_in",
    "sign_out",
    "switch_organisation",
    "sync_groups",
    "use_second_factor",
]
