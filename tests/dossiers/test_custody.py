"""Custody changes while a handover is under way: it stands still in the same transaction, or goes on if it may."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from consent import ports
from consent.enums import CustodyEnd, Relation, Right
from consent.models import Guardianship, Person
from consent.services import end_guardianship, record_guardianship
from consent.services.erasing import erase_person
from consent.services.rectifying import rectify
from dossiers.enums import Status
from dossiers.services import receiving
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage
from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.consent_factories import ask, born, person, person_actor
from tests.dossiers_factories import CONTENT, V_NUMBER, Handover, be_scanned, handover, package_in

pytestmark = pytest.mark.django_db

THERE = (Status.OFFERED, Status.ACCEPTED, Status.COLLECTED)


def of_the_mother(status: Status = Status.COLLECTED) -> Handover:
    """A package that goes by the consent of a mother who has custody alone."""
    where = handover()
    mother, father = where.parents
    Guardianship.objects.filter(adult=father).delete()
    where.parents = (mother,)  # type: ignore[assignment]
    return package_in(status, where=where)


def ends(where: Handover, adult: Person) -> None:
    end_guardianship(actor=where.sends, team=where.sender_team, child=where.child, adult=adult, reason=CustodyEnd.COURT)


def begins(where: Handover, adult: Person, relation: Relation = Relation.FATHER) -> None:
    record_guardianship(actor=where.sends, team=where.sender_team, child=where.child, adult=adult, relation=relation)


def collect(where: Handover) -> bytes:
    file = where.package.files.select_related("stored__container").get()
    return b"".join(receiving.release_file(actor=where.receives, package=where.now(), file=file))


def told(where: Handover) -> list[tuple[str, str]]:
    """Who was told what about the package, in order; each is looked at once."""
    new = OutgoingMessage.objects.filter(path=where.package.path, sent_at=None).order_by("pk")
    names = {where.sender_team.pk: "sender", where.receiver_team.pk: "receiver"}
    found = [(names[row.team_id], row.kind) for row in new]
    new.update(sent_at=timezone.now())
    return found


def frozen(where: Handover) -> list[str]:
    rows = Entry.objects.filter(event=Event.PACKAGE_FROZEN, object_id=str(where.package.public_id))
    return list(rows.order_by("sequence").values_list("reason", flat=True))


STOPPED = MessageKind.HANDOVER_STOPPED.value


class TestStandsStill:
    @pytest.mark.parametrize("status", THERE)
    def test_who_gave_it_alone_loses_custody(self, status: Status) -> None:
        where = of_the_mother(status)
        told(where)
        ends(where, where.parents[0])
        assert told(where) == [("sender", STOPPED), ("receiver", STOPPED)]
        assert frozen(where) == ["capacity_changed"]
        assert where.now().status == status
        if status != Status.OFFERED:
            with pytest.raises(Denied) as refusal:
                collect(where)
            assert refusal.value.decision.code in {"capacity_changed", "wrong_state"}

    def test_another_parent_gets_custody_and_has_not_decided(self) -> None:
        where = of_the_mother()
        assert collect(where) == CONTENT
        told(where)
        father = person(name="Omar Haddad", birth_date=born(38))
        begins(where, father)
        assert told(where) == [("sender", STOPPED), ("receiver", STOPPED)]
        with pytest.raises(Denied) as refusal:
            collect(where)
        assert refusal.value.decision.code == "capacity_changed"

        where.parents = (where.parents[0], father)
        where.consent()
        assert told(where) == [("receiver", MessageKind.HANDOVER_WAITING.value)]
        assert collect(where) == CONTENT
        where.consent()
        assert told(where) == []

    def test_written_down_by_mistake_and_ended_it_goes_on(self) -> None:
        where = of_the_mother()
        father = person(name="Omar Haddad", birth_date=born(38))
        begins(where, father)
        ends(where, father)
        kinds = [kind for _team, kind in told(where)]
        assert kinds[-3:] == [STOPPED, STOPPED, MessageKind.HANDOVER_WAITING.value]
        assert frozen(where) == ["capacity_changed"]
        assert collect(where) == CONTENT

    def test_a_guardian_comes_in_the_place_of_parents(self) -> None:
        where = package_in(Status.COLLECTED)
        for parent in where.parents:
            ends(where, parent)
        assert frozen(where) == ["capacity_changed"]
        begins(where, person(name="Vera de Voogd", birth_date=born(50)), Relation.GUARDIAN)
        assert frozen(where) == ["capacity_changed"]
        with pytest.raises(Denied):
            collect(where)

    def test_a_corrected_birth_date_makes_the_child_decide_too(self) -> None:
        where = package_in(Status.COLLECTED)
        told(where)
        request = ask(
            actor=person_actor(where.parents[0]), person=where.child, right=Right.RECTIFICATION, text="Amal is 13."
        )
        rectify(
            actor=where.sends,
            team=where.sender_team,
            request=request,
            name=where.child.name,
            birth_date=born(13),
            v_number=V_NUMBER,
            email="",
            phone="",
            reason="Geboorteakte gezien.",
        )
        assert told(where) == [("sender", STOPPED), ("receiver", STOPPED)]
        with pytest.raises(Denied):
            collect(where)

    def test_the_only_parent_is_erased(self) -> None:
        where = of_the_mother()
        told(where)
        erase_person(person=where.parents[0])
        assert told(where) == [("sender", STOPPED), ("receiver", STOPPED)]
        assert where.now().status == Status.COLLECTED
        with pytest.raises(Denied):
            collect(where)

    def test_a_parent_who_never_agreed_is_erased(self) -> None:
        where = of_the_mother()
        father = person(name="Omar Haddad", birth_date=born(38))
        begins(where, father)
        told(where)
        erase_person(person=father)
        assert told(where) == []
        with pytest.raises(Denied) as refusal:
            collect(where)
        assert refusal.value.decision.code == "capacity_changed"

        where.consent()
        assert told(where) == [("receiver", MessageKind.HANDOVER_WAITING.value)]
        assert collect(where) == CONTENT

    def test_what_waits_is_not_offered_by_an_erasure(self) -> None:
        where = of_the_mother(Status.AWAITING_CONSENT)
        where.consent()
        assert where.now().status == Status.OFFERED
        father = person(name="Omar Haddad", birth_date=born(38))
        begins(where, father)
        where.draft()
        be_scanned(where.put())
        assert where.close().status == Status.AWAITING_CONSENT
        erase_person(person=father)
        assert where.now().status == Status.AWAITING_CONSENT
        where.consent()
        assert where.now().status == Status.OFFERED


class TestGoesOn:
    @pytest.mark.parametrize("how", [ends, lambda _where, adult: erase_person(person=adult)])
    def test_the_other_parent_decided_too(self, how: Callable[[Handover, Person], None]) -> None:
        where = package_in(Status.COLLECTED)
        told(where)
        how(where, where.parents[1])
        assert (told(where), frozen(where)) == ([], [])
        assert collect(where) == CONTENT

    def test_who_lost_custody_is_erased_later(self) -> None:
        where = of_the_mother()
        father = person(name="Omar Haddad", birth_date=born(38))
        begins(where, father)
        ends(where, father)
        told(where)
        erase_person(person=father)
        assert told(where) == []
        assert collect(where) == CONTENT

    def test_a_parent_without_custody_changes_nothing(self) -> None:
        where = of_the_mother()
        told(where)
        father = person(name="Omar Haddad", birth_date=born(38))
        record_guardianship(
            actor=where.sends,
            team=where.sender_team,
            child=where.child,
            adult=father,
            relation=Relation.FATHER,
            custody=False,
        )
        ends(where, father)
        assert (told(where), frozen(where)) == ([], [])

    def test_what_was_received_is_left_alone(self) -> None:
        where = of_the_mother(Status.CONFIRMED)
        told(where)
        ends(where, where.parents[0])
        assert (told(where), frozen(where)) == ([], [])


def test_whoever_cannot_be_told_undoes_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    where = of_the_mother(Status.OFFERED)

    def fails(**_facts: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(ports, "_lapsed", [fails])
    with pytest.raises(RuntimeError, match="out of order"):
        ends(where, where.parents[0])
    assert Guardianship.objects.active().filter(child=where.child).count() == 1
    assert not Entry.objects.filter(event=Event.CUSTODY_ENDED).exists()
