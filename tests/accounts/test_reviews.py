"""The half-yearly review, and accounts that nobody uses."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import MessageKind, OrganisationKind, ReviewAnswer, Role
from portal.accounts.models import AccessReview, AccessReviewItem, Membership, OutgoingMessage, User
from portal.accounts.policy import Denied
from portal.accounts.services import dormancy, end_membership, reviews
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TeamFactory, TotpDeviceFactory, code_for, member

from .test_enrolment import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def administrator(team):
    return member(Role.ORGANISATION_ADMINISTRATOR, team=team)


@pytest.fixture
def colleague(team, administrator):
    return MembershipFactory(team=team)


@pytest.fixture
def review(team, colleague):
    return reviews.open_review(organisation=team.organisation)


def item(review: AccessReview, user: User) -> AccessReviewItem:
    return review.items.get(membership__user=user)


def answer(client, row: AccessReviewItem, what: str = "stays"):
    return client.post(reverse("accounts:review_answer", args=[row.public_id]), {"answer": what})


def overdue(review: AccessReview) -> None:
    now = timezone.now()
    AccessReview.objects.filter(pk=review.pk).update(opened_at=now - timedelta(days=30), due_at=now)


class TestOpening:
    def test_half_a_year_after_the_last(self, team, colleague):
        assert reviews.open_due_reviews() == 0
        team.organisation.active_from = timezone.now() - reviews.PERIOD
        team.organisation.save()
        assert reviews.open_due_reviews() == 1
        assert reviews.open_due_reviews() == 0
        review = AccessReview.objects.get()
        assert review.items.count() == 2
        assert OutgoingMessage.objects.get().kind == MessageKind.REVIEW_DUE
        AccessReview.objects.update(closed_at=timezone.now())
        assert reviews.open_due_reviews() == 0

    def test_not_for_what_has_ended(self, team, colleague):
        now = timezone.now()
        team.organisation.active_from, team.organisation.active_until = now - timedelta(days=400), now
        team.organisation.save()
        assert reviews.open_due_reviews() == 0


class TestAnswering:
    def test_stays_or_stops(self, client, sign_in, administrator, colleague, review):
        sign_in(client, administrator)
        assert colleague.user.name in client.get(reverse("accounts:review")).content.decode()
        assert answer(client, item(review, colleague.user)).status_code == 302
        assert item(review, colleague.user).answer == ReviewAnswer.CONFIRMED
        assert answer(client, item(review, colleague.user), "ends").status_code == 404
        colleague.refresh_from_db()
        assert colleague.active_until is None

    def test_ending_takes_the_role(self, client, sign_in, administrator, colleague, review):
        sign_in(client, administrator)
        answer(client, item(review, colleague.user), "ends")
        colleague.refresh_from_db()
        assert colleague.active_until is not None

    def test_nobody_confirms_themselves(self, client, sign_in, administrator, review):
        sign_in(client, administrator)
        assert answer(client, item(review, administrator)).status_code == 404
        assert item(review, administrator).answer == ReviewAnswer.OPEN

    def test_the_region_does_and_the_last_answer_closes(self, client, sign_in, administrator, colleague, review):
        sign_in(client, member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION))
        for user in (administrator, colleague.user):
            assert answer(client, item(review, user)).status_code == 302
        review.refresh_from_db()
        assert review.closed_at is not None
        assert not reviews.close_due_reviews()
        assert Membership.objects.filter(active_until=None, team=colleague.team).count() == 2

    def test_refusals(self, client, sign_in, administrator, colleague, review):
        row = item(review, colleague.user)
        for who, how, status in (
            (member(Role.ORGANISATION_ADMINISTRATOR), {}, 404),
            (colleague.user, {}, 404),
            (administrator, {"second_factor": False}, 302),
            (administrator, {"factor_age": 16 * 60}, 302),
        ):
            sign_in(client, who, **how)
            assert answer(client, row).status_code == status
        sign_in(client, administrator)
        overdue(review)
        assert answer(client, row).status_code == 404
        assert item(review, colleague.user).answer == ReviewAnswer.OPEN


class TestARoleThatEndedAlready:
    @pytest.mark.parametrize("what", ["ends", "stays"])
    def test_is_settled_as_ended(self, client, sign_in, administrator, colleague, review, what):
        end_membership(ended_by=None, membership=colleague, reason="weg")
        sign_in(client, administrator)
        assert answer(client, item(review, colleague.user), what).status_code == 302
        row = item(review, colleague.user)
        assert (row.answer, row.decided_by) == (ReviewAnswer.ENDED, administrator)
        colleague.refresh_from_db()
        assert colleague.end_reason == "weg"

    def test_even_at_the_same_moment(self, sign_in, administrator, colleague, review, monkeypatch):
        """Between the look and the end somebody else ends it."""
        end_membership(ended_by=None, membership=colleague, reason="weg")
        monkeypatch.setattr(reviews, "_holds", lambda membership: True)
        actor = actor_of(administrator, sign_in)
        assert reviews.answer_review(actor=actor, item=item(review, colleague.user), stays=False) == ReviewAnswer.ENDED
        assert item(review, colleague.user).answer == ReviewAnswer.ENDED


class TestTheRegionsOwnReview:
    """An organisation's administrator inside the region's organisation is no administrator of the region."""

    @pytest.fixture
    def region_team(self):
        return TeamFactory(organisation__kind=OrganisationKind.REGION)

    @pytest.fixture
    def region_administrator(self, region_team):
        return member(Role.REGION_ADMINISTRATOR, team=region_team)

    @pytest.fixture
    def own_review(self, region_team, region_administrator):
        for role in (Role.ORGANISATION_ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.TRANSLATOR, Role.EDITOR):
            member(role, team=region_team)
        return reviews.open_review(organisation=region_team.organisation)

    def of(self, review, role):
        return review.items.get(membership__role=role)

    def test_roles_of_the_region_are_confirmed_by_its_administrator(
        self, client, sign_in, own_review, region_administrator
    ):
        inside = self.of(own_review, Role.ORGANISATION_ADMINISTRATOR).membership.user
        sign_in(client, inside)
        for role in (Role.PRIVACY_OFFICER, Role.TRANSLATOR, Role.REGION_ADMINISTRATOR):
            for what in ("stays", "ends"):
                assert answer(client, self.of(own_review, role), what).status_code == 404
            assert self.of(own_review, role).answer == ReviewAnswer.OPEN
        assert "Dit is een rol van de regio" in client.get(reverse("accounts:review")).content.decode()
        assert answer(client, self.of(own_review, Role.EDITOR)).status_code == 302
        sign_in(client, region_administrator)
        assert answer(client, self.of(own_review, Role.PRIVACY_OFFICER)).status_code == 302

    def test_the_last_one_does_not_lapse(self, client, sign_in, own_review, region_administrator):
        sign_in(client, region_administrator)
        assert "deze rol vervalt niet" in client.get(reverse("accounts:review")).content.decode()
        overdue(own_review)
        assert reviews.close_due_reviews() == 1
        row = self.of(own_review, Role.REGION_ADMINISTRATOR)
        assert row.answer == ReviewAnswer.KEPT
        assert row.membership.active_until is None
        written = Entry.objects.get(event=Event.REVIEW_ANSWERED, object_id=str(row.public_id))
        assert (written.reason, written.details["answer"]) == ("last_region_administrator", "kept")
        assert Entry.objects.get(event=Event.REVIEW_CLOSED).details["kept"] == 1
        page = client.get(reverse("accounts:review")).content.decode()
        assert "de enige beheerder van de regio" in page

    def test_of_two_one_stays(self, own_review, region_team):
        second = MembershipFactory(team=region_team, role=Role.REGION_ADMINISTRATOR)
        AccessReviewItem.objects.create(review=own_review, membership=second)
        overdue(own_review)
        reviews.close_due_reviews()
        held = Membership.objects.active().filter(role=Role.REGION_ADMINISTRATOR)
        assert held.count() == 1
        answers = own_review.items.filter(membership__role=Role.REGION_ADMINISTRATOR).values_list("answer", flat=True)
        assert sorted(answers) == ["kept", "lapsed"]

    def test_one_who_sleeps_is_no_second(self, own_review, region_team):
        second = member(Role.REGION_ADMINISTRATOR, team=region_team, is_active=False, dormant_since=timezone.now())
        overdue(own_review)
        reviews.close_due_reviews()
        assert self.of(own_review, Role.REGION_ADMINISTRATOR).answer == ReviewAnswer.KEPT
        assert second.memberships.get().active_until is None

    def test_two_who_remove_each_other(self, sign_in, region_administrator, region_team):
        """What each saw before the other was done says that somebody is left."""
        second = member(Role.REGION_ADMINISTRATOR, team=region_team)
        one, other = actor_of(region_administrator, sign_in), actor_of(second, sign_in)
        end_membership(ended_by=one, membership=second.memberships.get(), reason="")
        with pytest.raises(Denied) as denied:
            end_membership(ended_by=other, membership=region_administrator.memberships.get(), reason="")
        assert denied.value.decision.code == "last_region_administrator"


class TestTheEnd:
    def test_two_reminders(self, review):
        assert reviews.remind_reviewers() == 0
        for days, sent in ((15, 1), (15, 0), (4, 1), (4, 0)):
            AccessReview.objects.update(due_at=timezone.now() + timedelta(days=days))
            assert reviews.remind_reviewers() == sent
        assert OutgoingMessage.objects.filter(kind=MessageKind.REVIEW_REMINDER).count() == 2

    def test_what_nobody_confirmed_lapses(self, client, sign_in, administrator, colleague, review):
        sign_in(client, colleague.user)
        overdue(review)
        assert reviews.close_due_reviews() == 1
        assert reviews.close_due_reviews() == 0
        colleague.refresh_from_db()
        assert colleague.end_reason == reviews.LAPSED
        assert client.get(reverse("accounts:home")).status_code == 302
        assert set(review.items.values_list("answer", flat=True)) == {ReviewAnswer.LAPSED}
        assert Entry.objects.get(event=Event.REVIEW_CLOSED).details["lapsed"] == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_close_once():
    team = TeamFactory()
    MembershipFactory(team=team)
    team.organisation.active_from = timezone.now() - reviews.PERIOD
    team.organisation.save()
    start = threading.Barrier(2, timeout=30)

    def together(work) -> list[int]:
        done: list[int] = []

        def run() -> None:
            try:
                start.wait()
                done.append(work())
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return done

    assert sum(together(reviews.open_due_reviews)) == 1
    overdue(AccessReview.objects.get())
    assert sum(together(reviews.close_due_reviews)) == 1
    assert Entry.objects.filter(event=Event.MEMBERSHIP_ENDED).count() == 1


def unused(user: User, days: int) -> None:
    past = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(awake_since=past, last_login=past)


class TestDormancy:
    def fall_asleep(self, user: User) -> None:
        unused(user, 91)
        assert dormancy.warn_dormant() == 1
        User.objects.filter(pk=user.pk).update(dormancy_warned_at=timezone.now() - dormancy.WARNED_BEFORE)
        assert dormancy.put_to_sleep() == 1

    def test_warned_once_then_asleep_a_fortnight_later(self, colleague):
        unused(colleague.user, 75)
        assert dormancy.warn_dormant() == 0
        unused(colleague.user, 77)
        assert (dormancy.warn_dormant(), dormancy.warn_dormant()) == (1, 0)
        unused(colleague.user, 91)
        User.objects.filter(pk=colleague.user.pk).update(dormancy_warned_at=timezone.now() - timedelta(days=13))
        assert dormancy.put_to_sleep() == 0
        User.objects.filter(pk=colleague.user.pk).update(dormancy_warned_at=timezone.now() - timedelta(days=14))
        assert (dormancy.put_to_sleep(), dormancy.put_to_sleep()) == (1, 0)
        kinds = list(OutgoingMessage.objects.filter(user=colleague.user).values_list("kind", flat=True))
        assert kinds == [MessageKind.DORMANT_SOON, MessageKind.DORMANT]

    @pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR])
    def test_nobody_is_too_high_for_it(self, role):
        user = member(role, kind=OrganisationKind.REGION)
        self.fall_asleep(user)
        assert User.objects.get(pk=user.pk).dormant_since is not None

    def test_a_sign_in_in_between_counts(self, client, colleague):
        unused(colleague.user, 91)
        assert dormancy.warn_dormant() == 1
        User.objects.filter(pk=colleague.user.pk).update(dormancy_warned_at=timezone.now() - timedelta(days=15))
        TotpDeviceFactory(user=colleague.user)
        client.post(reverse("accounts:sign_in"), {"email": colleague.user.email, "password": PASSWORD})
        client.post(reverse("accounts:second_factor"), {"code": code_for(colleague.user)})
        assert dormancy.put_to_sleep() == 0

    def test_a_password_in_between_does_not(self, client, colleague):
        unused(colleague.user, 91)
        assert dormancy.warn_dormant() == 1
        User.objects.filter(pk=colleague.user.pk).update(dormancy_warned_at=timezone.now() - timedelta(days=15))
        client.post(reverse("accounts:sign_in"), {"email": colleague.user.email, "password": PASSWORD})
        assert dormancy.put_to_sleep() == 1

    def test_sleeps_in_every_session_and_looks_like_a_wrong_password(self, client, sign_in, colleague):
        sign_in(client, colleague.user)
        self.fall_asleep(colleague.user)
        assert client.get(reverse("accounts:home")).status_code == 302
        asleep = client.post(reverse("accounts:sign_in"), {"email": colleague.user.email, "password": PASSWORD})
        wrong = client.post(reverse("accounts:sign_in"), {"email": colleague.user.email, "password": "iets anders"})
        assert asleep.status_code == wrong.status_code == 422
        assert asleep.context["form"].errors == wrong.context["form"].errors

    def test_an_administrator_wakes_it(self, client, sign_in, administrator, colleague):
        TotpDeviceFactory(user=colleague.user)
        self.fall_asleep(colleague.user)
        address = reverse("accounts:wake", args=[colleague.user.public_id])
        sign_in(client, member(Role.ORGANISATION_ADMINISTRATOR))
        assert client.post(address).status_code == 404
        sign_in(client, administrator)
        assert "slaapt" in client.get(reverse("accounts:people")).content.decode()
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 404
        user = User.objects.get(pk=colleague.user.pk)
        assert user.is_active
        assert dormancy.warn_dormant() == 0
        assert Entry.objects.filter(event=Event.ACCOUNT_WOKEN, outcome=Outcome.SUCCESS).count() == 1
