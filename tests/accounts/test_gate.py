"""How the gate answers, beyond the table: absent and closed alike, refusals audited, floods slowed."""

import pytest
from django.core import checks
from django.test import Client, RequestFactory
from django.urls import reverse

from portal import access
from portal.access import READ, READ_WRITE, WRITE, AccessRow, Proof
from portal.accounts.checks import every_route_is_declared, sign_in_keeps_its_promises
from portal.accounts.enums import Role
from portal.accounts.models import Municipality
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def routes(settings, monkeypatch):
    """A small site of its own, with rows for all but one of its routes."""
    settings.ROOT_URLCONF = "tests.accounts.undeclared_urls"
    settings.LOGIN_REDIRECT_URL = "accounts:home"
    own = [row for row in access.table() if row.route.startswith(("accounts:", "healthz", "readyz"))]
    receivers = frozenset({Role.RECEIVER.value})
    rows = (
        *own,
        AccessRow(route="denying", methods=READ, proof=Proof.SECOND_FACTOR, roles=receivers, why="test"),
        AccessRow(route="absent", methods=READ, proof=Proof.SECOND_FACTOR, roles=receivers, why="test"),
        AccessRow(route="upload", methods=WRITE, proof=Proof.SECOND_FACTOR, roles=receivers, why="test"),
        AccessRow(route="reading", methods=READ_WRITE, proof=Proof.RECENT_SECOND_FACTOR, roles=receivers, why="test"),
    )
    monkeypatch.setattr(access, "table", lambda: rows)
    monkeypatch.setattr("portal.accounts.checks.table", lambda: rows)
    return rows


class TestUndeclaredRoutes:
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
    def test_closed_to_everybody(self, client, sign_in, routes, method):
        assert client.generic(method, "/undeclared/").status_code == 302
        sign_in(client, member(Role.RECEIVER))
        response = client.generic(method, "/undeclared/")
        assert response.status_code == 404
        assert b"secret" not in response.content
        assert Entry.objects.get(event=Event.ROUTE_DENIED).reason == "not_declared"

    def test_the_check_names_them(self, routes):
        assert [(error.id, "undeclared" in error.msg) for error in every_route_is_declared(None)] == [
            ("accounts.E001", True)
        ]

    def test_a_tree_may_not_hide_a_view_of_ours_nor_be_public(self, routes, monkeypatch):
        tree = AccessRow(tree="undeclared/", known=frozenset({"undeclared"}), proof=Proof.NOTHING, why="test")
        monkeypatch.setattr(access, "table", lambda: (*routes, tree))
        monkeypatch.setattr("portal.accounts.checks.table", lambda: (*routes, tree))
        monkeypatch.setattr("portal.accounts.routes.OWN_MODULES", ("tests",))
        assert {error.id for error in every_route_is_declared(None)} == {"accounts.E002", "accounts.E003"}

    def test_an_open_tree_names_its_routes(self, routes, monkeypatch):
        """What a library adds to its tree stays shut until somebody has looked at it."""
        tree = AccessRow(tree="undeclared/", roles=frozenset({"receiver"}), why="test")
        gone = AccessRow(tree="undeclared/", known=frozenset({"gone"}), roles=frozenset({"receiver"}), why="test")
        for row, codes in ((tree, {"accounts.E001", "accounts.E007"}), (gone, {"accounts.E001", "accounts.E004"})):
            monkeypatch.setattr(access, "table", lambda row=row: (*routes, row))
            monkeypatch.setattr("portal.accounts.checks.table", lambda row=row: (*routes, row))
            assert {error.id for error in every_route_is_declared(None)} == codes

    def test_a_row_without_a_route_is_named(self, routes, monkeypatch):
        gone = AccessRow(route="gone", proof=Proof.NOTHING, why="test")
        monkeypatch.setattr("portal.accounts.checks.table", lambda: (*routes, gone))
        assert [error.id for error in every_route_is_declared(None)] == ["accounts.E001", "accounts.E004"]

    def test_the_order_of_middleware_is_checked(self, settings):
        assert sign_in_keeps_its_promises(None) == []
        settings.MIDDLEWARE = list(reversed(settings.MIDDLEWARE))
        assert [error.id for error in sign_in_keeps_its_promises(None)] == ["accounts.E005"]
        assert all(isinstance(error, checks.Error) for error in sign_in_keeps_its_promises(None))


class TestAbsentAndClosedAreOne:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    @pytest.mark.parametrize("second_factor", [None, False])
    def test_for_whoever_is_not_verified(self, sign_in, routes, method, second_factor):
        # The CSRF check is on: its 403 for a form would tell that there is an address.
        client = Client(enforce_csrf_checks=True)
        if second_factor is not None:
            sign_in(client, member(Role.RECEIVER), second_factor=second_factor)
        answers = set()
        for address in ("/reading/", "/upload/", "/undeclared/", "/nowhere/", "/nowhere/at/all.php"):
            response = client.generic(method, address)
            location = response["Location"].replace(address.replace("/", "%2F"), "ADDRESS")
            headers = {name: value for name, value in response.items() if name != "Location"}
            answers.add((response.status_code, location, response.content, tuple(sorted(headers.items()))))
        assert len(answers) == 1, answers
        assert not Entry.objects.exists()

    def test_for_whoever_is(self, client, sign_in, routes):
        sign_in(client, member(Role.SENDER))
        pages = {client.get(address).content for address in ("/reading/", "/nowhere/")}
        assert len(pages) == 1

    def test_a_view_that_finds_nothing_and_one_that_denies(self, client, sign_in, routes):
        sign_in(client, member(Role.RECEIVER))
        answers = [client.get(address) for address in ("/absent/", "/denying/", "/nowhere/")]
        assert {response.status_code for response in answers} == {404}
        assert len({response.content for response in answers}) == 1

    def test_only_a_get_comes_back_to_where_it_was(self, client, routes):
        sign_in = reverse("accounts:sign_in")
        assert client.get("/reading/?a=b")["Location"] == f"{sign_in}?next=%2Freading%2F%3Fa%3Db"
        assert client.post("/reading/")["Location"] == sign_in


class TestDenials:
    def test_are_written_outside_the_rolled_back_transaction(self, client, sign_in, routes):
        user = member(Role.RECEIVER)
        sign_in(client, user)
        assert client.get("/denying/").status_code == 404
        assert not Municipality.objects.filter(code="GM9999").exists()
        row = Entry.objects.get()
        assert (row.event, row.outcome, row.reason) == (Event.PACKAGE_READ, Outcome.DENIED, "no_consent")
        assert (row.subject, row.object_type, row.object_id) == ("s-1", "package", "p-1")
        assert (row.actor_id, row.actor_role) == (str(user.public_id), Role.RECEIVER)
        assert row.address == "127.0.0.1"
        assert row.session
        assert row.request_id

    @pytest.mark.parametrize("address", ["/denying/", "/undeclared/"])
    def test_that_cannot_be_written_are_not_answered_as_if(self, client, sign_in, routes, monkeypatch, address):
        def broken(**kwargs):
            raise RuntimeError("no log")

        monkeypatch.setattr("portal.accounts.middleware.gate.record_denial", broken)
        sign_in(client, member(Role.RECEIVER))
        assert client.get(address).status_code == 503

    def test_a_flood_of_one_user_ends_in_a_rest_and_stops_writing(self, sign_in, routes, monkeypatch):
        monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 5)
        flooding, other = sign_in(Client(), member(Role.RECEIVER)), sign_in(Client(), member(Role.RECEIVER))
        statuses = [flooding.get("/denying/").status_code for _ in range(8)]
        assert statuses == [404] * 5 + [429] * 3
        assert flooding.get("/reading/").status_code == 429
        assert Entry.objects.count() == 5
        assert other.get("/reading/").status_code == 200

    def test_a_forwarded_address_is_not_believed(self, client, sign_in, routes):
        sign_in(client, member(Role.RECEIVER))
        client.get("/denying/", headers={"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1"})
        assert Entry.objects.get().address == "127.0.0.1"


class TestStepUp:
    def test_a_page_comes_back_after_the_code(self, client, sign_in, routes):
        sign_in(client, member(Role.RECEIVER), factor_age=3600)
        second_factor = reverse("accounts:second_factor")
        assert client.get("/reading/?a=b")["Location"] == f"{second_factor}?next=%2Freading%2F%3Fa%3Db"

    @pytest.mark.parametrize(
        ("referer", "way_back"),
        [
            ("http://testserver/reading/?a=b", "?next=%2Freading%2F%3Fa%3Db"),
            ("https://evil.example/reading/", ""),
            ("http://testserver//evil.example/", ""),
            ("", ""),
        ],
    )
    def test_a_form_comes_back_to_the_page_it_stood_on(self, client, sign_in, routes, referer, way_back):
        sign_in(client, member(Role.RECEIVER), factor_age=3600)
        response = client.post("/reading/", headers={"Referer": referer})
        assert response["Location"] == reverse("accounts:second_factor") + way_back

    def test_the_wrong_role_is_told_nothing_of_a_second_factor(self, client, sign_in, routes):
        sign_in(client, member(Role.SENDER), factor_age=3600)
        assert client.get("/reading/").status_code == 404


def test_nobody_reads_the_body_before_it_is_known_who_sends_it(client, sign_in, routes, monkeypatch):
    from django.http import HttpRequest

    read: list[str] = []
    monkeypatch.setattr(HttpRequest, "_load_post_and_files", lambda self: read.append(self.path))
    client = Client(enforce_csrf_checks=True)
    for visitor in (None, UserFactory(), member(Role.SENDER)):
        if visitor is not None:
            sign_in(client, visitor)
        client.post("/upload/", {"a": "b"})
    assert read == []


def test_methods(client, sign_in, routes):
    sign_in(client, member(Role.RECEIVER))
    response = client.delete("/reading/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    sign_in(client, member(Role.SENDER))
    assert client.delete("/reading/").status_code == 404


def test_a_reader_costs_no_query_and_gets_no_cookie(client, settings, routes, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_a_signed_in_request_costs_four_queries(client, sign_in, routes, django_assert_num_queries):
    sign_in(client, member(Role.RECEIVER))
    with django_assert_num_queries(4):  # session, user, device, memberships
        assert client.get("/reading/").status_code == 200


def test_several_teams_and_roles():
    from portal.accounts.sessions import resolve_actor
    from tests.factories import MembershipFactory, TeamFactory

    user = UserFactory()
    first = TeamFactory(organisation__name="A")
    second = TeamFactory(organisation=first.organisation)
    elsewhere = TeamFactory(organisation__name="B")
    for team, role in ((first, Role.SENDER), (first, Role.RECEIVER), (second, Role.RECEIVER), (elsewhere, Role.EDITOR)):
        MembershipFactory(user=user, team=team, role=role)
    client = Client()
    from tests.signing_in import sign_in

    sign_in(client, user)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    actor = resolve_actor(request)
    assert actor.roles_by_team == {
        first.pk: frozenset({Role.SENDER, Role.RECEIVER}),
        second.pk: frozenset({Role.RECEIVER}),
    }
    assert actor.teams_with(Role.RECEIVER) == {first.pk, second.pk}
    assert actor.who.role == "receiver,sender"
    assert actor.who.team_id == ""
    assert actor.who.organisation_id == str(first.organisation.public_id)
