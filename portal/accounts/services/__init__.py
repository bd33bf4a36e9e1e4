"""What changes in accounts: one transaction each, with its audit row."""

from .access_list import read_access_list
from .enrolment import EnrolmentRefusedError, enrol, issue_enrolment
from .invitations import (
    InvitationRefusedError,
    accept_invitation,
    begin_invitation,
    continue_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
)
from .memberships import administrators_of, end_membership, end_sessions, grant_membership, sync_groups
from .passwords import PasswordRefusedError, change_password, renew_password
from .persons import admit_person, end_person_access, person_account
from .sessions import choose_language, sign_in, sign_out, switch_organisation, use_second_factor

__all__ = [
    "EnrolmentRefusedError",
    "InvitationRefusedError",
    "PasswordRefusedError",
    "accept_invitation",
    "administrators_of",
    "admit_person",
    "begin_invitation",
    "change_password",
    "choose_language",
    "continue_invitation",
    "end_membership",
    "end_person_access",
    "end_sessions",
    "enrol",
    "grant_membership",
    "invite",
    "issue_enrolment",
    "person_account",
    "read_access_list",
    "renew_password",
    "resend_invitation",
    "revoke_invitation",
    "sign_in",
    "sign_out",
    "switch_organisation",
    "sync_groups",
    "use_second_factor",
]
