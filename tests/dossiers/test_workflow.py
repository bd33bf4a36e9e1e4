"""The table of transitions, and the one function that moves a package along it."""

from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from dossiers import workflow_diagram
from dossiers.enums import EndReason, Status
from dossiers.models import Package
from dossiers.services.moving import Moved, move
from dossiers.workflow import ENDED, TRANSITIONS, Party, allowed_from
from portal.audit.actor import SYSTEM
from portal.audit.models import Entry
from tests.dossiers_factories import Handover, handover, package_in


@pytest.fixture
def where(db: None) -> Handover:
    where = handover()
    where.draft(answers=False)
    return where


def put_in(package: Package, status: Status) -> Package:
    """The row in a state, whatever way leads there; the constraints of the database hold."""
    ended = status in ENDED
    Package.objects.filter(pk=package.pk).update(
        status=status,
        manifest={},
        manifest_sha256="0" * 64,
        sealed_at=timezone.now(),
        ended_at=timezone.now() if ended else None,
        end_reason=EndReason.MISTAKE if ended else "",
        shredded_at=timezone.now() if status == Status.SHREDDED else None,
    )
    package.refresh_from_db()
    return package


def attempt(package: Package, name: str, party: Party, reason: EndReason | None) -> str:
    """``moved``, or the name of what was raised; nothing of it stays."""
    fields = {"shredded_at": timezone.now()} if name == "shred" else {}
    before = Entry.objects.count()
    try:
        with transaction.atomic():
            moved = move(package=package, name=name, party=party, who=SYSTEM, reason=reason, **fields)
            assert moved.status == TRANSITIONS[name].target
            assert Entry.objects.order_by("sequence").last().event == TRANSITIONS[name].event
            transaction.set_rollback(True)
    except (Moved, ValueError) as refused:
        answer = type(refused).__name__
    else:
        answer = "moved"
    package.refresh_from_db()
    assert Entry.objects.count() == before
    return answer


@pytest.mark.parametrize("status", Status)
def test_a_package_moves_exactly_where_the_table_says(where: Handover, status: Status) -> None:
    package = put_in(where.package, status)
    for name, transition in TRANSITIONS.items():
        reason = min(transition.reasons, default=None)
        for party in Party:
            expected = "moved" if status in transition.sources else "Moved"
            if party not in transition.by:
                expected = "ValueError"
            assert attempt(package, name, party, reason) == expected, (name, party)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_an_arrow_takes_its_own_reasons_and_no_other(where: Handover, name: str) -> None:
    transition = TRANSITIONS[name]
    package = put_in(where.package, min(transition.sources))
    party = min(transition.by)
    for reason in [None, *EndReason]:
        fits = reason in transition.reasons if transition.reasons else reason is None
        assert attempt(package, name, party, reason) == ("moved" if fits else "ValueError"), reason


def test_every_end_has_a_reason() -> None:
    ends = [transition for transition in TRANSITIONS.values() if transition.target in ENDED - {Status.SHREDDED}]
    assert ends
    assert all(transition.reasons for transition in ends)
    assert not any(
        transition.reasons for transition in TRANSITIONS.values() if transition.target not in ENDED - {Status.SHREDDED}
    )


def test_every_state_can_be_reached_and_left() -> None:
    reached, before = {Status.DRAFT}, set()
    while reached != before:
        before = set(reached)
        reached |= {transition.target for status in before for transition in allowed_from(status)}
    assert reached == set(Status)
    assert [status for status in Status if not allowed_from(status)] == [Status.SHREDDED]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [status for status in Status if status != Status.READY])
def test_the_services_lead_to_every_state(status: Status) -> None:
    """``ready`` is passed in one transaction, on the way to ``offered`` or ``awaiting_consent``."""
    package = package_in(status).package
    assert package.history.first().status == status
    assert (package.ended_at is not None) == (status in ENDED) == bool(package.end_reason)


class TestCompareAndSwap:
    def movers(self) -> dict[str, tuple[Party, EndReason | None]]:
        return {
            "accept": (Party.RECEIVER, None),
            "refuse": (Party.RECEIVER, EndReason.WRONG_TEAM),
            "recall": (Party.SENDER, EndReason.MISTAKE),
            "withdraw": (Party.PERSON, EndReason.CONSENT_WITHDRAWN),
        }

    def test_of_two_who_saw_the_same_one_wins(self, offered: Handover) -> None:
        seen_by_one, seen_by_other = offered.now(), offered.now()
        with transaction.atomic():
            move(package=seen_by_one, name="accept", party=Party.RECEIVER, who=SYSTEM)
        rows = Entry.objects.count()
        for name, (party, reason) in self.movers().items():
            with pytest.raises(Moved), transaction.atomic():
                move(package=seen_by_other, name=name, party=party, who=SYSTEM, reason=reason)
        assert offered.now().status == Status.ACCEPTED
        assert Entry.objects.count() == rows

    def test_a_move_leaves_history(self, offered: Handover) -> None:
        before = offered.package.history.count()
        with transaction.atomic():
            move(package=offered.now(), name="accept", party=Party.RECEIVER, who=SYSTEM)
        assert offered.package.history.count() == before + 1


class TestThePage:
    def test_equals_the_table(self) -> None:
        written = (Path(settings.BASE_DIR) / workflow_diagram.PATH).read_text(encoding="utf-8")
        assert written == workflow_diagram.document()
        call_command("workflow_table", check=True)

    def test_has_every_arrow(self) -> None:
        text = workflow_diagram.document()
        for name, transition in TRANSITIONS.items():
            for source in transition.sources:
                assert f"    {source.value} --> {transition.target.value}: {name}\n" in text

    def test_the_command_writes_and_checks(
        self, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say = partial(call_command, "workflow_table", stdout=StringIO())
        settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
        (tmp_path / "docs").mkdir()
        with pytest.raises(CommandError, match="out of date"):
            say(check=True)
        say()
        say(check=True)
        (tmp_path / "docs" / "workflow.md").write_text("something else")
        with pytest.raises(CommandError, match="out of date"):
            say(check=True)
