"""What happens at the same moment: a withdrawal and a collection, two receivers, two clicks."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from consent.enums import CustodyEnd, Relation
from consent.identity import Erased
from consent.models import Conversation, Guardianship, SubjectKey
from consent.services import end_guardianship, record_guardianship
from consent.services.erasing import erase_person
from dossiers.enums import Status
from dossiers.models import FileRelease, Package
from dossiers.services import receiving
from dossiers.services.moving import Moved
from portal.accounts.enums import Role
from portal.accounts.policy import Denied
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from portal.audit.verify import verify_log
from portal.vault.models import ContainerKey
from tests.consent_factories import actor_of
from tests.dossiers_factories import CONTENT, Handover, colleague, handover, package_in

ROUNDS = 200
ERASURES = 15
CUSTODIES = 60


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returns or raises, all begun together, each on a connection of its own."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            ready.wait(30)
            return act()
        except (Denied, Moved, Erased) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(120) for future in [pool.submit(run, act) for act in acts]]


def _keep_collecting(where: Handover) -> int:
    """Collects until it is refused; how often it was not."""
    package = Package.objects.with_parties().get(pk=where.package.pk)
    file = package.files.select_related("stored__container").get()
    for count in range(200):
        try:
            stream = receiving.release_file(actor=where.receives, package=package, file=file)
        except Denied:
            return count
        assert b"".join(stream) == CONTENT
    raise AssertionError("never refused")


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_release_commits_after_the_withdrawal(no_clamd: None) -> None:
    collected = []
    for number in range(ROUNDS):
        where = package_in(Status.COLLECTED, where=handover(v_number=f"V6660000{number:03}"))
        pause = random.Random(number).uniform(0, 0.06)

        def withdraw(where: Handover = where, pause: float = pause) -> None:
            time.sleep(pause)
            where.withdraw()

        first, second, _none = at_once(
            lambda where=where: _keep_collecting(where), lambda where=where: _keep_collecting(where), withdraw
        )
        rows = Entry.objects.filter(subject=str(where.child.public_id))
        withdrawn = rows.get(event=Event.CONSENT_WITHDRAWN).sequence
        released = rows.filter(event=Event.FILE_COLLECTED, outcome=Outcome.SUCCESS)
        assert not released.filter(sequence__gt=withdrawn).exists()
        assert released.count() == FileRelease.objects.filter(package=where.package).count() == first + second
        assert where.now().status == Status.WITHDRAWN
        collected.append(first + second)
    assert sum(collected), "no round collected anything before the withdrawal: nothing was shown"
    assert verify_log().ok


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_release_commits_after_the_custody_that_it_went_by_ended(no_clamd: None) -> None:
    where = handover()
    mother, father = where.parents
    Guardianship.objects.filter(adult=father).delete()
    where.parents = (mother,)  # type: ignore[assignment]
    where = package_in(Status.COLLECTED, where=where)
    family = {"actor": where.sends, "team": where.sender_team, "child": where.child, "adult": mother}
    file = where.package.files.select_related("stored__container").get()
    released = refused = 0
    for number in range(CUSTODIES):
        pauses = random.Random(number)
        before_collecting, before_ending = pauses.uniform(0, 0.03), pauses.uniform(0, 0.03)

        def collect(pause: float = before_collecting) -> bytes:
            time.sleep(pause)
            package = Package.objects.with_parties().get(pk=where.package.pk)
            return b"".join(receiving.release_file(actor=where.receives, package=package, file=file))

        def end(pause: float = before_ending) -> bool:
            time.sleep(pause)
            return end_guardianship(**family, reason=CustodyEnd.COURT)

        answer, ended = at_once(collect, end)
        assert ended is True
        rows = Entry.objects.filter(subject=str(where.child.public_id)).order_by("-sequence")
        last = rows.filter(event=Event.CUSTODY_ENDED)[0].sequence
        assert not rows.filter(event=Event.FILE_COLLECTED, outcome=Outcome.SUCCESS, sequence__gt=last).exists()
        if isinstance(answer, Denied):
            assert answer.decision.code == "capacity_changed"
        else:
            assert answer == CONTENT
        released += not isinstance(answer, Denied)
        refused += isinstance(answer, Denied)
        record_guardianship(**family, relation=Relation.MOTHER)
    assert released
    assert refused, "one was always first: nothing was shown"
    assert FileRelease.objects.filter(package=where.package).count() == released


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_of_two_receivers_one_accepts(no_clamd: None, number: int) -> None:
    where = package_in(Status.OFFERED)
    users = [where.receiver, colleague(where.receiver_team, Role.RECEIVER)]
    actors = [actor_of(user, where.receiver_team) for user in users]
    packages = [where.now(), where.now()]
    answers = at_once(
        *(
            lambda actor=actor, package=package: receiving.accept_package(actor=actor, package=package)
            for actor, package in zip(actors, packages, strict=True)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) in (["Denied", "Package"], ["Moved", "Package"])
    assert Entry.objects.filter(event=Event.PACKAGE_ACCEPTED, outcome=Outcome.SUCCESS).count() == 1
    assert where.now().status == Status.ACCEPTED


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_and_nothing_is_written_after_an_erasure(no_clamd: None) -> None:
    collected = 0
    for number in range(ERASURES):
        where = package_in(Status.COLLECTED, where=handover(v_number=f"V77700000{number:02}"))
        pause = random.Random(number).uniform(0, 0.06)

        def erase(where: Handover = where, pause: float = pause) -> None:
            time.sleep(pause)
            erase_person(person=where.child)

        first, *_others = at_once(
            lambda where=where: _keep_collecting(where),
            erase,
            lambda where=where: where.consent(),
            lambda where=where: where.draft(answers=False),
        )
        rows = Entry.objects.filter(subject=str(where.child.public_id))
        erased = rows.get(event=Event.PERSON_ERASED).sequence
        written = (Event.FILE_COLLECTED, Event.CONSENT_RECORDED, Event.PACKAGE_CREATED)
        after = rows.filter(event__in=written, outcome=Outcome.SUCCESS, sequence__gt=erased)
        assert not after.exists()
        assert not SubjectKey.objects.filter(person=where.child).exists()
        packages = Package.objects.filter(person=where.child)
        assert {package.status for package in packages} == {Status.SHREDDED}
        assert not ContainerKey.objects.filter(container__in=packages.values("container")).exists()
        assert not any(row.words for row in Conversation.objects.filter(person=where.child))
        collected += first if isinstance(first, int) else 0
    assert collected, "no round collected anything before the erasure: nothing was shown"
    assert verify_log().ok
