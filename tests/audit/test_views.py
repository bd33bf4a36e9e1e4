"""The privacy officer reads, filters and verifies the log; everybody else meets a closed door."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.enums import Role
from portal.audit import labels, queries
from portal.audit.enums import Action, Event, Outcome
from portal.audit.findings import FindingKind
from portal.audit.models import Entry
from tests.audit.conftest import act
from tests.factories import member
from tests.triggers import without_triggers

SUBJECT = str(uuid.uuid4())


@pytest.fixture
def officer(transactional_db: None, client: Client, sign_in: Callable[..., Any]) -> Iterator[Client]:
    return sign_in(client, member(Role.PRIVACY_OFFICER))


def sequences(response: Any) -> list[int]:
    return [entry.sequence for entry in response.context["page"].entries]


def test_every_code_has_a_label() -> None:
    assert set(labels.EVENTS) == set(Event)
    assert set(labels.ACTIONS) == set(Action)
    assert set(labels.OUTCOMES) == set(Outcome)
    assert set(labels.FINDINGS) == set(FindingKind)


def test_log_shows_what_happened_and_that_it_was_read(officer: Client) -> None:
    entry = act(subject=SUBJECT, object_type="package", object_id="p-1", details={"count": 2})
    response = officer.get(reverse("audit:log"))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert str(labels.EVENTS[Event.PACKAGE_READ]) in text
    assert SUBJECT in text
    assert entry.actor_id in text
    reading = Entry.objects.latest("sequence")
    assert (reading.event, reading.action) == (Event.AUDIT_READ, Action.READ)
    assert reading.actor_role == "privacy_officer"


def test_filters(officer: Client) -> None:
    wanted = act(subject=SUBJECT, event=Event.FILE_COLLECTED, outcome=Outcome.DENIED)
    act()
    day = wanted.at.date().isoformat()
    for query in (
        {"subject": SUBJECT},
        {"event": "dossiers:file:collect"},
        {"outcome": "denied"},
        {"subject": SUBJECT, "event": "dossiers:file:collect", "outcome": "denied", "actor": wanted.actor_id},
    ):
        assert wanted.sequence in sequences(officer.get(reverse("audit:log"), query))
        assert all(
            entry.subject == SUBJECT or entry.event == Event.AUDIT_READ
            for entry in officer.get(reverse("audit:log"), query).context["page"].entries
        )
    assert sequences(officer.get(reverse("audit:log"), {"subject": "nobody"})) == []
    assert sequences(officer.get(reverse("audit:log"), {"until": "2000-01-01"})) == []
    assert wanted.sequence in sequences(
        officer.get(reverse("audit:log"), {"since": "2000-01-01", "until": "2999-01-01"})
    )
    assert Entry.objects.filter(event=Event.AUDIT_READ, details__until="2000-01-01").exists()
    assert officer.get(reverse("audit:log"), {"since": day, "until": "2000-01-01"}).context["form"].errors


@pytest.mark.parametrize(
    "query",
    [
        "before=abc",
        "before=-1",
        "before=" + "9" * 40,
        "subject=%00",
        "since=9999-12-31",
        "until=9999-12-31",
        "event=x",
        "actor=a b",
        "subject=Amina+Yusuf",
    ],
)
def test_odd_queries_are_answered(officer: Client, query: str) -> None:
    assert officer.get(reverse("audit:log") + "?" + query).status_code == 200


def test_screens_follow_each_other_without_gap(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    written = [act(subject=SUBJECT).sequence for _ in range(5)]
    seen: list[int] = []
    query: dict[str, Any] = {"subject": SUBJECT, "event": Event.PACKAGE_READ.value}
    while True:
        response = officer.get(reverse("audit:log"), query)
        seen += sequences(response)
        if response.context["page"].next_sequence is None:
            break
        query["before"] = response.context["page"].next_sequence
    assert seen == written[::-1]


def test_timeline_of_one_person_is_in_order(officer: Client) -> None:
    first, _, second = act(subject=SUBJECT), act(), act(subject=SUBJECT)
    url = reverse("audit:timeline", args=[SUBJECT])
    assert sequences(officer.get(url)) == [first.sequence, second.sequence]
    assert Entry.objects.latest("sequence").subject == SUBJECT


@pytest.mark.parametrize("route", ["log", "timeline"])
def test_number_of_queries_does_not_grow(officer: Client, route: str) -> None:
    url = reverse("audit:log") if route == "log" else reverse("audit:timeline", args=[SUBJECT])
    counts = set()
    for rows in (1, 20):
        for _ in range(rows):
            act(subject=SUBJECT)
        officer.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            officer.get(url)
        counts.add(len(captured))
    assert len(counts) == 1


def test_verification_says_that_all_is_well(officer: Client) -> None:
    act()
    response = officer.post(reverse("audit:verify"))
    assert response.status_code == 200
    assert response.context["report"].ok
    assert "Het logboek klopt" in response.content.decode()
    last = Entry.objects.latest("sequence")
    assert (last.event, last.outcome, last.details["findings"]) == (Event.AUDIT_VERIFIED, Outcome.SUCCESS, 0)


def test_verification_names_the_row(officer: Client) -> None:
    entry = act(subject=SUBJECT)
    with without_triggers():
        Entry.objects.filter(pk=entry.pk).update(subject="somebody-else")
    response = officer.post(reverse("audit:verify"))
    assert f"Regel {entry.sequence}: Deze regel is veranderd." in response.content.decode()
    assert Entry.objects.latest("sequence").outcome == Outcome.FAILED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PRIVACY_OFFICER])
def test_no_other_role_comes_in(client: Client, sign_in: Callable[..., Any], role: Role) -> None:
    sign_in(client, member(role))
    for response in (
        client.get(reverse("audit:log")),
        client.get(reverse("audit:timeline", args=[SUBJECT])),
        client.post(reverse("audit:verify")),
    ):
        assert response.status_code == 404
    assert not Entry.objects.filter(event__in=[Event.AUDIT_READ, Event.AUDIT_VERIFIED]).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proof", [{"second_factor": False}, {"factor_age": 16 * 60}])
def test_second_factor_must_be_recent(client: Client, sign_in: Callable[..., Any], proof: dict[str, Any]) -> None:
    sign_in(client, member(Role.PRIVACY_OFFICER), **proof)
    assert client.get(reverse("audit:log")).status_code == 302
    assert not Entry.objects.filter(event=Event.AUDIT_READ).exists()
