"""What each act leaves in the audit log, and that no act is done that cannot be written there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dossiers.enums import EndReason, Status
from dossiers.models import Coupling, FileRelease, Package, PackageFile
from dossiers.services import drafts, ending, reading, receiving
from portal.accounts.models import OutgoingMessage
from portal.audit import services as audit
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry, TreeState
from portal.vault.enums import Scan, ScanReason
from portal.vault.models import Container, ContainerKey, FileKey, StoredFile
from tests.dossiers_factories import (
    ANSWERS,
    CHILD,
    FILE_NAME,
    KIND,
    TO_SHREDDING,
    V_NUMBER,
    Handover,
    be_scanned,
    handover,
    package_in,
)

pytestmark = pytest.mark.django_db
E = Event


@dataclass(frozen=True, kw_only=True)
class Act:
    """One service: from which state, how it is called, what it writes down."""

    name: str
    status: Status | None
    do: Callable[[Handover], Any]
    events: tuple[Event, ...]


def _now(days: int = 0) -> Any:
    return timezone.now() + timedelta(days=days)


def _new_version(where: Handover) -> None:
    drafts.new_version(actor=where.sends, package=where.package, recipient_team=where.receiver_team)


def _collect_file(where: Handover) -> None:
    receiving.release_file(actor=where.receives, package=where.package, file=where.package.files.get())


ACTS = (
    Act(name="create", status=None, do=lambda w: w.draft(answers=False), events=(E.PACKAGE_CREATED,)),
    Act(
        name="save form",
        status=Status.DRAFT,
        do=lambda w: drafts.save_form(actor=w.sends, package=w.package, answers=ANSWERS),
        events=(E.PACKAGE_EDITED,),
    ),
    Act(
        name="remove file",
        status=Status.DRAFT,
        do=lambda w: drafts.remove_file(actor=w.sends, package=w.package, file=w.package.files.get()),
        events=(E.PACKAGE_FILE_REMOVED,),
    ),
    Act(name="close", status=Status.DRAFT, do=lambda w: w.close(), events=(E.PACKAGE_CLOSED,)),
    Act(
        name="reopen",
        status=Status.QUARANTINED,
        do=lambda w: drafts.reopen_package(actor=w.sends, package=w.package),
        events=(E.PACKAGE_REOPENED,),
    ),
    Act(
        name="discard",
        status=Status.DRAFT,
        do=lambda w: ending.discard_draft(actor=w.sends, package=w.package),
        events=(E.PACKAGE_MARKED_WRONG,),
    ),
    Act(
        name="clean scan",
        status=Status.SCANNING,
        do=lambda w: be_scanned(w.package.files.get()),
        events=(E.FILE_SCANNED, E.PACKAGE_SEALED, E.PACKAGE_WAITING),
    ),
    Act(
        name="virus",
        status=Status.SCANNING,
        do=lambda w: be_scanned(w.package.files.get(), Scan.INFECTED, ScanReason.VIRUS),
        events=(E.FILE_SCANNED, E.PACKAGE_QUARANTINED),
    ),
    Act(
        name="consent comes",
        status=Status.AWAITING_CONSENT,
        do=lambda w: w.consent(),
        events=(E.PACKAGE_OFFERED, E.CONSENT_RECORDED),
    ),
    Act(
        name="recall",
        status=Status.OFFERED,
        do=lambda w: ending.recall_package(actor=w.sends, package=w.package, reason=EndReason.MISTAKE),
        events=(E.PACKAGE_RECALLED,),
    ),
    Act(
        name="accept",
        status=Status.OFFERED,
        do=lambda w: receiving.accept_package(actor=w.receives, package=w.package),
        events=(E.PACKAGE_ACCEPTED,),
    ),
    Act(
        name="refuse",
        status=Status.ACCEPTED,
        do=lambda w: receiving.refuse_package(actor=w.receives, package=w.package, reason=EndReason.UNREADABLE),
        events=(E.PACKAGE_REFUSED,),
    ),
    Act(
        name="collect",
        status=Status.ACCEPTED,
        do=lambda w: receiving.collect_package(actor=w.receives, package=w.package),
        events=(E.PACKAGE_COLLECTED,),
    ),
    Act(name="release file", status=Status.COLLECTED, do=_collect_file, events=(E.FILE_COLLECTED,)),
    Act(
        name="release form",
        status=Status.COLLECTED,
        do=lambda w: receiving.release_form(actor=w.receives, package=w.package),
        events=(E.FILE_COLLECTED,),
    ),
    Act(
        name="confirm",
        status=Status.COLLECTED,
        do=lambda w: receiving.confirm_package(actor=w.receives, package=w.package),
        events=(E.PACKAGE_CONFIRMED,),
    ),
    Act(
        name="withdraw",
        status=Status.ACCEPTED,
        do=lambda w: w.withdraw(),
        events=(E.PACKAGE_WITHDRAWN, E.CONSENT_WITHDRAWN),
    ),
    Act(
        name="expire",
        status=Status.OFFERED,
        do=lambda w: ending.expire_due(now=_now() + KIND.collection),
        events=(E.PACKAGE_EXPIRED,),
    ),
    Act(
        name="forget",
        status=Status.DRAFT,
        do=lambda w: ending.discard_forgotten_drafts(now=_now() + ending.FORGOTTEN_AFTER),
        events=(E.PACKAGE_MARKED_WRONG,),
    ),
    Act(
        name="shred",
        status=Status.CONFIRMED,
        do=lambda w: ending.shred_due(now=_now() + TO_SHREDDING),
        events=(E.PACKAGE_SHREDDED,),
    ),
    Act(
        name="change coupling",
        status=Status.OFFERED,
        do=lambda w: w.move_away(),
        events=(E.COUPLING_CHANGED, E.PACKAGE_FROZEN),
    ),
    Act(name="new version", status=Status.RECALLED, do=_new_version, events=(E.PACKAGE_CREATED, E.PACKAGE_EDITED)),
    Act(
        name="read package",
        status=Status.OFFERED,
        do=lambda w: reading.record_package_read(actor=w.receives, package=w.package),
        events=(E.PACKAGE_READ,),
    ),
    Act(
        name="read list",
        status=Status.OFFERED,
        do=lambda w: reading.record_list(actor=w.receives, packages=[w.package, w.package]),
        events=(E.PACKAGE_LISTED,),
    ),
)
# Reading a page is done for the organisation: somebody may see it through several teams.
BY_ORGANISATION = {E.PACKAGE_READ, E.PACKAGE_LISTED}
PARAMETERS = [pytest.param(act, id=act.name) for act in ACTS]


def begin(act: Act) -> Handover:
    if act.status is None:
        return handover()
    where = package_in(act.status)
    where.now()
    return where


@pytest.mark.parametrize("act", PARAMETERS)
def test_an_act_writes_exactly_its_rows(act: Act) -> None:
    where = begin(act)
    last = Entry.objects.count()
    act.do(where)
    rows = list(Entry.objects.filter(sequence__gt=last).order_by("sequence"))
    assert tuple(row.event for row in rows) == act.events
    for row in rows:
        assert row.subject == str(where.child.public_id)
        assert row.outcome == (Outcome.FAILED if act.name == "virus" and row.event == E.FILE_SCANNED else "success")
        assert row.actor_kind in {"user", "system"}
        if row.actor_kind == "user":
            sends = row.actor_id == str(where.sender.public_id)
            team = where.sender_team if sends else where.receiver_team
            assert row.organisation_id == str(team.organisation.public_id)
            if row.event not in BY_ORGANISATION:
                assert (row.actor_role, row.team_id) == ("sender" if sends else "receiver", str(team.public_id))
        text = repr([getattr(row, field.name) for field in Entry._meta.fields])
        assert not any(secret in text for secret in (CHILD, "Amal", V_NUMBER, FILE_NAME))


def test_adding_files_writes_a_row_for_each(db: None) -> None:
    where = handover()
    where.draft()
    last = Entry.objects.count()
    file = where.put()
    row = Entry.objects.get(sequence__gt=last)
    assert (row.event, row.object_id, row.details["sha256"]) == (
        E.PACKAGE_FILE_ADDED,
        str(file.public_id),
        file.stored.sha256,
    )


STORED = (Package, PackageFile, FileRelease, Coupling, OutgoingMessage, Container, ContainerKey, FileKey, StoredFile)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a service may change."""
    models = [*STORED, Package.history.model, PackageFile.history.model, Entry, TreeState]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def _no_log(entry: Entry) -> None:
    raise OSError("no room for the log")


@pytest.mark.parametrize("act", PARAMETERS)
def test_what_cannot_be_written_down_is_not_done(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    where = begin(act)
    before = everything()
    monkeypatch.setattr(audit, "_append", _no_log)
    with pytest.raises(OSError, match="no room"):
        act.do(where)
    assert everything() == before


@pytest.mark.parametrize("name", ["accept", "release file", "shred", "close", "consent comes"])
def test_a_log_that_does_not_fit_its_tree_stops_the_act(name: str) -> None:
    act = next(act for act in ACTS if act.name == name)
    where = begin(act)
    TreeState.objects.all().delete()
    before = everything()
    with pytest.raises(audit.AuditBroken):
        act.do(where)
    assert everything() == before
