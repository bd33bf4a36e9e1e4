"""What changes in accounts: one transaction each, with its audit row."""

from portal.accounts.factors import EnrolmentRefusedError

from .access_list import read_access_list
from .dormancy import wake_account
from .enrolment import begin_passkey_enrolment, enrol, enrol_passkey, issue_enrolment
from .factors import (
    add_app,
    add_passkey,
    begin_passkey,
    clear_factors,
    make_recovery_codes,
    may_remove,
    own_factor,
    read_own_factors,
    remove_factor,
    rename_factor,
)
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
from .organisations import NameTakenError, end_organisation, end_team, save_organisation, save_team
from .passwordless import begin_passwordless, sign_in_with_passkey
from .passwords import PasswordRefusedError, change_password, renew_password
from .persons import admit_person, end_person_access, person_account
from .reviews import answer_review
from .second_factor import begin_passkey_use, use_passkey, use_recovery_code, use_second_factor
from .sessions import choose_language, sign_in, sign_out, switch_organisation

__all__ = [
    "EnrolmentRefusedError",
    "InvitationRefusedError",
    "NameTakenError",
    "PasswordRefusedError",
    "accept_invitation",
    "add_app",
    "add_passkey",
    "administrators_of",
    "admit_person",
    "answer_review",
    "begin_invitation",
    "begin_passkey",
    "begin_passkey_enrolment",
    "begin_passkey_use",
    "begin_passwordless",
    "change_password",
    "choose_language",
    "clear_factors",
    "continue_invitation",
    "end_membership",
    "end_organisation",
    "end_person_access",
    "end_sessions",
    "end_team",
    "enrol",
    "enrol_passkey",
    "grant_membership",
    "invite",
    "issue_enrolment",
    "make_recovery_codes",
    "may_remove",
    "own_factor",
    "person_account",
    "read_access_list",
    "read_own_factors",
    "remove_factor",
    "rename_factor",
    "renew_password",
    "resend_invitation",
    "revoke_invitation",
    "save_organisation",
    "save_team",
    "sign_in",
    "sign_in_with_passkey",
    "sign_out",
    "switch_organisation",
    "sync_groups",
    "use_passkey",
    "use_recovery_code",
    "use_second_factor",
    "wake_account",
]
