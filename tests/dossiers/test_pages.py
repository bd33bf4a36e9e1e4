"""The pages of a package: second clicks, hostile words, old second factors, and how many queries they cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.enums import InvolvementReason
from consent.services import involve
from dossiers.enums import Status
from dossiers.models import FileRelease, Package
from portal.accounts.enums import Role
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.dossiers_factories import (
    ANSWER,
    CHILD,
    CONTENT,
    FILE_NAME,
    Handover,
    be_scanned,
    handover,
    package_in,
)
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
LATE = "Iemand anders heeft dit net veranderd."


def go(name: str, where: Handover, *more: object) -> str:
    return reverse(f"dossiers:{name}", args=[where.package.public_id, *more])


class TestSecondClicks:
    """The same button twice: done once, and said in words the second time."""

    @pytest.mark.parametrize(
        ("status", "side", "name", "data", "after"),
        [
            (Status.DRAFT, "sender", "package_form", {"summary": "a", "contact": "b", "close": "1"}, Status.SCANNING),
            (Status.QUARANTINED, "sender", "package_reopen", {}, Status.DRAFT),
            (Status.DRAFT, "sender", "package_discard", {}, Status.ENTERED_IN_ERROR),
            (Status.OFFERED, "sender", "package_recall", {"reason": "mistake"}, Status.RECALLED),
            (Status.OFFERED, "receiver", "package_accept", {}, Status.ACCEPTED),
            (Status.OFFERED, "receiver", "package_refuse", {"reason": "wrong_team"}, Status.REFUSED),
            (Status.ACCEPTED, "receiver", "package_collect", {}, Status.COLLECTED),
            (Status.COLLECTED, "receiver", "package_confirm", {}, Status.CONFIRMED),
        ],
    )
    def test_change_nothing_and_are_told(self, client, sign_in, status, side, name, data, after) -> None:
        where = package_in(status)
        sign_in(client, getattr(where, side))
        first = client.post(go(name, where), data)
        assert (first.status_code, first["Location"]) == (302, where.package.path)
        assert LATE not in client.get(where.package.path).content.decode()
        last = Entry.objects.count()
        second = client.post(go(name, where), data)
        assert (second.status_code, second["Location"]) == (302, where.package.path)
        assert where.now().status == after
        row = Entry.objects.get(sequence__gt=last)
        assert (row.outcome, row.reason) == (Outcome.DENIED, "wrong_state")
        assert LATE in client.get(where.package.path).content.decode()

    def test_a_file_is_taken_out_once(self, client, sign_in) -> None:
        where = package_in(Status.DRAFT)
        sign_in(client, where.sender)
        address = go("file_remove", where, where.package.files.get().public_id)
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 404

    def test_a_new_version_is_made_once(self, client, sign_in) -> None:
        where = package_in(Status.RECALLED)
        sign_in(client, where.sender)
        renewed = client.post(go("package_renew", where))["Location"]
        assert client.get(renewed).status_code == 200
        client.post(go("package_renew", where))
        assert Package.objects.filter(previous=where.package).count() == 1


HOSTILE = {
    "NUL": "a\x00b",
    "emoji": "👩‍👧 koorts",
    "right-to-left override": "\u202eneervoor\u202c",
    "too long": "x" * 5001,
    "script": "<script>alert(1)</script>",
    "template": "{{ settings.SECRET_KEY }}{% load x %}",
    "lone surrogate": "\ud800",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_in_the_form_do_no_harm(client, sign_in, kind: str) -> None:
    where = package_in(Status.DRAFT)
    sign_in(client, where.sender)
    body = f"summary={'%ED%A0%80' if kind == 'lone surrogate' else ''}&contact=b"
    if kind == "lone surrogate":
        response = client.post(go("package_form", where), body, content_type="application/x-www-form-urlencoded")
    else:
        response = client.post(go("package_form", where), {"summary": HOSTILE[kind], "contact": "b"})
    assert response.status_code == (422 if kind in {"NUL", "too long"} else 302)
    page = client.get(where.package.path)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_what_is_missing_is_asked_for_on_the_page(client, sign_in) -> None:
    where = package_in(Status.DRAFT)
    sign_in(client, where.sender)
    last = Entry.objects.count()
    response = client.post(go("package_form", where), {"summary": "", "contact": "", "close": "1"})
    assert response.status_code == 422
    assert response.content.decode().count("Vul dit in. Zonder dit kan het niet weg.") >= 2
    assert where.now().status == Status.DRAFT
    assert Event.PACKAGE_READ in Entry.objects.filter(sequence__gt=last).values_list("event", flat=True)


@pytest.mark.parametrize("name", ["package_refuse", "package_recall"])
def test_an_end_needs_a_reason(client, sign_in, offered: Handover, name: str) -> None:
    sign_in(client, offered.receiver if name == "package_refuse" else offered.sender)
    for data in ({}, {"reason": "delivered"}, {"reason": "\x00"}):
        assert client.post(go(name, offered), data).status_code == 422
    assert offered.now().status == Status.OFFERED


class TestCollecting:
    def test_gives_the_bytes_and_nothing_to_play_with(self, client, sign_in, collected: Handover) -> None:
        sign_in(client, collected.receiver)
        response = client.get(go("file_collect", collected, collected.package.files.get().public_id))
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == CONTENT
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"] == f'attachment; filename="{FILE_NAME}"'
        assert response["Cache-Control"] == "no-store"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Length"] == str(len(CONTENT))
        assert FileRelease.objects.get().user == collected.receiver
        assert ANSWER in client.get(go("form_collect", collected)).content.decode()

    @pytest.mark.parametrize("name", ["file_collect", "form_collect"])
    def test_head_releases_nothing(self, client, sign_in, collected: Handover, name: str) -> None:
        sign_in(client, collected.receiver)
        more = (collected.package.files.get().public_id,) if name == "file_collect" else ()
        last = Entry.objects.count()
        response = client.head(go(name, collected, *more))
        assert (response.status_code, response["Allow"]) == (405, "GET")
        assert not FileRelease.objects.exists()
        assert not Entry.objects.filter(sequence__gt=last, event=Event.FILE_COLLECTED).exists()

    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize("name", ["file_collect", "form_collect", "receipt_json", "receipt_pdf"])
    def test_an_old_second_factor_is_asked_again(
        self, client, sign_in, collected: Handover, name: str, method: str
    ) -> None:
        sign_in(client, collected.receiver, factor_age=16 * 60)
        more = (collected.package.files.get().public_id,) if name == "file_collect" else ()
        response = getattr(client, method)(go(name, collected, *more))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("accounts:second_factor"))
        assert not FileRelease.objects.exists()

    def test_the_button_asks_it_again_too(self, client, sign_in) -> None:
        where = package_in(Status.ACCEPTED)
        sign_in(client, where.receiver, factor_age=16 * 60)
        response = client.post(go("package_collect", where))
        assert response["Location"].startswith(reverse("accounts:second_factor"))
        assert where.now().status == Status.ACCEPTED

    def test_after_a_withdrawal_the_next_request_is_refused(self, client, sign_in, collected: Handover) -> None:
        sign_in(client, collected.receiver)
        address = go("file_collect", collected, collected.package.files.get().public_id)
        assert client.get(address).status_code == 200
        collected.withdraw()
        last = Entry.objects.count()
        assert client.get(address).status_code == 404
        row = Entry.objects.get(sequence__gt=last)
        assert (row.event, row.outcome, row.reason) == (Event.FILE_COLLECTED, Outcome.DENIED, "withdrawn")
        assert FileRelease.objects.count() == 1
        page = client.get(collected.package.path).content.decode()
        assert CHILD not in page
        assert FILE_NAME not in page

    def test_a_frozen_package_shows_no_names(self, client, sign_in, collected: Handover) -> None:
        sign_in(client, collected.receiver)
        assert FILE_NAME in client.get(collected.package.path).content.decode()
        collected.move_away()
        page = client.get(collected.package.path).content.decode()
        assert CHILD not in page
        assert FILE_NAME not in page

    def test_damaged_bytes_are_told_honestly(self, client, sign_in, collected: Handover, settings) -> None:
        from tests.dossiers.test_uploads import blobs

        (blob,) = blobs()
        blob.write_bytes(blob.read_bytes()[:-20] + bytes(20))
        sign_in(client, collected.receiver)
        response = client.get(go("file_collect", collected, collected.package.files.get().public_id))
        assert response.status_code == 410
        assert CONTENT[:100] not in response.content


class TestTheCostOfAPage:
    """Queries do not grow with the number of packages; the rows of the log do, one for each person."""

    def several(self, where: Handover, count: int) -> None:
        for number in range(count):
            other = handover(v_number=f"V88800000{number:02}")
            other.sender_team, other.sender = where.sender_team, where.sender
            other.receiver_team, other.receiver = where.receiver_team, where.receiver
            where.receiver_team.serves.add(other.coupling.municipality)
            involve(person=other.child, team=where.sender_team, reason=InvolvementReason.LOOKED_UP)
            package_in(Status.OFFERED, where=other)

    def cost(self, client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return sum("audit_" not in query["sql"] for query in queries.captured_queries)

    @pytest.mark.parametrize("side", ["sender", "receiver"])
    def test_the_work_list(self, client, sign_in, offered: Handover, side: str) -> None:
        sign_in(client, getattr(offered, side))
        before = self.cost(client, reverse("dossiers:start"))
        self.several(offered, 4)
        assert self.cost(client, reverse("dossiers:start")) == before

    def test_a_person(self, client, sign_in, offered: Handover) -> None:
        sign_in(client, offered.sender)
        address = reverse("dossiers:person", args=[offered.child.public_id])
        before = self.cost(client, address)
        for _ in range(4):
            offered.draft()
        assert self.cost(client, address) == before

    @pytest.mark.parametrize("side", ["sender", "receiver"])
    def test_a_package(self, client, sign_in, offered: Handover, side: str) -> None:
        sign_in(client, getattr(offered, side))
        address = offered.package.path
        before = self.cost(client, address)
        for _ in range(4):
            offered.draft()
        assert self.cost(client, address) == before


def test_who_sends_and_receives_sees_each_package_from_its_own_side(
    client: Client, sign_in: Callable[..., Client], offered: Handover
) -> None:
    MembershipFactory(user=offered.sender, team=offered.sender_team, role=Role.RECEIVER)
    sign_in(client, offered.sender)
    page = client.get(offered.package.path).content.decode()
    assert ANSWER in page
    assert go("package_accept", offered) not in page
    response: HttpResponse = client.post(go("package_accept", offered))
    assert response.status_code == 404


def test_a_draft_with_a_checked_file_shows_its_state(client, sign_in) -> None:
    where = package_in(Status.DRAFT)
    be_scanned(where.package.files.get())
    sign_in(client, where.sender)
    answer = client.get(go("package_state", where)).json()
    assert (answer["status"], [file["scan"] for file in answer["files"]]) == ("draft", ["clean"])


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.EDITOR, "wagtailadmin_home"),
        (Role.PRIVACY_OFFICER, "audit:log"),
        (Role.ORGANISATION_ADMINISTRATOR, "accounts:people"),
        (Role.REGION_ADMINISTRATOR, "accounts:organisations"),
    ],
)
def test_who_has_no_packages_begins_where_the_own_work_is(
    client: Client, sign_in: Callable[..., Client], role: Role, place: str
) -> None:
    answer = sign_in(client, MembershipFactory(role=role).user).get(reverse("dossiers:start"))
    assert (answer.status_code, answer["Location"]) == (302, reverse(place))
