"""An id that belongs elsewhere answers as one that nothing has: the real views, for somebody in the right role.

Every own route with an argument is here, with an object of another organisation for it, or with the reason why it has
no such object. A new route without an entry fails. Ids in forms: test_foreign_fields.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.enums import Addressee, PaperKind
from consent.models import AccessLetter, Conversation, PaperForm, PaperScan, PersonMessage, RightsRequest
from dossiers.enums import Status
from portal.access import Proof, rows_for
from portal.accounts import sessions
from portal.accounts.enums import IdentityCheck, MessageKind, OrganisationKind, Role
from portal.accounts.messages import notify_user
from portal.accounts.models import (
    AccessReview,
    AccessReviewItem,
    FactorReset,
    Invitation,
    OidcIdentity,
    OidcProvider,
    OutgoingMessage,
    User,
)
from portal.accounts.routes import Route, all_routes
from portal.audit.models import Entry
from portal.vault.services import create_container
from tests.dossiers_factories import Handover, package_in
from tests.factories import MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# Where no id belongs to another organisation.
WITHOUT_ELSEWHERE = {
    **dict.fromkeys(
        (
            "enrol",
            "passkey_enrol_begin",
            "passkey_enrol_complete",
            "password_renew",
            "passkey_renew_begin",
            "passkey_renew_complete",
            "invitation",
            "reset",
            "reset_stop",
        ),
        "a token is a proof by itself; guessing one is tried where it is made",
    ),
    **dict.fromkeys(
        ("organisation", "organisation_end", "team_new", "team", "team_end", "oidc_provider"),
        "the region's administrator, who comes in alone, is responsible for all of them",
    ),
    **dict.fromkeys(
        ("oidc_begin", "oidc_callback", "oidc_link", "oidc_join"),
        "before sign-in; providers are no secret: tests/accounts/oidc",
    ),
}
WRITING = ("draft", "write", "compare", "publish", "check")
BARRED = {
    **dict.fromkeys(("my:letter", "my:key"), "a token is a proof by itself"),
    "audit:timeline": "the privacy officer reads of everybody",
    "consent:notice_text": "published explanations are no secret",
    "consent:recording": "the voice of a published explanation is no secret",
    **dict.fromkeys(
        (f"consent:notice_{name}" for name in (*WRITING, "recordings", "recording", "recording_remove")),
        "the region's administrator writes all of them; no person and no organisation is in them",
    ),
}
NOT_COMPARED = {"Content-Security-Policy", "X-Request-ID", "Set-Cookie", "Content-Length"}
CHANGING = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}')
NOT_OF_THE_DOMAIN = {"audit", "qsessions", "contenttypes", "auth", "axes", "django_tasks_database"}


class Elsewhere:
    """A handover, and what an organisation has, at organisations that the visitor does not work for."""

    def __init__(self) -> None:
        self.where: Handover = package_in(Status.ACCEPTED)
        self.team = TeamFactory()
        self.membership = MembershipFactory(team=self.team, role=Role.RECEIVER)
        now = timezone.now()
        self.invitation = Invitation.objects.create(
            team=self.team,
            role=Role.RECEIVER,
            email="elders@example.org",
            name="Elders",
            token_hash="0" * 64,
            invited_by=self.membership.user,
            expires_at=now + timedelta(days=1),
        )
        review = AccessReview.objects.create(organisation=self.team.organisation, due_at=now + timedelta(days=9))
        self.item = AccessReviewItem.objects.create(review=review, membership=self.membership)
        notify_user(user=self.membership.user, kind=MessageKind.NEW_DEVICE, path="/accounts/")
        self.notice = OutgoingMessage.objects.get(user=self.membership.user)
        self.letter = AccessLetter.objects.create(
            person=self.where.child,
            token_hash="1" * 64,
            issued_by=self.where.sender,
            team=self.where.sender_team,
            identity_check="known",
            language="nl",
            issued_at=now,
            expires_at=now + timedelta(days=1),
        )
        held = Conversation.objects.get(person=self.where.child)
        self.paper = PaperForm.objects.create(
            kind=PaperKind.WITHDRAWAL,
            person=self.where.child,
            purpose=held.purpose,
            sender=held.sender,
            recipient=held.recipient,
            team=self.where.sender_team,
            language="nl",
            pages=1,
            printed_by=self.where.sender,
            printed_at=now,
        )
        self.scan = PaperScan.objects.create(
            form=self.paper, container=create_container(), taken_by=self.where.sender, taken_at=now, shred_at=now
        )
        self.question = PersonMessage.objects.create(
            person=self.where.child,
            asked_by=self.where.parents[0],
            purpose=held.purpose,
            sender=held.sender,
            recipient=held.recipient,
            addressee=Addressee.SENDER,
            language="nl",
            question=b"sealed",
        )
        self.request = RightsRequest.objects.create(
            person=self.where.child,
            right="rectification",
            channel="desk",
            recorded_by=self.where.sender,
            team=self.where.sender_team,
            due_on=now.date() + timedelta(days=30),
        )
        stranger = self.membership.user
        self.app = TotpDeviceFactory(user=stranger)
        self.session = sessions.digest(sign_in(Client(), stranger).session.session_key)
        self.reset = FactorReset.objects.create(
            user=stranger,
            requested_by=self.where.sender,
            organisation=self.team.organisation,
            identity_check=IdentityCheck.IN_PERSON,
            expires_at=now + timedelta(days=1),
            cancel_hash="2" * 64,
        )
        provider = OidcProvider.objects.create(
            name="Elders", organisation=self.team.organisation, issuer="https://elders.example", client_id="portal"
        )
        self.link = OidcIdentity.objects.create(provider=provider, subject="stranger", user=stranger)


@pytest.fixture
def elsewhere(db: None) -> Elsewhere:
    return Elsewhere()


def of_elsewhere(there: Elsewhere, name: str) -> dict[str, Any] | None:
    """The arguments of a route, with ids that belong elsewhere."""
    where = there.where
    package, person = {"public_id": where.package.public_id}, {"public_id": where.child.public_id}
    space, _colon, short = name.partition(":")
    if name in {"dossiers:person", "dossiers:coupling", "consent:decide", "consent:withdraw", "consent:assist"}:
        return person
    if name in {"consent:family", "consent:family_end", "consent:rights_of"}:
        return person
    if name == "consent:right_write":
        return {**person, "right": "erasure"}
    if name in {"consent:access_letter", "consent:papers", "consent:paper", "consent:paper_scan"}:
        return person
    if name == "consent:paper_void":
        return {"public_id": there.paper.public_id}
    if name in {"consent:paper_enter", "consent:paper_picture"}:
        page = {"page": 1} if name == "consent:paper_picture" else {}
        return {"public_id": there.scan.public_id, **page}
    if name == "consent:access_letter_revoke":
        return {"public_id": there.letter.public_id}
    if name == "consent:proofs_of":
        return person
    if name in {f"consent:{short}" for short in ("conversation", "receipt", "receipt_json", "receipt_fhir", "proof")}:
        return {"public_id": Conversation.objects.get(person=where.child).public_id}
    if name in {"my:agree", "my:agree_confirm", "my:paper"}:
        sender, recipient = where.sender_team.organisation.public_id, where.receiver_team.organisation.public_id
        scope = {"sender_id": sender, "recipient_id": recipient, "purpose": where.package.kind.purpose.value}
        return {**person, **scope}
    if name == "consent:question":
        return {"public_id": there.question.public_id}
    if name in {"my:receipt", "my:receipt_json", "my:receipt_fhir"}:
        return {"public_id": Conversation.objects.get(person=where.child).public_id}
    if name in {f"consent:{short}" for short in RIGHTS_ROUTES} or name == "my:right":
        return {"public_id": there.request.public_id}
    if name == "my:copy":
        return person
    if name == "my:right_ask":
        return {**person, "right": "erasure"}
    if name == "dossiers:package_new":
        return {**person, "kind_code": where.package.kind_code}
    if name in {"dossiers:file_collect", "dossiers:file_remove"}:
        return {**package, "file_id": where.package.files.get().public_id}
    if name in {"my:withdraw", "my:withdrawn", "my:ask", "my:looks"}:
        recipient = where.receiver_team.organisation.public_id
        return {**person, "recipient_id": recipient, "purpose": where.package.kind.purpose.value}
    if space == "dossiers" and short in PACKAGE_ROUTES:
        return package
    if name in {"accounts:factor_rename", "accounts:factor_remove"}:
        return {"kind": "app", "number": there.app.pk}
    if name == "accounts:session_end":
        return {"digest": there.session}
    if name == "accounts:oidc_unlink":
        return {"identity": there.link.pk}
    rows: dict[str, Any] = {
        "accounts:reset_approve": there.reset,
        "accounts:reset_cancel": there.reset,
        "accounts:notice_read": there.notice,
        "accounts:member": there.membership.user,
        "accounts:wake": there.membership.user,
        "accounts:membership_end": there.membership,
        "accounts:invitation_resend": there.invitation,
        "accounts:invitation_revoke": there.invitation,
        "accounts:review_answer": there.item,
    }
    return {"public_id": rows[name].public_id} if name in rows else None


RIGHTS_ROUTES = ("right", "right_extend", "restriction_end", "rectification")
PACKAGE_ROUTES = {
    *(
        "package",
        "package_state",
        "package_form",
        "package_reopen",
        "package_discard",
        "package_recall",
        "package_renew",
    ),
    *("package_accept", "package_refuse", "package_collect", "package_confirm", "file_add", "form_collect"),
    *("receipt_json", "receipt_pdf"),
}


def routes() -> Iterator[Route]:
    """Every own route of the closed part with an argument; those of the editors' admin are tried in tests/pages."""
    for route in all_routes():
        closed = route.route.split("/")[0] in {"accounts", "audit", "consent", "dossiers", "my"}
        elsewhere = route.view_name.removeprefix("accounts:") not in WITHOUT_ELSEWHERE
        if closed and elsewhere and route.converters and route.view_name not in BARRED:
            yield route


CASES = [
    (route.view_name, method)
    for route in routes()
    for method in ("GET", "POST")
    if any(method in row.methods for row in rows_for(view_name=route.view_name, route=route.route))
]


def test_every_route_with_an_argument_is_here(elsewhere: Elsewhere) -> None:
    assert [route.view_name for route in routes() if of_elsewhere(elsewhere, route.view_name) is None] == []
    for route in routes():
        assert all(row.proof > Proof.NOTHING for row in rows_for(view_name=route.view_name, route=route.route))
    assert len(CASES) > 35


@pytest.fixture
def visitor(elsewhere: Elsewhere) -> User:
    """In each role that works for an organisation, in one that has nothing to do with the others."""
    team, user = TeamFactory(organisation__kind=OrganisationKind.JGZ_CENTRE), UserFactory()
    for role in (Role.SENDER, Role.RECEIVER, Role.ORGANISATION_ADMINISTRATOR):
        MembershipFactory(user=user, team=team, role=role)
    return user


def everything() -> dict[str, list[Any]]:
    """All rows of all tables but the audit log, the sessions and the machinery."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.app_label not in NOT_OF_THE_DOMAIN
        and model._meta.app_label.split("_")[0] != "wagtail"
        and model.__module__.split(".")[0] in {"portal", "consent", "dossiers"}
    }


def said(response: HttpResponse) -> tuple[int, str, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in NOT_COMPARED}
    return response.status_code, CHANGING.sub("", response.content.decode()), headers


ABSENT = {uuid.UUID: uuid.uuid4, int: lambda: 10**9}


def absent(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same arguments with ids that nothing has: numbers, uuids, and the name of a session."""
    absent_ones = {name: ABSENT.get(type(value), lambda value=value: value)() for name, value in arguments.items()}
    return absent_ones | ({"digest": "0" * 16} if "digest" in arguments else {})


def differences(client: Client, name: str, method: str, foreign: dict[str, Any]) -> Iterator[str]:
    """In what the answer for a foreign id is another than that for an absent one."""

    def ask(arguments: dict[str, Any]) -> tuple[HttpResponse, int, CaptureQueriesContext]:
        rows = Entry.objects.count()
        with CaptureQueriesContext(connection) as queries:
            response = client.generic(method, reverse(name, kwargs=arguments))
        return response, Entry.objects.count() - rows, queries

    nothing, rows_for_nothing, queries_for_nothing = ask(absent(foreign))
    before = everything()
    answer, rows, queries = ask(foreign)
    where = f"{method} {name}"
    if answer.status_code != 404:
        yield f"{where}: {answer.status_code}"
    if said(answer) != said(nothing):
        yield f"{where}: {nothing.status_code} for what is not there, and other words"
    if (rows, rows_for_nothing) != (1, 1):
        yield f"{where}: {rows} rows in the log, {rows_for_nothing} for what is not there"
    if everything() != before:
        yield f"{where}: changed something"
    if len(queries) != len(queries_for_nothing):
        yield f"{where}: {len(queries)} queries, {len(queries_for_nothing)} for what is not there"


def test_an_id_of_elsewhere_is_an_id_of_nothing(
    elsewhere: Elsewhere, visitor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)
    client, wrong = sign_in(Client(), visitor), []
    client.get(reverse("accounts:home"))  # the first request of a session has more to look up
    for name, method in CASES:
        foreign = of_elsewhere(elsewhere, name)
        assert foreign is not None, name
        wrong += differences(client, name, method, foreign)
    assert not wrong, "\n".join(wrong)
