"""Further parts of a copy: what rests, what lies on paper, what was said about others, and the own account."""

from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import KnownDevice, OidcIdentity, OutgoingMessage, User
from portal.accounts.queries import own_factors

from ..drafts import KEPT_FOR
from ..enums import Method
from ..models import ConsentDraft, Decider, PaperForm, Person, PersonMessage, Restriction, RightsRequest
from .part import Part, filled, iso, moment


def restrictions_part(person: Person) -> Part:
    """When the data rested, why, and until when."""
    rows = list(Restriction.objects.filter(person=person).select_related("request"))
    return Part(
        name="restrictions",
        heading=_("Wanneer uw gegevens stil stonden"),
        records=[
            {
                "request_id": str(row.request.public_id) if row.request else None,
                "ground": row.ground,
                "from": iso(row.active_from),
                "told_at": iso(row.told_at),
                "until": iso(row.active_until),
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Waarom"), row.get_ground_display()),
                (_("Vanaf"), moment(row.active_from)),
                (_("Tot"), moment(row.active_until)),
            )
            for row in rows
        ],
    )


def papers_part(person: Person) -> Part:
    """Forms on paper and scans of them: what was scanned, by its hash. The picture holds what others signed as well."""
    forms = list(
        PaperForm.objects.filter(person=person)
        .select_related("sender", "recipient")
        .prefetch_related("scans__files__file", "scans__conversation")
    )
    return Part(
        name="papers",
        heading=_("Formulieren op papier"),
        records=[_paper(form) for form in forms],
        entries=[
            filled(
                (_("Wat"), form.get_kind_display()),
                (_("Waarvoor"), form.get_purpose_display()),
                (_("Wie geeft de gegevens"), form.sender.name),
                (_("Wie krijgt de gegevens"), form.recipient.name),
                (_("Afgedrukt op"), moment(form.printed_at)),
                (str(Method.PAPER_SCAN.label), "; ".join(moment(scan.taken_at) for scan in form.scans.all())),
            )
            for form in forms
        ],
    )


def _paper(form: PaperForm) -> dict[str, Any]:
    return {
        "form_id": str(form.public_id),
        "kind": form.kind,
        "purpose": form.purpose,
        "sender": form.sender.name,
        "recipient": form.recipient.name,
        "language": form.language,
        "printed_at": iso(form.printed_at),
        "used_at": iso(form.used_at),
        "void_at": iso(form.void_at),
        "scans": [
            {
                "scan_id": str(scan.public_id),
                "taken_at": iso(scan.taken_at),
                "kept_until": iso(scan.shred_at),
                "conversation_id": str(scan.conversation.public_id) if scan.conversation else None,
                "files": [
                    {"sha256": row.file.sha256, "media_type": row.file.media_type, "pages": row.pages}
                    for row in scan.files.all()
                ],
            }
            for scan in form.scans.all()
        ],
    }


def _sender_of(draft: ConsentDraft) -> str:
    if draft.team is not None:
        return draft.team.organisation.name
    return draft.sender.name if draft.sender is not None else ""


def drafts_part(person: Person) -> Part:
    """Conversations that were begun and not recorded; they vanish by themselves."""
    rows = list(ConsentDraft.objects.filter(person=person).select_related("team__organisation", "sender", "recipient"))
    return Part(
        name="drafts",
        heading=_("Gesprekken die nog niet klaar zijn"),
        records=[
            {
                "purpose": row.purpose,
                "sender": _sender_of(row),
                "recipient": row.recipient.name,
                "begun_at": iso(row.begun_at),
                "kept_until": iso(row.changed_at + KEPT_FOR),
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Waarvoor"), row.get_purpose_display()),
                (_("Wie geeft de gegevens"), _sender_of(row)),
                (_("Wie krijgt de gegevens"), row.recipient.name),
                (_("Wanneer"), moment(row.begun_at)),
            )
            for row in rows
        ],
    )


def for_others_part(person: Person) -> Part:
    """What somebody decided, asked and wanted for another; about whom is in the copy of that other."""
    decided = (
        Decider.objects.filter(person=person)
        .exclude(conversation__person=person)
        .select_related("conversation__sender", "conversation__recipient")
        .order_by("pk")
    )
    others = [
        *(("decided", row.conversation.at, row.conversation.purpose, row.relation) for row in decided),
        *(
            ("asked", row.asked_at, row.purpose, "")
            for row in PersonMessage.objects.filter(asked_by=person).exclude(person=person).order_by("pk")
        ),
        *(
            (row.right, row.asked_at, row.purpose, "")
            for row in RightsRequest.objects.filter(asked_by=person).exclude(person=person).order_by("pk")
        ),
    ]
    return Part(
        name="for_others",
        heading=_("Wat u voor iemand anders koos of vroeg"),
        records=[
            {"what": what, "at": iso(at), "purpose": purpose or None, "relation": relation or None}
            for what, at, purpose, relation in others
        ],
        entries=[filled((_("Wanneer"), moment(at))) for _what, at, _purpose, _relation in others],
    )


def account_part(person: Person) -> Part:
    """The account with which the person signs in: keys and browsers by the names they have, and notices sent to it."""
    user = User.objects.filter(person_id=person.public_id).first()
    if user is None:
        return Part(name="account", heading=_("Uw account"))
    keys = own_factors(user=user)
    devices = list(KnownDevice.objects.filter(user=user).order_by("pk"))
    sent = list(OutgoingMessage.objects.filter(user=user).order_by("pk"))
    return Part(
        name="account",
        heading=_("Uw account"),
        records=[
            {
                "language": user.language,
                "made_at": iso(user.date_joined),
                "last_login": iso(user.last_login),
                "active": user.is_active,
                "keys": [{"name": key.name, "made_at": iso(key.made_at), "used_at": iso(key.used_at)} for key in keys],
                "browsers": [
                    {"name": row.label, "first_seen_at": iso(row.first_seen_at), "last_seen_at": iso(row.last_seen_at)}
                    for row in devices
                ],
                "sign_in_services": [
                    {"name": row.provider.name, "subject": row.subject}
                    for row in OidcIdentity.objects.filter(user=user).select_related("provider").order_by("pk")
                ],
                "messages": [{"kind": row.kind, "at": iso(row.created_at)} for row in sent],
            }
        ],
        entries=[
            filled((_("Gemaakt"), moment(user.date_joined)), (_("Laatst gebruikt"), moment(user.last_login))),
            *(
                filled(
                    (_("Sleutel"), key.name),
                    (_("Gemaakt"), moment(key.made_at)),
                    (_("Laatst gebruikt"), moment(key.used_at)),
                )
                for key in keys
            ),
        ],
    )
