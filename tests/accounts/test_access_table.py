"""Every route that exists × every kind of visitor × every method, through the whole stack, against the access table.

A sentinel middleware stands where the views would begin: whatever reaches it was let in by the gate. So the views
themselves, which have rules of their own, are not run.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from portal.access import Proof, rows_for, table
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, Team, User
from portal.accounts.routes import Route, all_routes
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST")
METHODS_IN_TURN = ("PUT", "PATCH", "DELETE", "OPTIONS")  # one of these for each route and visitor
LET_IN = 299
PLACEHOLDERS = {"int": 1, "uuid": uuid.UUID(int=7), "str": "x", "slug": "x", "path": "x/y"}
ARGUMENTS_OF_REGULAR_EXPRESSIONS = {
    "wagtail_serve": ("",),
    "wagtaildocs_serve": (1, "x.pdf"),
    "calendar": ("agenda",),
    "leaflet": ("x/",),
}
LIBRARY_ROUTES_TRIED = 6


class SentinelMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        return HttpResponse(status=LET_IN)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody at the door, with what the gate may hold for true about them."""

    name: str
    client: Client
    proof: Proof
    roles: frozenset[str] = frozenset()


def address_of(route: Route) -> str | None:
    """An address of the route with made-up arguments, or ``None`` for a library's route that takes others."""
    kwargs = {
        name: PLACEHOLDERS.get(type(converter).__name__.removesuffix("Converter").lower().replace("string", "str"), "x")
        for name, converter in route.converters.items()
    }
    try:
        return reverse(
            route.view_name, args=ARGUMENTS_OF_REGULAR_EXPRESSIONS.get(route.view_name), kwargs=kwargs or None
        )
    except NoReverseMatch:
        return None


def routes_and_addresses() -> list[tuple[Route, str]]:
    """Every route of our own and every one with a row of its own; of a library's tree an even sample."""
    named = {row.route for row in table()}
    ours, libraries = [], []
    for route in all_routes():
        address = address_of(route)
        if route.is_own or route.view_name in named:
            assert address is not None, f"{route.view_name}: no address could be made up"
            ours.append((route, address))
        elif address is not None:
            libraries.append((route, address))
    return ours + libraries[:: max(1, len(libraries) // LIBRARY_ROUTES_TRIED)]


def expected(route: Route, visitor: Visitor, method: str) -> int:
    """The answer that the table promises: let in, sign in (302), no such page (404), not that method (405)."""
    rows = rows_for(view_name=route.view_name, route=route.route)
    declared = [row for row in rows if method in row.methods]
    if any(row.proof is Proof.NOTHING for row in rows):
        return LET_IN if declared else 405
    lowest = min(row.proof for row in (declared or rows))
    if visitor.proof is Proof.NOTHING or visitor.proof < min(lowest, Proof.SECOND_FACTOR):
        return 302
    fitting = [row for row in rows if row.roles == {"*"} or row.roles & visitor.roles]
    if not fitting:
        return 404
    if not declared:
        return 405
    if declared[0] not in fitting:
        return 404
    return LET_IN if visitor.proof >= declared[0].proof else 302


@pytest.fixture
def open_door(settings, monkeypatch):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.SentinelMiddleware"]
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)


def member_of_everything(team: Team | None = None) -> User:
    team, user = team or TeamFactory(), UserFactory()
    for role in Role:
        MembershipFactory(user=user, team=team, role=role)
    return user


def password_only(sign_in) -> Visitor:
    client = sign_in(Client(), member_of_everything(), second_factor=False)
    return Visitor(name="password only", client=client, proof=Proof.PASSWORD, roles=frozenset(Role))


def stale(sign_in) -> Visitor:
    age = timedelta(seconds=django_settings.SECOND_FACTOR_FRESH_SECONDS + 1)
    client = sign_in(Client(), member_of_everything(), factor_age=age)
    return Visitor(name="stale", client=client, proof=Proof.SECOND_FACTOR, roles=frozenset(Role))


def ended_membership(sign_in) -> Visitor:
    user = member_of_everything()
    Membership.objects.filter(user=user).update(active_until=timezone.now() - timedelta(seconds=1))
    return Visitor(name="ended", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def ended_team(sign_in) -> Visitor:
    user = member_of_everything()
    Team.objects.filter(memberships__user=user).update(active_until=timezone.now() - timedelta(seconds=1))
    return Visitor(name="ended team", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def ended_organisation(sign_in) -> Visitor:
    user = member_of_everything()
    Organisation.objects.filter(teams__memberships__user=user).update(active_until=timezone.now())
    return Visitor(name="ended organisation", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def not_yet(sign_in) -> Visitor:
    user = member_of_everything()
    Membership.objects.filter(user=user).update(active_from=timezone.now() + timedelta(days=1))
    return Visitor(name="not yet", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def other_organisation(sign_in) -> Visitor:
    """All roles in one organisation, acting for another in which there is only one."""
    user = member_of_everything()
    here = MembershipFactory(user=user, role=Role.RECEIVER).team
    client = sign_in(Client(), user, team=here)
    return Visitor(
        name="other", client=client, proof=Proof.RECENT_SECOND_FACTOR, roles=frozenset({Role.RECEIVER.value})
    )


def inactive(sign_in) -> Visitor:
    user = member_of_everything()
    client = sign_in(Client(), user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return Visitor(name="inactive", client=client, proof=Proof.NOTHING)


def superuser(sign_in) -> Visitor:
    user = User.objects.create_superuser("root@example.org", "x", name="Root")
    return Visitor(name="superuser", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def anonymous(sign_in) -> Visitor:
    return Visitor(name="anonymous", client=Client(), proof=Proof.NOTHING)


def in_role(role: Role):
    def visitor(sign_in) -> Visitor:
        user = MembershipFactory(role=role).user
        client = sign_in(Client(), user)
        return Visitor(name=role, client=client, proof=Proof.RECENT_SECOND_FACTOR, roles=frozenset({role.value}))

    visitor.__name__ = role.value
    return visitor


VISITORS = [
    anonymous,
    password_only,
    stale,
    ended_membership,
    ended_team,
    ended_organisation,
    not_yet,
    other_organisation,
    inactive,
    superuser,
    *(in_role(role) for role in Role),
]


@pytest.mark.parametrize("make_visitor", VISITORS, ids=lambda make: make.__name__)
def test_every_route_answers_as_the_table_says(make_visitor, sign_in, open_door):
    visitor = make_visitor(sign_in)
    wrong, refused = [], 0
    turn = VISITORS.index(make_visitor)
    for number, (route, address) in enumerate(routes_and_addresses()):
        for method in (*METHODS, METHODS_IN_TURN[(number + turn) % len(METHODS_IN_TURN)]):
            response = visitor.client.generic(method, address)
            answer = expected(route, visitor, method)
            refused += answer == 404
            if response.status_code != answer:
                wrong.append(f"{method} {address}: {response.status_code}, not {answer}")
            public = any(row.proof is Proof.NOTHING for row in rows_for(view_name=route.view_name, route=route.route))
            if not public and response.headers.get("Cache-Control") != "no-store":
                wrong.append(f"{method} {address}: may be kept by a cache")
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.filter(event=Event.ROUTE_DENIED).count() == refused


def test_every_route_is_declared():
    assert [
        route.view_name for route in all_routes() if not rows_for(view_name=route.view_name, route=route.route)
    ] == []


def test_no_row_opens_a_dossier_to_who_may_never_see_one():
    """What the table may never say. The first page after signing in is everybody's: a work list, empty for most.

    The letter and the making of a key are the door to a person's pages; nothing is shown there.
    """
    barred = {Role.EDITOR, Role.TRANSLATOR, Role.PUBLISHER, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR}
    for row in table():
        space = row.route.split(":")[0]
        if space in {"dossiers", "consent", "my"}:
            assert row.proof >= Proof.SECOND_FACTOR or row.route in {"my:letter", "my:key"}, row
            if row.route not in {"dossiers:start", "dossiers:receipt_check"}:
                assert not row.roles & {"*", *(role.value for role in barred)}, row
        if space == "audit":
            assert row.roles == {Role.PRIVACY_OFFICER.value}, row
