"""How a package ends otherwise: refused, recalled, withdrawn, expired, forgotten, overtaken by a birthday or a move."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.enums import DataCategory, Purpose
from dossiers.enums import EndReason, Status
from dossiers.models import Coupling, Package
from dossiers.queries.lookups import get_package_for
from dossiers.services import drafts, ending, receiving
from dossiers.services.couplings import change_coupling
from dossiers.workflow import SEALED_OPEN, TRANSITIONS, UNSEALED, WITH_RECEIVER
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.messages import deliver_due
from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.audit.models import Entry
from portal.vault.enums import FileState
from portal.vault.models import ContainerKey, StoredFile
from tests.consent_factories import actor_of, born, decide
from tests.dossiers_factories import ANSWERS, KIND, TO_SHREDDING, Handover, handover, package_in
from tests.factories import TeamFactory, member

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def mailed() -> set[tuple[str, str]]:
    mail.outbox.clear()
    deliver_due()
    return {(message.to[0], message.subject) for message in mail.outbox}


def refused_release(where: Handover) -> str:
    """The code with which a release of the file is refused now."""
    file = where.package.files.get()
    with pytest.raises(Denied) as refused:
        receiving.release_file(actor=where.receives, package=where.package, file=file)
    return refused.value.decision.code


def fetched(where: Handover | None = None) -> Handover:
    """A package that was accepted and whose file was fetched."""
    where = package_in(Status.ACCEPTED, where=where)
    assert b"".join(receiving.release_file(actor=where.receives, package=where.package, file=where.package.files.get()))
    return where


def expires(where: Handover) -> None:
    assert ending.expire_due(now=timezone.now() + KIND.collection) == 1


def is_refused(where: Handover) -> None:
    receiving.refuse_package(actor=where.receives, package=where.now(), reason=EndReason.UNREADABLE)


@pytest.mark.parametrize("reason", sorted(TRANSITIONS["refuse"].reasons))
def test_the_receiver_refuses_with_a_reason(offered: Handover, reason: EndReason) -> None:
    package = receiving.refuse_package(actor=offered.receives, package=offered.package, reason=reason)
    assert (package.status, package.end_reason) == (Status.REFUSED, reason)
    assert (offered.sender_team.mailbox, "Er is een antwoord op uw overdracht") in mailed()
    assert ending.shred_due(now=timezone.now() + timedelta(days=6)) == 0
    assert ending.shred_due(now=timezone.now() + timedelta(days=8)) == 1


def test_not_with_a_reason_of_somebody_else(offered: Handover) -> None:
    with pytest.raises(ValueError):
        receiving.refuse_package(actor=offered.receives, package=offered.package, reason=EndReason.MISTAKE)
    assert offered.now().status == Status.OFFERED


@pytest.mark.parametrize("status", [Status.AWAITING_CONSENT, Status.OFFERED, Status.ACCEPTED])
def test_the_sender_recalls_what_is_not_collected(status: Status) -> None:
    where = package_in(status)
    mailed()
    package = ending.recall_package(actor=where.sends, package=where.package, reason=EndReason.MISTAKE)
    assert package.status == Status.RECALLED
    told = {(where.receiver_team.mailbox, "Een overdracht is gestopt")}
    assert mailed() == (told if status in WITH_RECEIVER else set())
    assert refused_release(where) in {"wrong_state", "not_asked"}


def test_what_is_collected_is_not_recalled(collected: Handover) -> None:
    with pytest.raises(Denied):
        ending.recall_package(actor=collected.sends, package=collected.package, reason=EndReason.MISTAKE)


class TestWithdrawal:
    @pytest.mark.parametrize("status", [Status.OFFERED, Status.ACCEPTED, Status.COLLECTED])
    def test_stops_what_is_under_way_at_once(self, status: Status) -> None:
        where = package_in(status)
        mailed()
        where.withdraw()
        package = where.now()
        assert (package.status, package.end_reason) == (Status.WITHDRAWN, EndReason.CONSENT_WITHDRAWN)
        assert mailed() == {
            (team.mailbox, "Een overdracht is gestopt") for team in (where.sender_team, where.receiver_team)
        }
        assert refused_release(where) == "withdrawn"
        assert ending.shred_due() == 1
        assert not ContainerKey.objects.filter(container=package.container).exists()

    def test_hastens_the_shredding_of_what_was_received(self) -> None:
        where = package_in(Status.CONFIRMED)
        mailed()
        assert ending.shred_due() == 0
        where.withdraw()
        assert where.now().status == Status.CONFIRMED
        assert mailed() == {(where.receiver_team.mailbox, "Een overdracht is gestopt")}
        assert ending.shred_due() == 1
        assert where.now().ended_as == Status.CONFIRMED

    def test_is_told_to_who_has_it_after_the_copy_here_was_destroyed(self) -> None:
        where = package_in(Status.SHREDDED)
        mailed()
        where.withdraw()
        assert where.now().status == Status.SHREDDED
        assert mailed() == {(where.receiver_team.mailbox, "Een overdracht is gestopt")}

    @pytest.mark.parametrize("how", [expires, is_refused])
    def test_is_told_to_who_collected_and_never_confirmed(self, how: Callable[[Handover], None]) -> None:
        where = fetched()
        how(where)
        mailed()
        status = where.now().status
        where.withdraw()
        assert where.now().status == status
        assert mailed() == {(where.receiver_team.mailbox, "Een overdracht is gestopt")}
        assert ending.shred_due() == 1

    def test_leaves_alone_who_never_received_anything(self) -> None:
        where = package_in(Status.EXPIRED)
        mailed()
        where.withdraw()
        assert mailed() == set()

    def test_asks_once_what_was_received_however_much_ended(self) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                where.withdraw()
            return len([query for query in queries if "filerelease" in query["sql"].lower()])

        where = fetched()
        expires(where)
        first = asked()
        for _number in range(2):
            fetched(where)
            expires(where)
        assert asked() == first == 1

    def test_of_something_else_changes_nothing(self, offered: Handover) -> None:
        # The other consent would be that of another sender, purpose or recipient.
        decide(
            actor=offered.sends,
            team=offered.sender_team,
            child=offered.child,
            deciders=offered.parents,
            recipient=TeamFactory().organisation,
            yes=(),
        )
        decide(
            actor=offered.sends,
            team=offered.sender_team,
            child=offered.child,
            deciders=offered.parents,
            recipient=offered.receiver_team.organisation,
            purpose=Purpose.QUESTION,
            yes=(),
        )
        assert offered.now().status == Status.OFFERED

    def test_a_no_to_one_category_stops_it_too(self, offered: Handover) -> None:
        offered.consent(yes=set(KIND.categories) - {DataCategory.FAMILY})
        assert offered.now().status == Status.WITHDRAWN

    def test_a_new_yes_does_not_bring_back_what_was_stopped(self, offered: Handover) -> None:
        offered.withdraw()
        offered.consent()
        assert offered.now().status == Status.WITHDRAWN


class TestExpiry:
    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (Status.AWAITING_CONSENT, EndReason.NOT_COLLECTED_IN_TIME),
            (Status.OFFERED, EndReason.NOT_COLLECTED_IN_TIME),
            (Status.ACCEPTED, EndReason.NOT_COLLECTED_IN_TIME),
            (Status.COLLECTED, EndReason.NOT_CONFIRMED_IN_TIME),
        ],
    )
    def test_is_told_to_both_sides(self, status: Status, reason: EndReason) -> None:
        where = package_in(status)
        mailed()
        assert ending.expire_due(now=timezone.now() + KIND.collection - A_DAY) == 0
        assert ending.expire_due(now=timezone.now() + KIND.collection) == 1
        assert ending.expire_due(now=timezone.now() + KIND.collection) == 0
        assert (where.now().status, where.package.end_reason) == (Status.EXPIRED, reason)
        told = [where.sender_team] + ([where.receiver_team] if status in WITH_RECEIVER else [])
        assert mailed() == {(team.mailbox, "Een overdracht is verlopen") for team in told}

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.CONFIRMED, Status.RECALLED])
    def test_passes_over_what_does_not_wait(self, status: Status) -> None:
        package_in(status)
        assert ending.expire_due(now=timezone.now() + 2 * KIND.collection) == 0


@pytest.mark.parametrize("status", sorted(UNSEALED))
def test_a_forgotten_draft_goes(status: Status) -> None:
    where = package_in(status)
    mailed()
    assert ending.discard_forgotten_drafts(now=timezone.now() + ending.FORGOTTEN_AFTER - A_DAY) == 0
    assert ending.discard_forgotten_drafts(now=timezone.now() + ending.FORGOTTEN_AFTER) == 1
    assert where.now().status == Status.ENTERED_IN_ERROR
    assert mailed() == {(where.sender_team.mailbox, "Een overdracht is verlopen")}
    assert ending.shred_due() == 1
    assert set(StoredFile.objects.values_list("state", flat=True)) == {FileState.SHREDDED}


def test_a_sealed_package_is_not_forgotten(offered: Handover) -> None:
    assert ending.discard_forgotten_drafts(now=timezone.now() + 2 * ending.FORGOTTEN_AFTER) == 0


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.DRAFT, EndReason.MISTAKE), (Status.QUARANTINED, EndReason.UNSAFE_FILE)]
)
def test_the_sender_throws_a_draft_away(status: Status, reason: EndReason) -> None:
    where = package_in(status)
    package = ending.discard_draft(actor=where.sends, package=where.package)
    assert (package.status, package.end_reason) == (Status.ENTERED_IN_ERROR, reason)
    assert ending.shred_due() == 1


def test_shredding_keeps_what_proves_it(offered: Handover) -> None:
    receiving.refuse_package(actor=offered.receives, package=offered.package, reason=EndReason.INCOMPLETE)
    before = (offered.now().manifest, offered.package.manifest_sha256, Entry.objects.count())
    assert ending.shred_due(now=timezone.now() + TO_SHREDDING) == 1
    package = offered.now()
    assert (package.manifest, package.manifest_sha256) == before[:2]
    assert Entry.objects.count() == before[2] + 1


class TestMovedElsewhere:
    @pytest.mark.parametrize("status", sorted(SEALED_OPEN - {Status.READY}))
    def test_a_changed_coupling_freezes(self, status: Status) -> None:
        where = package_in(status)
        mailed()
        where.move_away()
        package = where.now()
        assert package.status == status
        assert package.frozen_at is not None
        told = [where.sender_team] + ([where.receiver_team] if status in WITH_RECEIVER else [])
        assert mailed() == {(team.mailbox, "Een overdracht is gestopt") for team in told}
        assert Entry.objects.filter(event=Event.PACKAGE_FROZEN).count() == 1
        assert refused_release(where) in {"coupling_changed", "not_asked"}

    def test_a_frozen_package_may_only_be_refused_or_taken_back(self, offered: Handover) -> None:
        offered.move_away()
        with pytest.raises(Denied) as refused:
            receiving.accept_package(actor=offered.receives, package=offered.package)
        assert refused.value.decision.code == "coupling_changed"
        package = receiving.refuse_package(
            actor=offered.receives, package=offered.package, reason=EndReason.NOT_COUPLED
        )
        assert package.status == Status.REFUSED

    def test_what_waits_for_consent_is_not_offered_to_the_former_municipality(self) -> None:
        where = package_in(Status.AWAITING_CONSENT)
        where.move_away()
        where.consent()
        assert where.now().status == Status.AWAITING_CONSENT

    def test_what_is_still_scanned_is_sealed_but_not_offered(self) -> None:
        where = package_in(Status.DRAFT)
        where.consent()
        where.move_away()
        drafts.remove_file(actor=where.sends, package=where.package, file=where.package.files.get())
        assert where.close().status == Status.AWAITING_CONSENT

    def test_a_new_version_goes_to_the_new_recipient_on_a_new_consent(self, offered: Handover) -> None:
        offered.move_away()
        ending.recall_package(actor=offered.sends, package=offered.package, reason=EndReason.COUPLING_CHANGED)
        former = offered.now()
        new_team = TeamFactory(
            organisation__kind=OrganisationKind.JGZ_MUNICIPALITY, organisation__municipality=offered.elsewhere
        )
        with pytest.raises(Denied):
            drafts.new_version(actor=offered.sends, package=former, recipient_team=offered.receiver_team)
        renewed = drafts.new_version(actor=offered.sends, package=former, recipient_team=new_team)
        assert (renewed.version, renewed.previous, renewed.status) == (2, former, Status.DRAFT)
        assert renewed.container_id != former.container_id
        assert drafts.read_form(renewed) == ANSWERS
        with pytest.raises(Denied) as refused:
            drafts.new_version(actor=offered.sends, package=former, recipient_team=new_team)
        assert refused.value.decision.code == "newer_version_exists"
        renewed = drafts.close_package(actor=offered.sends, package=renewed)
        assert renewed.status == Status.AWAITING_CONSENT
        offered.receiver_team = new_team
        offered.consent()
        renewed.refresh_from_db()
        assert renewed.status == Status.OFFERED
        with pytest.raises(Denied):
            get_package_for(offered.receives, renewed.public_id)
        receiver = member(Role.RECEIVER, team=new_team)
        assert get_package_for(actor_of(receiver, new_team), renewed.public_id) == renewed

    def test_only_coa_changes_a_coupling(self, offered: Handover) -> None:
        coa = TeamFactory(organisation__kind=OrganisationKind.COA)
        sender, receiver = member(Role.SENDER, team=coa), member(Role.RECEIVER, team=coa)
        for actor in (offered.sends, offered.receives, actor_of(receiver, coa)):
            with pytest.raises(Denied):
                change_coupling(actor=actor, person=offered.child, municipality=offered.elsewhere)
        change_coupling(actor=actor_of(sender, coa), person=offered.child, municipality=offered.elsewhere)
        assert Coupling.objects.open().get(person=offered.child).municipality == offered.elsewhere
        assert offered.now().frozen_at is not None


@pytest.mark.parametrize("birthday", [12, 16])
def test_a_birthday_asks_anew(birthday: int, later) -> None:
    where = handover(child_born=born(birthday, days=-1))
    if birthday == 16:
        where.parents = (*where.parents, where.child)
    package_in(Status.COLLECTED, where=where)
    file = where.package.files.get()
    assert b"".join(receiving.release_file(actor=where.receives, package=where.package, file=file))
    later(A_DAY)
    assert refused_release(where) == "capacity_changed"
    where.consent(deciders=[*where.parents, where.child] if birthday == 12 else [where.child])
    assert b"".join(receiving.release_file(actor=where.receives, package=where.package, file=file))


def test_what_is_given_ends_by_itself(collected: Handover, later) -> None:
    later(timedelta(days=190))
    Package.objects.update(collection_until=timezone.now() + A_DAY)
    assert refused_release(collected) == "expired"


def test_nothing_is_kept_of_a_step_that_was_undone(offered: Handover) -> None:
    with transaction.atomic():
        receiving.accept_package(actor=offered.receives, package=offered.package)
        transaction.set_rollback(True)
    assert offered.now().status == Status.OFFERED
    assert offered.package.history.first().status == Status.OFFERED
    assert not Entry.objects.filter(event=Event.PACKAGE_ACCEPTED).exists()
