"""An id in a form that belongs elsewhere answers as one that nothing has, and changes nobody's row.

Every route of ours that takes POST is in :data:`FIELDS`, with its fields that name something of somebody, or in
:data:`NONE` with the reason why it has none. A new route that is in neither fails. Ids in addresses: test_foreign_ids.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from qsessions.models import Session

from consent.enums import CustodyEnd, InterpreterKind
from consent.models import Conversation
from consent.policy import CATEGORIES
from dossiers.enums import Status
from portal.access import rows_for
from portal.accounts import factors, recovery
from portal.accounts.enums import Role
from portal.accounts.models import RecoveryDevice
from portal.accounts.routes import all_routes
from portal.audit.models import Entry
from tests.dossiers_factories import KIND, Handover, handover, package_in
from tests.factories import MembershipFactory, TotpDeviceFactory
from tests.signing_in import sign_in

from .authenticators import SoftKey, post_json
from .test_foreign_ids import CHANGING, NOT_COMPARED, everything

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

TIME_OF_DAY = re.compile(r"\b\d{1,2}:\d\d\b")
NONE = {
    **dict.fromkeys(
        ("accounts:sign_in", "accounts:second_factor", "accounts:password", "accounts:password_forgotten"),
        "who one is and what proves it: answers are alike in test_enumeration, test_passwords, test_second_factor",
    ),
    **dict.fromkeys(
        (
            *("accounts:enrol", "accounts:passkey_enrol_begin", "accounts:passkey_enrol_complete"),
            *("accounts:invitation", "accounts:oidc_join", "accounts:reset", "accounts:reset_stop", "my:letter"),
            *("accounts:password_renew", "accounts:passkey_renew_begin", "accounts:passkey_renew_complete"),
        ),
        "a token is the proof, in the address or the field; what comes with it is the visitor's own",
    ),
    **dict.fromkeys(
        (
            *("accounts:sign_out", "accounts:stay", "accounts:sessions_end_all", "accounts:notices_read"),
            *("accounts:passkey_use_begin", "accounts:passkey_sign_in_begin", "accounts:passkey_add_begin"),
            *("accounts:invitation_resend", "accounts:invitation_revoke", "accounts:wake", "accounts:session_end"),
            *("accounts:factor_remove", "accounts:notice_read", "accounts:reset_approve", "accounts:reset_cancel"),
            *("accounts:oidc_link", "accounts:oidc_unlink", "consent:access_letter_revoke", "consent:assist_close"),
            *("dossiers:package_reopen", "dossiers:package_discard", "dossiers:package_renew", "my:withdraw"),
            *("my:paper",),
            *("dossiers:package_accept", "dossiers:package_collect", "dossiers:package_confirm", "audit:verify"),
            *("dossiers:file_remove", "cms_sign_out"),
        ),
        "a button: nothing is filled in",
    ),
    **dict.fromkeys(
        ("accounts:factor_rename", "accounts:membership_end", "accounts:review_answer", "dossiers:package_form"),
        "words about what the address names",
    ),
    **dict.fromkeys(
        (
            *("accounts:language", "accounts:mail_pace", "accounts:oidc_begin", "my:language", "consent:assist"),
            *("consent:access_letter", "dossiers:package_recall", "dossiers:package_refuse"),
        ),
        "a choice from a fixed list, or the local page to go back to",
    ),
    **dict.fromkeys(
        (
            *("accounts:organisation_new", "accounts:organisation", "accounts:organisation_end", "accounts:team_end"),
            *("accounts:team_new", "accounts:team", "accounts:oidc_provider_new", "accounts:oidc_provider"),
        ),
        "the region's administrator, who comes in alone, is responsible for all organisations",
    ),
    "accounts:passkey_sign_in_complete": "the key is the proof: test_passkeys",
    "accounts:passkey_add_complete": "a new key: that one is known to somebody else's account has to be said",
    "dossiers:coupling": "municipalities are the country's, the same list for all",
    "dossiers:file_add": "files as such",
    "dossiers:receipt_check": "the receipt carries its own signature; nothing is looked up",
    "consent:find": "the search itself: both facts exact, bounded and recorded: tests/consent/test_find",
    **dict.fromkeys(
        [f"consent:{name}" for name in ("notices", "notice_draft", "notice_write", "notice_publish", "notice_check")],
        "texts of the whole region, by its administrator; the number in the form says which state was seen",
    ),
    "consent:notice_recording": "sound for public words; the hashes in the form say which words and sound were seen",
    "consent:notice_recording_remove": "a button: nothing is filled in",
    "consent:family": "somebody new by name, birth date and V-number, as with a search: tests/consent/test_families",
    **dict.fromkeys(
        ("consent:right", "consent:right_extend", "my:right_ask"), "choices and words about what the address names"
    ),
    "consent:right_write": "words and choices; the recipient is an organisation of the region, no secret",
    **dict.fromkeys(("consent:restriction_end", "my:agree_confirm"), "a button: nothing is filled in"),
    "consent:rectification": "what is true of the person in the address; a V-number of somebody else is refused there",
    "consent:paper": "the recipient is an organisation of the region, no secret; a printed form decides nothing",
    "consent:paper_scan": "a code is its own proof; one of somebody else is refused: tests/consent/test_papers",
    "consent:paper_void": "a button: nothing is filled in",
    "consent:paper_enter": "who signed is a choice from the family of the person whom the address names",
    "my:agree": "yes or no, and which public explanation was read; any other text than the present one is refused",
    "consent:question": "words and a language for what the address names",
    "my:ask": "a choice from the senders of the reader's own consent, which the address names; no other is one",
    "consent:confirm": "the reader's own birth date, in a session of their own",
    "consent:proofs": "the privacy officer, who comes in alone, answers for everybody: tests/consent",
    **dict.fromkeys(
        ("search_not_found", "feedback", "feedback_missing"), "readers have no account; the token is signed and public"
    ),
    **dict.fromkeys(
        (
            *("pages_submit_translation", "pages_upload_po", "pages_recording", "pages_reading_level"),
            *("pages_translation_translate", "pages_translation_follows", "pages_translation_checked"),
            *("pages_translation_ready", "feedback:edit", "searchmiss:edit", "wagtailadmin_api:pages:action"),
            *(f"wagtailadmin_api:{kind}:find" for kind in ("pages", "images", "documents")),
            *(f"wagtailadmin_api:{kind}:listing" for kind in ("images", "documents")),
        ),
        "the Wagtail admin, where pages are walked in tests/pages; the fields hold languages, words and files",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A visitor with work of their own, and somebody else's at organisations that the visitor has no business with."""

    here: Handover = field(repr=False)
    there: Handover = field(repr=False)
    stranger_key: SoftKey

    @property
    def visitor(self) -> Any:
        return self.here.sender


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that would be right, but for one field."""

    field: str
    foreign: Any
    absent: Any
    data: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    before: Callable[[Client], object] | None = None
    as_json: bool = False
    password_only: bool = False


def role(scene: Scene) -> dict[str, str]:
    return {"role": Role.RECEIVER.value, "reason": "Nieuw", "name": "X", "email": "x@example.org", "language": "nl"}


def colleague(scene: Scene) -> dict[str, Any]:
    return {"public_id": scene.here.sender_team.memberships.exclude(user=scene.visitor).get().user.public_id}


def of_team(scene: Scene, **more: Any) -> Asked:
    return Asked(field="team", foreign=scene.there.sender_team.public_id, absent=uuid.uuid4(), **more)


def of_sealed(scene: Scene) -> Asked:
    key, stranger = factors.new_key(), scene.there.sender
    return Asked(
        field="sealed", foreign=factors.seal_new_key(key, user=stranger), absent="x" * 120, data={"code": "123456"}
    )


def of_codes(scene: Scene) -> Asked:
    return Asked(
        field="instead_of", foreign=RecoveryDevice.objects.get(user=scene.there.sender).pk, absent=10**9, data={}
    )


def of_key(scene: Scene) -> Asked:
    known, unknown = scene.stranger_key, SoftKey(handle=scene.stranger_key.handle)
    challenge = {"challenge": "AA"}
    return Asked(
        field="credential",
        foreign=known.get(challenge),
        absent=unknown.get(challenge),
        as_json=True,
        password_only=True,
        before=lambda client: post_json(client, reverse("accounts:passkey_use_begin"), {}),
    )


def sitting(scene: Scene, step: str) -> dict[str, Any]:
    recipient = scene.here.receiver_team.organisation.public_id
    return {
        "arguments": {"public_id": scene.here.child.public_id},
        "query": {"purpose": KIND.purpose.value, "recipient": str(recipient), "step": step},
    }


STEPS: dict[str, dict[str, Any]] = {
    "language": {"language": "nl", "spoken_language": "ar"},
    "interpreter": {"interpreter_kind": InterpreterKind.TELEPHONE.value, "interpreter_id": "T-77"},
    "notice": {"no_consequence": "on", "understanding": "De zuster krijgt de prikken te zien."},
    "choices": {**{category.value: "yes" for category in CATEGORIES[KIND.purpose]}, "secrecy": "yes"},
}


def walked(scene: Scene, *, whole: bool) -> Callable[[Client], None]:
    def walk(client: Client) -> None:
        steps = dict(STEPS)
        if whole:
            steps["deciders"] = {"deciders": [str(one.public_id) for one in scene.here.parents], "method": "on_screen"}
        for step, answers in steps.items():
            answer = client.post(
                address("consent:decide", Asked(field="", foreign=0, absent=0, **sitting(scene, step))), answers
            )
            assert answer.status_code == 302, step

    return walk


def of_deciders(scene: Scene) -> Asked:
    return Asked(
        field="deciders",
        foreign=scene.there.parents[0].public_id,
        absent=uuid.uuid4(),
        data={"method": "on_screen"},
        before=walked(scene, whole=False),
        **sitting(scene, "deciders"),
    )


def of_token(scene: Scene) -> Asked:
    return Asked(
        field="token",
        foreign=Conversation.objects.get(person=scene.there.child).token,
        absent=uuid.uuid4(),
        data={f"name-{one.public_id}": one.name for one in scene.here.parents},
        before=walked(scene, whole=True),
        **sitting(scene, "confirm"),
    )


def of_package(scene: Scene, name: str) -> Asked:
    here = scene.here
    data = {
        "sender_team": here.sender_team.pk,
        "recipient_team": here.receiver_team.pk,
        "categories": [category.value for category in KIND.categories],
    }
    foreign = {"sender_team": scene.there.sender_team.pk, "recipient_team": scene.there.receiver_team.pk}[name]
    arguments = {
        "public_id": here.child.public_id,
        "kind_code": KIND.code.value,
    }
    return Asked(field=name, foreign=foreign, absent=10**9, data=data, arguments=arguments)


FIELDS: dict[str, tuple[Callable[[Scene], Asked], ...]] = {
    "accounts:acting": (
        lambda scene: Asked(
            field="organisation", foreign=scene.there.sender_team.organisation.public_id, absent=uuid.uuid4()
        ),
    ),
    "accounts:invite": (lambda scene: of_team(scene, data=role(scene)),),
    "accounts:member": (lambda scene: of_team(scene, data=role(scene), arguments=colleague(scene)),),
    "accounts:reset_request": (
        lambda scene: Asked(
            field="email",
            foreign=scene.there.sender.email,
            absent="niemand@example.org",
            data={"identity_check": "known"},
        ),
    ),
    "accounts:factor_add_app": (of_sealed,),
    "accounts:recovery_codes": (of_codes,),
    "accounts:passkey_use_complete": (of_key,),
    "consent:decide": (of_deciders, of_token),
    "consent:withdraw": (
        lambda scene: Asked(
            field="recipient",
            foreign=scene.there.receiver_team.organisation.public_id,
            absent=uuid.uuid4(),
            data={"purpose": KIND.purpose.value, "reason": ""},
            arguments={"public_id": scene.here.child.public_id},
        ),
    ),
    "consent:family_end": (
        lambda scene: Asked(
            field="adult",
            foreign=scene.there.parents[0].public_id,
            absent=uuid.uuid4(),
            data={"reason": CustodyEnd.values[0]},
            arguments={"public_id": scene.here.child.public_id},
        ),
    ),
    "dossiers:package_new": (
        lambda scene: of_package(scene, "sender_team"),
        lambda scene: of_package(scene, "recipient_team"),
    ),
}


def posted_routes() -> Iterator[str]:
    """The routes that a row of the access table names with POST: of all apps, and of libraries but the Wagtail admin's,
    which are walked in tests/pages."""
    for route in all_routes():
        rows = rows_for(view_name=route.view_name, route=route.route)
        of_wagtail = route.route.startswith("cms/") and not route.is_own
        if not of_wagtail and any(row.route and "POST" in row.methods for row in rows):
            yield route.view_name


def test_every_route_that_takes_a_form_is_here() -> None:
    routes = set(posted_routes())
    assert routes - set(NONE) - set(FIELDS) == set(), "list its fields, or say why it has none"
    assert (set(NONE) | set(FIELDS)) - routes == set(), "gone"
    assert not set(NONE) & set(FIELDS)
    assert len(routes) > 80


@pytest.fixture
def scene() -> Scene:
    there, here = package_in(Status.ACCEPTED), handover(v_number="V1234567890", name="Noor Karimi")
    MembershipFactory(team=here.sender_team, role=Role.RECEIVER)
    for held in (Role.ORGANISATION_ADMINISTRATOR, Role.RECEIVER):
        MembershipFactory(user=here.sender, team=here.sender_team, role=held)
    TotpDeviceFactory(user=here.sender)
    for user in (there.sender, here.sender):
        recovery.keep(user=user, codes=recovery.new_codes())
    key, client = SoftKey(), sign_in(Client(), there.sender)
    options = post_json(client, reverse("accounts:passkey_add_begin"), {}).json()
    made = post_json(client, reverse("accounts:passkey_add_complete"), {"credential": key.create(options)})
    assert made.status_code == 200
    Session.objects.all().delete()
    return Scene(here=here, there=there, stranger_key=key)


def address(name: str, asked: Asked) -> str:
    return reverse(name, kwargs=asked.arguments, query=asked.query or None)


def said(response: HttpResponse, asked: Asked, value: Any) -> tuple[int, str, dict[str, str]]:
    """The answer without what was typed, which some forms give back, and without the time of day."""
    headers = {name: text for name, text in response.headers.items() if name not in NOT_COMPARED | {"Expires"}}
    body = response.content.decode().replace(f'name="{asked.field}" value="{value}"', "…")
    return response.status_code, TIME_OF_DAY.sub("", CHANGING.sub("", body)), headers


def ask(scene: Scene, name: str, asked: Asked, value: Any) -> tuple[tuple[int, str, dict[str, str]], int, list[str]]:
    """What is said to this value, how many rows it makes in the log, and which kinds of queries."""
    client = sign_in(Client(), scene.visitor, second_factor=not asked.password_only)
    client.get(reverse("accounts:home"))  # the first request of a session has more to look up
    if asked.before is not None:
        asked.before(client)
    data, to = {**asked.data, asked.field: value}, address(name, asked)
    rows, before = Entry.objects.count(), everything()
    with CaptureQueriesContext(connection) as queries:
        response = post_json(client, to, data) if asked.as_json else client.post(to, data)
    assert everything() == before, f"{name} {asked.field}: changed something"
    kinds = [query["sql"].split(" ", 1)[0] for query in queries.captured_queries]
    return said(response, asked, value), Entry.objects.count() - rows, kinds


def test_a_field_that_names_what_is_elsewhere_names_nothing(scene: Scene) -> None:
    wrong: list[str] = []
    for name, makers in FIELDS.items():
        for make in makers:
            asked = make(scene)
            where = f"{name} {asked.field}"
            foreign, rows, queries = ask(scene, name, asked, asked.foreign)
            nothing, rows_for_nothing, queries_for_nothing = ask(scene, name, asked, asked.absent)
            if foreign != nothing:
                wrong.append(f"{where}: {foreign[0]}, and {nothing[0]} for what is not there; or other words")
            if rows != rows_for_nothing:
                wrong.append(f"{where}: {rows} rows in the log, {rows_for_nothing} for what is not there")
            if queries != queries_for_nothing:
                wrong.append(f"{where}: {len(queries)} queries, {len(queries_for_nothing)} for what is not there")
    assert not wrong, "\n".join(wrong)


def test_the_requests_would_do_something_with_an_id_of_ones_own(scene: Scene) -> None:
    """Or the test above would compare two refusals of the same mistake."""
    here = scene.here
    owned = {
        "accounts:invite": here.sender_team.public_id,
        "accounts:member": here.sender_team.public_id,
        "accounts:acting": here.sender_team.organisation.public_id,
        "dossiers:package_new": None,
    }
    for name, value in owned.items():
        asked = FIELDS[name][0](scene)
        client = sign_in(Client(), scene.visitor)
        data = dict(asked.data) if value is None else {**asked.data, asked.field: str(value)}
        if name == "accounts:member":
            data["role"] = Role.SENDER.value
        assert client.post(address(name, asked), data).status_code == 302, name
