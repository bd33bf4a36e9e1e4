"""Every route that exists × every kind of visitor × every method, against the access table.

Twice. Every cell at the gate itself, with the actor that the whole stack made of the visitor's session; the rows that
the gate hands to the audit log are counted, not written. And through the whole stack, with the rows: each route for
each visitor by one method in turn, of a library's routes a third in turn. A sentinel stands where the views would
begin: whatever reaches it was let in. The views themselves, which have rules of their own, are not run here.
"""

from collections.abc import Iterator

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from portal.access import Proof, rows_for, table
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.middleware import GateMiddleware
from portal.accounts.routes import Route, all_routes
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.accounts.addresses import reached, shadowed
from tests.accounts.visitors import VISITORS, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
LET_IN = 299
LIBRARY_ROUTES_IN_TURN = 3
# Wagtail's own doors, in whose place stand ours, and addresses of it and of wagtail-localize that our views have taken
# over.
SHADOWED = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_password_reset",
    "wagtailadmin_tag_autocomplete",
    "wagtail_localize:submit_page_translation",
    "wagtail_localize:upload_pofile",
}
FEWEST = {"routes": 300, "visitors": 20, "cells": 45_000}


class SentinelMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        return HttpResponse(status=LET_IN)


def expected(route: Route, visitor: Visitor, method: str) -> int:
    """The answer that the table promises: let in, sign in (302), no such page (404), not that method (405)."""
    rows = rows_for(view_name=route.view_name, route=route.route)
    declared = [row for row in rows if method in row.methods]
    if any(row.proof is Proof.NOTHING for row in rows):
        return LET_IN if declared else 405
    lowest = min(row.proof for row in (declared or rows))
    if visitor.proof is Proof.NOTHING or visitor.proof < min(lowest, Proof.SECOND_FACTOR):
        return 302
    fitting = [row for row in rows if "*" in row.roles or row.roles & visitor.roles]
    if visitor.roles == {Role.PERSON.value}:
        fitting = [row for row in fitting if "-person" not in row.roles]
    if not fitting:
        return 404
    if not declared:
        return 405
    if declared[0] not in fitting:
        return 404
    return LET_IN if visitor.proof >= declared[0].proof else 302


def is_public(route: Route) -> bool:
    return any(row.proof is Proof.NOTHING for row in rows_for(view_name=route.view_name, route=route.route))


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest after many refusals."""
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)


@pytest.fixture
def open_door(settings, unhurried):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.SentinelMiddleware"]


def actor_of(visitor: Visitor) -> Actor:
    """What the whole stack makes of the visitor's session."""
    request = visitor.client.get("/accounts/second-factor/").wsgi_request
    actor: Actor = request.actor
    assert actor.proof == visitor.proof
    assert visitor.proof is not Proof.RECENT_SECOND_FACTOR or actor.roles == visitor.roles
    return actor


class Door:
    """The gate with nothing but an open door behind it."""

    def __init__(self) -> None:
        self.gate = GateMiddleware(self._behind)
        self.requests = RequestFactory()

    def answer(self, method: str, address: str, actor: Actor) -> HttpResponse:
        request = self.requests.generic(method, address)
        request.actor = actor  # type: ignore[attr-defined]
        return self.gate(request)

    def _behind(self, request: HttpRequest) -> HttpResponse:
        """What Django does between the middleware and a view."""
        match = request.resolver_match = resolve(request.path_info)
        try:
            return self.gate.process_view(request, match.func, match.args, match.kwargs) or HttpResponse(status=LET_IN)
        except Http404:
            return HttpResponse(status=404)


def differences(route: Route, method: str, response: HttpResponse, answer: int) -> Iterator[str]:
    if response.status_code != answer:
        yield f"{method} {route.route}: {response.status_code}, not {answer}"
    if not is_public(route) and response.headers.get("Cache-Control") != "no-store":
        yield f"{method} {route.route}: may be kept by a cache"


def test_the_table_is_whole(record_testsuite_property):
    """How much there is to try; and nobody takes a route or a visitor out by mistake."""
    cells = len(reached()) * len(VISITORS) * len(METHODS)
    for name, number in (("routes", len(reached())), ("visitors", len(VISITORS)), ("cells", cells)):
        record_testsuite_property(f"access table {name}", number)
        assert number >= FEWEST[name], name
    print(f"{len(reached())} routes × {len(VISITORS)} visitors × {len(METHODS)} methods = {cells} cells")
    assert {make.__name__ for make in VISITORS} >= {role.value for role in Role}
    assert shadowed() == SHADOWED


@pytest.mark.parametrize("make_visitor", VISITORS, ids=lambda make: make.__name__)
def test_every_cell_at_the_gate(make_visitor, sign_in, unhurried, monkeypatch):
    visitor, door, written, refused, wrong = make_visitor(sign_in), Door(), [], 0, []
    actor = actor_of(visitor)
    monkeypatch.setattr("portal.accounts.middleware.gate.record_denial", lambda **row: written.append(row))
    for route, address in reached():
        for method in METHODS:
            answer = expected(route, visitor, method)
            refused += answer == 404
            wrong += differences(route, method, door.answer(method, address, actor), answer)
    assert not wrong, "\n".join(wrong)
    assert len(written) == refused
    assert {row["event"] for row in written} <= {Event.ROUTE_DENIED}


@pytest.mark.parametrize("make_visitor", VISITORS, ids=lambda make: make.__name__)
def test_every_route_through_the_whole_stack(make_visitor, sign_in, open_door):
    visitor, turn, refused, wrong = make_visitor(sign_in), VISITORS.index(make_visitor), 0, []
    for number, (route, address) in enumerate(reached()):
        if not route.is_own and (number + turn) % LIBRARY_ROUTES_IN_TURN:
            continue
        method = METHODS[(number // LIBRARY_ROUTES_IN_TURN + turn) % len(METHODS)]
        answer = expected(route, visitor, method)
        refused += answer == 404
        wrong += differences(route, method, visitor.client.generic(method, address), answer)
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.filter(event=Event.ROUTE_DENIED).count() == refused


def test_every_route_is_declared():
    assert [
        route.view_name for route in all_routes() if not rows_for(view_name=route.view_name, route=route.route)
    ] == []


OPENS_NO_DOSSIER = {
    "consent:questions",
    "consent:question",
    *("dossiers:start", "dossiers:receipt_check"),
    *("consent:proofs", "consent:proofs_of", "consent:proof", "consent:paper_picture"),
    *("consent:rights", "consent:right", "consent:right_extend", "consent:restriction_end"),
    *("consent:rights_of", "consent:right_write"),
    *("consent:statistics", "consent:statistics_csv", "consent:notices"),
    *(f"consent:notice_{name}" for name in ("draft", "write", "compare", "publish", "check")),
    *(f"consent:notice_{name}" for name in ("recordings", "recording", "recording_remove")),
}
"""Routes among those of dossiers and consent that show records of consent or less to somebody of the region."""


OPEN = {"my:letter", "my:key", "consent:notice_text", "consent:recording"}


def test_no_row_opens_a_dossier_to_who_may_never_see_one():
    """What the table may never say. The first page after signing in is everybody's: a work list, empty for most.

    The letter and the making of a key are the door to a person's pages; nothing is shown there. A published explanation
    is no secret, nor is the voice that reads it.
    """
    barred = {Role.EDITOR, Role.TRANSLATOR, Role.PUBLISHER, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR}
    for row in table():
        space = row.route.split(":")[0]
        if space in {"dossiers", "consent", "my"}:
            assert row.proof >= Proof.SECOND_FACTOR or row.route in OPEN, row
            if row.route not in OPENS_NO_DOSSIER:
                assert not row.roles & {"*", *(role.value for role in barred)}, row
        if space == "audit":
            assert row.roles == {Role.PRIVACY_OFFICER.value}, row
