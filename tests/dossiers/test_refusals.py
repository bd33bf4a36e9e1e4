"""A real package, every address that leads to it, every method, and everybody who has no business there."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from dossiers.enums import Status
from dossiers.models import FileRelease, Package
from portal.access import READ, READ_WRITE, WRITE, Proof, table
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import User
from portal.audit.enums import Outcome
from portal.audit.models import Entry
from portal.vault.models import StoredFile
from tests.dossiers_factories import ANSWER, CHILD, FILE_NAME, V_NUMBER, Handover, colleague, package_in
from tests.factories import MembershipFactory, TeamFactory, UserFactory, member

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
STATES = (Status.DRAFT, Status.OFFERED, Status.ACCEPTED, Status.COLLECTED, Status.CONFIRMED)
SECRETS = (CHILD, "Amal", V_NUMBER, FILE_NAME, ANSWER, "Rima Haddad")
# Addresses that show nothing of one package or person: everybody inside may come in.
WITHOUT_OBJECT = {
    "dossiers:start",
    "dossiers:receipt_check",
    "my:overview",
    "my:language",
    "my:consents",
    "my:questions",
    "my:rights",
}
# Addresses of a letter, which name neither: tests/consent/test_letter_pages.py.
BY_TOKEN = {"my:letter", "my:key"}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody at the door: which roles the gate sees, and what they have shown."""

    name: str
    make: Callable[[Handover], User | None]
    roles: frozenset[Role] = frozenset()
    proof: Proof = Proof.RECENT_SECOND_FACTOR


def _elsewhere(kind: OrganisationKind, role: Role) -> Callable[[Handover], User]:
    return lambda where: member(role, kind=kind)


def _other_team(where: Handover) -> User:
    return colleague(TeamFactory(organisation=where.receiver_team.organisation), Role.RECEIVER)


def _other_sending_team(where: Handover) -> User:
    return colleague(TeamFactory(organisation=where.sender_team.organisation), Role.SENDER)


def _for_the_region(role: Role) -> Callable[[Handover], User]:
    return lambda where: member(role, kind=OrganisationKind.REGION)


def _superuser(where: Handover) -> User:
    return UserFactory(is_superuser=True, is_staff=True)


def _superuser_elsewhere(where: Handover) -> User:
    user = _superuser(where)
    for role in Role:
        MembershipFactory(user=user, team=TeamFactory(organisation=where.receiver_team.organisation), role=role)
    return user


ACTORS = (
    Actor(name="anonymous", make=lambda where: None, proof=Proof.NOTHING),
    Actor(name="receiver with a password only", make=lambda where: where.receiver, proof=Proof.PASSWORD),
    Actor(name="sender with a password only", make=lambda where: where.sender, proof=Proof.PASSWORD),
    Actor(
        name="sender of another centre",
        make=_elsewhere(OrganisationKind.JGZ_CENTRE, Role.SENDER),
        roles=frozenset({Role.SENDER}),
    ),
    Actor(name="another sending team", make=_other_sending_team, roles=frozenset({Role.SENDER})),
    Actor(
        name="receiver of another municipality",
        make=_elsewhere(OrganisationKind.JGZ_MUNICIPALITY, Role.RECEIVER),
        roles=frozenset({Role.RECEIVER}),
    ),
    Actor(name="another receiving team", make=_other_team, roles=frozenset({Role.RECEIVER})),
    Actor(name="editor", make=_for_the_region(Role.EDITOR), roles=frozenset({Role.EDITOR})),
    Actor(
        name="administrator of the region",
        make=_for_the_region(Role.REGION_ADMINISTRATOR),
        roles=frozenset({Role.REGION_ADMINISTRATOR}),
    ),
    Actor(name="privacy officer", make=_for_the_region(Role.PRIVACY_OFFICER), roles=frozenset({Role.PRIVACY_OFFICER})),
    Actor(
        name="administrator of the receiving organisation",
        make=lambda where: colleague(where.receiver_team, Role.ORGANISATION_ADMINISTRATOR),
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
    ),
    Actor(
        name="administrator of the sending organisation",
        make=lambda where: colleague(where.sender_team, Role.ORGANISATION_ADMINISTRATOR),
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
    ),
    Actor(name="superuser without a team", make=_superuser),
    Actor(name="superuser in every role of another team", make=_superuser_elsewhere, roles=frozenset(Role)),
    Actor(name="former receiver", make=lambda where: colleague(where.receiver_team, Role.RECEIVER, ended=True)),
    Actor(name="former sender", make=lambda where: colleague(where.sender_team, Role.SENDER, ended=True)),
)


def names_of_routes() -> set[str]:
    """Every route of packages and of the person, as the addresses are declared."""
    found = set()
    for namespace in ("dossiers", "my"):
        _prefix, resolver = get_resolver().namespace_dict[namespace]
        found |= {f"{namespace}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


def addresses(where: Handover, package_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, str]:
    """The addresses of this package and person, one for each route."""
    file = where.package.files.get()
    on_package = {"public_id": package_id}
    sender = where.sender_team.organisation.public_id
    on_scope = {
        "public_id": person_id,
        "recipient_id": where.receiver_team.organisation.public_id,
        "purpose": where.package.kind.purpose.value,
    }
    arguments: dict[str, dict[str, object]] = {
        "dossiers:person": {"public_id": person_id},
        "dossiers:coupling": {"public_id": person_id},
        "dossiers:package_new": {"public_id": person_id, "kind_code": where.package.kind_code},
        "dossiers:file_collect": {**on_package, "file_id": file.public_id},
        "dossiers:file_remove": {**on_package, "file_id": file.public_id},
        **{f"my:{name}": {**on_scope, "sender_id": sender} for name in ("agree", "agree_confirm", "paper")},
        "my:copy": {"public_id": person_id},
        "my:right_ask": {"public_id": person_id, "right": "erasure"},
        **dict.fromkeys(("my:withdraw", "my:withdrawn", "my:ask", "my:looks"), on_scope),
    }
    return {
        name: reverse(name, kwargs={} if name in WITHOUT_OBJECT else arguments.get(name, on_package))
        for name in sorted(names_of_routes() - BY_TOKEN)
    }


def expected(name: str, method: str, actor: Actor) -> int:
    """The one answer: to sign-in or second factor, no such page, or not that method."""
    if actor.proof < Proof.SECOND_FACTOR:
        return 302
    rows = [row for row in table() if row.route == name]
    admitted = any(row.roles & {role.value for role in actor.roles} for row in rows)
    if admitted and not any(method in row.methods for row in rows):
        return 405
    return 404


def normal(response: HttpResponse) -> tuple[int, str, bytes]:
    """What two answers must have in common to tell nothing: without what is new in every answer."""
    body = re.sub(rb'(nonce|value)="[A-Za-z0-9_+/=-]{16,}"', rb'\1=""', response.content)
    return response.status_code, re.sub(r"[0-9a-f-]{36}", "ID", response.get("Location", "")), body


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries every door would be told to wait a minute."""
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)


@pytest.fixture
def let_in(sign_in: Callable[..., Client]) -> Callable[[Actor, Handover], Client]:
    def enter(actor: Actor, where: Handover) -> Client:
        client, user = Client(), actor.make(where)
        return client if user is None else sign_in(client, user, second_factor=actor.proof > Proof.PASSWORD)

    return enter


# The rest takes a minute and is left out of the quick run.
QUICK = {
    "anonymous",
    "receiver of another municipality",
    "another sending team",
    "superuser in every role of another team",
}
TRIES = [
    pytest.param(
        status,
        actor,
        marks=() if status == Status.OFFERED and actor.name in QUICK else pytest.mark.slow,
        id=f"{status.value}-{actor.name}",
    )
    for status in STATES
    for actor in ACTORS
]


def test_every_route_is_tried() -> None:
    declared = {row.route for row in table() if row.route.startswith(("dossiers:", "my:"))}
    assert names_of_routes() == declared
    assert {method for row in table() if row.route in declared for method in row.methods} <= {*METHODS}


@pytest.mark.parametrize(("status", "actor"), TRIES)
def test_nobody_else_gets_anything(status: Status, actor: Actor, let_in) -> None:
    where = package_in(status)
    client = let_in(actor, where)
    stored, released = StoredFile.objects.count(), FileRelease.objects.count()
    before = Package.objects.values().get(pk=where.package.pk)
    there = addresses(where, where.package.public_id, where.child.public_id)
    nowhere = addresses(where, uuid.uuid4(), uuid.uuid4())
    for name, address in there.items():
        if name in WITHOUT_OBJECT:
            continue
        for method in METHODS:
            response = client.generic(method, address)
            assert response.status_code == expected(name, method, actor), (name, method)
            assert not any(secret.encode() in response.content for secret in SECRETS), (name, method)
            if status == Status.OFFERED:
                assert normal(response) == normal(client.generic(method, nowhere[name])), (name, method)
    assert Package.objects.values().get(pk=where.package.pk) == before
    assert (StoredFile.objects.count(), FileRelease.objects.count()) == (stored, released)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
def test_no_list_shows_it_to_anybody_else(actor: Actor, let_in) -> None:
    where = package_in(Status.OFFERED)
    client = let_in(actor, where)
    for name in sorted(WITHOUT_OBJECT):
        response = client.get(reverse(name))
        assert not any(secret.encode() in response.content for secret in (*SECRETS, str(where.package.public_id)))
    if actor.proof < Proof.SECOND_FACTOR:
        assert client.get(reverse("dossiers:start")).status_code == 302


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if Role.RECEIVER in actor.roles], ids=lambda a: a.name)
def test_who_is_refused_is_written_down(actor: Actor, let_in) -> None:
    where = package_in(Status.ACCEPTED)
    client = let_in(actor, where)
    last = Entry.objects.count()
    assert client.get(where.package.path).status_code == 404
    row = Entry.objects.get(sequence__gt=last)
    assert (row.outcome, row.reason) == (Outcome.DENIED, "package_not_visible")
    assert (row.subject, row.object_id) == (str(where.child.public_id), str(where.package.public_id))


class TestTheOwnSidesToo:
    """What sender and receiver of the very package may not do in its state."""

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.SCANNING, Status.AWAITING_CONSENT, Status.QUARANTINED])
    def test_the_receiver_knows_of_nothing_before_the_offer(self, client, sign_in, status: Status) -> None:
        where = package_in(status)
        sign_in(client, where.receiver)
        there = addresses(where, where.package.public_id, where.child.public_id)
        for name in sorted(set(there) - WITHOUT_OBJECT):
            for method in ("GET", "POST"):
                assert client.generic(method, there[name]).status_code in {404, 405}, (name, method)
        assert where.now().status == status

    @pytest.mark.parametrize("status", [Status.OFFERED, Status.ACCEPTED, Status.CONFIRMED])
    def test_no_bytes_but_for_a_receiver_who_collects(self, client, sign_in, status: Status) -> None:
        where = package_in(status)
        there = addresses(where, where.package.public_id, where.child.public_id)
        for user in (where.sender, where.receiver) if status != Status.ACCEPTED else (where.sender,):
            sign_in(client, user)
            for name in ("dossiers:file_collect", "dossiers:form_collect"):
                last = Entry.objects.count()
                response = client.get(there[name])
                assert response.status_code == 404
                assert Entry.objects.get(sequence__gt=last).outcome == Outcome.DENIED
        assert not FileRelease.objects.exists()

    def test_the_sender_cannot_change_what_is_sealed(self, client, sign_in, offered: Handover) -> None:
        sign_in(client, offered.sender)
        there = addresses(offered, offered.package.public_id, offered.child.public_id)
        before = Package.objects.values().get(pk=offered.package.pk)
        for name in ("package_form", "file_remove", "package_reopen", "package_discard", "package_renew", "file_add"):
            assert client.post(there[f"dossiers:{name}"], {"summary": "anders"}).status_code in {302, 404}, name
        assert Package.objects.values().get(pk=offered.package.pk) == before
        assert offered.package.files.get().removed_at is None


def test_the_three_sets_of_methods_are_all_there_is() -> None:
    rows = [row for row in table() if row.route.startswith(("dossiers:", "my:"))]
    assert {row.methods for row in rows} == {READ, WRITE, READ_WRITE}
