"""The vocabulary of the audit log."""

from enum import StrEnum


class Outcome(StrEnum):
    """How the act ended (FHIR AuditEvent ``outcome``, NEN 7513 7.2.1)."""

    SUCCESS = "success"
    DENIED = "denied"
    FAILED = "failed"


class Action(StrEnum):
    """CRUDE, as NEN 7513 and DICOM PS3.15 name the kinds of act."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class Event(StrEnum):
    """What happened, as ``source:subject:action``. A value, once released, is never renamed."""

    SIGN_IN = "accounts:session:sign_in"
    SIGN_IN_FAILED = "accounts:session:sign_in_failed"
    SECOND_FACTOR_USED = "accounts:factor:use"
    SECOND_FACTOR_FAILED = "accounts:factor:use_failed"
    SECOND_FACTOR_ENROLLED = "accounts:factor:enrol"
    ENROLMENT_ISSUED = "accounts:factor:issue_enrolment"
    SIGN_OUT = "accounts:session:sign_out"
    ACTING_SWITCHED = "accounts:session:switch_organisation"
    MEMBERSHIP_GRANTED = "accounts:membership:grant"
    MEMBERSHIP_ENDED = "accounts:membership:end"
    NOTICE_MAILED = "accounts:message:send"
    ROUTE_DENIED = "accounts:route:deny"

    AUDIT_READ = "audit:log:read"
    AUDIT_VERIFIED = "audit:log:verify"

    FILE_STORED = "vault:file:store"
    FILE_REFUSED = "vault:file:refuse"
    FILE_SCANNED = "vault:file:scan"
    FILE_SHREDDED = "vault:file:shred"
    KEYS_ROTATED = "vault:key:rotate"
    UPLOADS_SWEPT = "vault:upload:sweep"

    PERSON_SEARCHED = "consent:person:search"
    PERSON_READ = "consent:person:read"
    PERSON_REGISTERED = "consent:person:register"
    CONSENT_READ = "consent:decision:read"
    CONSENT_RECORDED = "consent:decision:record"
    CONSENT_WITHDRAWN = "consent:decision:withdraw"
    CONSENT_RECEIPT_READ = "consent:receipt:read"
    NOTICE_PUBLISHED = "consent:notice:publish"
    ASSISTED_SESSION_OPENED = "consent:assisted_session:open"
    ASSISTED_SESSION_CLOSED = "consent:assisted_session:close"

    COUPLING_RECORDED = "dossiers:coupling:record"
    COUPLING_CHANGED = "dossiers:coupling:change"
    PACKAGE_CREATED = "dossiers:package:create"
    PACKAGE_READ = "dossiers:package:read"
    PACKAGE_LISTED = "dossiers:package:list"
    PACKAGE_EDITED = "dossiers:package:edit"
    PACKAGE_FILE_ADDED = "dossiers:package:add_file"
    PACKAGE_FILE_REMOVED = "dossiers:package:remove_file"
    PACKAGE_CLOSED = "dossiers:package:close"
    PACKAGE_REOPENED = "dossiers:package:reopen"
    PACKAGE_SEALED = "dossiers:package:seal"
    PACKAGE_QUARANTINED = "dossiers:package:quarantine"
    PACKAGE_WAITING = "dossiers:package:await_consent"
    PACKAGE_OFFERED = "dossiers:package:offer"
    PACKAGE_ACCEPTED = "dossiers:package:accept"
    PACKAGE_REFUSED = "dossiers:package:refuse"
    PACKAGE_RECALLED = "dossiers:package:recall"
    PACKAGE_WITHDRAWN = "dossiers:package:withdraw"
    PACKAGE_FROZEN = "dossiers:package:freeze"
    PACKAGE_COLLECTED = "dossiers:package:collect"
    PACKAGE_CONFIRMED = "dossiers:package:confirm"
    PACKAGE_EXPIRED = "dossiers:package:expire"
    PACKAGE_SHREDDED = "dossiers:package:shred"
    PACKAGE_MARKED_WRONG = "dossiers:package:enter_in_error"
    FILE_COLLECTED = "dossiers:file:collect"
    RECEIPT_READ = "dossiers:receipt:read"
    RECEIPT_CHECKED = "dossiers:receipt:check"
    MY_DOSSIER_READ = "dossiers:overview:read"
