"""What changes in accounts: one transaction each, with its audit row."""

from portal.accounts.factors import EnrolmentRefusedError

from .access_list import read_access_list
from .dormancy import wake_account
from .ending import end_other_sessions, end_session, end_sessions
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
    refuse_by_provider,
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
from .memberships import administrators_besides, administrators_of, end_membership, grant_membership, sync_groups
from .organisations import NameTakenError, end_organisation, end_team, save_organisation, save_team
from .passwordless import begin_passwordless, sign_in_with_passkey
from .passwords import PasswordRefusedError, change_password
from .persons import admit_person, end_person_access, forget_person_messages, person_account
from .resets import (
    ResetRefusedError,
    announce_ready,
    approve_reset,
    cancel_reset,
    cancel_reset_by_link,
    complete_reset,
    expire_resets,
    may_approve,
    request_reset,
    request_reset_of,
    reset_for,
)
from .reviews import answer_review
from .second_factor import begin_passkey_use, use_passkey, use_recovery_code, use_second_factor
from .sessions import choose_language, sign_in, sign_out, switch_organisation

__all__ = [
    "EnrolmentRefusedError",
    "InvitationRefusedError",
    "NameTakenError",
    "PasswordRefusedError",
    "ResetRefusedError",
    "accept_invitation",
    "add_app",
    "add_passkey",
    "administrators_besides",
    "administrators_of",
    "admit_person",
    "announce_ready",
    "answer_review",
    "approve_reset",
    "begin_invitation",
    "begin_passkey",
    "begin_passkey_enrolment",
    "begin_passkey_use",
    "begin_passwordless",
    "cancel_reset",
    "cancel_reset_by_link",
    "change_password",
    "choose_language",
    "clear_factors",
    "complete_reset",
    "continue_invitation",
    "end_membership",
    "end_organisation",
    "end_other_sessions",
    "end_person_access",
    "end_session",
    "end_sessions",
    "end_team",
    "enrol",
    "enrol_passkey",
    "expire_resets",
    "forget_person_messages",
    "grant_membership",
    "invite",
    "issue_enrolment",
    "make_recovery_codes",
    "may_approve",
    "may_remove",
    "own_factor",
    "person_account",
    "read_access_list",
    "read_own_factors",
    "refuse_by_provider",
    "remove_factor",
    "rename_factor",
    "request_reset",
    "request_reset_of",
    "resend_invitation",
    "reset_for",
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
