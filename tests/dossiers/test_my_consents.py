"""The page of one's own consents: who sees it, what stands on it, two taps to stop, and the proofs."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.enums import Outcome, PaperKind, Relation
from consent.models import AssistedSession, Conversation, Decision, Guardianship, PaperForm, Person, SubjectKey
from consent.services import confirm_assisted_session, open_assisted_session
from dossiers.enums import Standing, Status
from dossiers.models import FileRelease
from dossiers.queries.my_consents import consents_about
from portal.audit.models import Entry
from tests.consent.acting_persons import alone
from tests.consent_factories import actor_of, born, decide, person, sender_team
from tests.dossiers_factories import Handover, package_in
from tests.factories import OrganisationFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Handover:
    """A package that was collected, on a consent of both parents."""
    collected = package_in(Status.COLLECTED)
    FileRelease.objects.create(package=collected.package, file=collected.package.files.get(), user=collected.receiver)
    return collected


def at_the_desk(where: Handover, reader: Person, language: str = "nl") -> Client:
    """The sender's browser, in a session that the reader confirmed."""
    client = sign_in(Client(), where.sender)
    session = open_assisted_session(actor=where.sends, person=reader, team=where.sender_team, language=language)
    confirm_assisted_session(actor=where.sends, session=session, birth_date=reader.birth_date)
    stored = client.session
    stored["assisted_session"] = str(session.public_id)
    stored.save()
    return client


def scope(where: Handover) -> list[object]:
    return [where.child.public_id, where.receiver_team.organisation.public_id, where.package.kind.purpose.value]


LIST = "/my/consents/"


class TestRefusals:
    def test_a_professional_without_a_session_and_a_stranger_read_nothing(self, where: Handover) -> None:
        client = sign_in(Client(), where.sender)
        for address in (LIST, reverse("my:withdraw", args=scope(where)), reverse("my:withdrawn", args=scope(where))):
            assert client.get(address).status_code == 404
        stranger = alone(person(name="Yusuf Ali", birth_date=born(40)))
        assert where.child.name not in stranger.get(LIST).content.decode()
        assert stranger.get(reverse("my:withdraw", args=scope(where))).status_code == 404
        assert stranger.post(reverse("my:withdraw", args=scope(where))).status_code == 404
        receipt = reverse("my:receipt_json", args=[Conversation.objects.get().public_id])
        assert stranger.get(receipt).status_code == 404

    def test_a_parent_reads_until_the_sixteenth_birthday(self) -> None:
        team, _user = sender_team()
        mother = person(birth_date=born(40))
        names = {"Vijftien": born(15, days=364), "Zestien": born(16)}
        for name, birth in names.items():
            child = person(name=name, birth_date=birth, team=team)
            Guardianship.objects.create(child=child, adult=mother, relation=Relation.MOTHER)
        shown = alone(mother).get(LIST).content.decode()
        assert "Vijftien" in shown
        assert "Zestien" not in shown

    def test_ended_custody_session_or_key_end_it(self, where: Handover) -> None:
        mother, father = where.parents
        mothers, desk = alone(mother), at_the_desk(where, father)
        assert where.child.name in mothers.get(LIST).content.decode()
        Guardianship.objects.filter(adult=mother).update(active_until=timezone.now())
        assert where.child.name not in mothers.get(LIST).content.decode()
        assert mothers.post(reverse("my:withdraw", args=scope(where))).status_code == 404
        Guardianship.objects.filter(adult=father).update(custody=False)
        assert where.child.name not in desk.get(LIST).content.decode()
        AssistedSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert desk.get(LIST).status_code == 404
        SubjectKey.objects.filter(person=mother).delete()
        assert mothers.get(LIST).status_code == 404

    def test_what_nobody_was_asked_has_no_page(self, where: Handover) -> None:
        client, (child, recipient, _purpose) = alone(where.parents[0]), scope(where)
        for purpose in ("guidance_transfer", "nothing"):
            assert client.get(reverse("my:withdrawn", args=[child, recipient, purpose])).status_code == 404
            assert client.post(reverse("my:withdraw", args=[child, recipient, purpose])).status_code == 404
        assert not Decision.objects.filter(outcome=Outcome.WITHDRAWN).exists()

    def test_a_proof_leaves_with_a_fresh_factor_only(self, where: Handover) -> None:
        client = alone(where.parents[0], factor_age=16 * 60)
        for name in ("my:receipt", "my:receipt_json"):
            answer = client.get(reverse(name, args=[Conversation.objects.get().public_id]))
            assert answer["Location"].startswith(reverse("accounts:second_factor"))
        assert client.get(LIST).status_code == 200
        assert not Entry.objects.filter(event="consent:receipt:read").exists()


def card_of(where: Handover):
    (card,) = consents_about(where.child).cards
    return card


class TestTheCard:
    def test_it_says_what_counts_now(self, where: Handover) -> None:
        card = card_of(where)
        (agreement,) = card.agreements
        assert agreement.standing == Standing.YES
        assert agreement.since == Conversation.objects.get().at
        assert agreement.until == Decision.objects.first().valid_until
        assert card.can_stop
        (handover,) = card.collected
        assert (handover.recipient, handover.team) == (card.recipient.name, where.receiver_team.name)
        where.withdraw()
        card = card_of(where)
        assert [row.standing for row in card.agreements] == [Standing.STOPPED]
        assert not card.can_stop
        assert card.collected, "what was collected stays told"
        assert len(card.conversations) == 2

    @pytest.mark.parametrize(("yes", "secrecy", "standing"), [([], True, "no"), (None, False, "held_back")])
    def test_a_no_and_a_yes_that_is_held_back(self, yes, secrecy, standing) -> None:
        where = package_in(Status.DRAFT)
        decide(
            actor=where.sends,
            team=where.sender_team,
            child=where.child,
            deciders=where.parents,
            recipient=where.receiver_team.organisation,
            yes=yes,
            secrecy_released=secrecy,
        )
        (agreement,) = card_of(where).agreements
        assert agreement.standing == standing
        assert bool(agreement.why) == (standing == "held_back")

    def test_a_changed_family_is_over(self, where: Handover) -> None:
        Guardianship.objects.create(child=where.child, adult=person(birth_date=born(50)), relation=Relation.FATHER)
        assert [row.standing for row in card_of(where).agreements] == [Standing.OVER]

    def test_the_number_of_queries_does_not_grow_with_conversations(
        self, where: Handover, django_assert_max_num_queries
    ) -> None:
        for _ in range(4):
            where.consent()
        client = alone(where.parents[0])
        client.get(LIST)
        with django_assert_max_num_queries(70):
            client.get(LIST)

    def test_nor_with_recipients(self, where: Handover) -> None:
        client = alone(where.parents[0])
        client.get(LIST)
        with CaptureQueriesContext(connection) as one:
            client.get(LIST)
        for _ in range(5):
            decide(
                actor=where.sends,
                team=where.sender_team,
                child=where.child,
                deciders=where.parents,
                recipient=OrganisationFactory(),
            )
        with CaptureQueriesContext(connection) as six:
            page = client.get(LIST)
        assert sum(len(about.cards) for about in page.context["people"]) == 6
        assert len(six) == len(one)


class TestAtBothEntrances:
    @pytest.mark.parametrize("entrance", ["alone", "desk"])
    def test_two_taps_stop_it_and_the_page_after_is_honest(self, where: Handover, entrance: str) -> None:
        mother = where.parents[0]
        client = alone(mother) if entrance == "alone" else at_the_desk(where, mother)
        assert client.get(reverse("my:withdrawn", args=scope(where)))["Location"] == LIST, "nothing was taken back yet"
        shown = client.get(LIST).content.decode()
        first = reverse("my:withdraw", args=scope(where))
        assert first in shown  # the first tap
        assert client.get(first).status_code == 200
        done = client.post(first)  # the second
        after = client.get(done["Location"]).content.decode()
        assert where.receiver_team.organisation.contact_email in after
        assert where.receiver_team.name in after
        assert first not in client.get(LIST).content.decode()
        assert client.post(first).status_code == 302, "a second time changes nothing"
        assert Conversation.objects.count() == 2

    @pytest.mark.parametrize("entrance", ["alone", "desk"])
    def test_a_form_to_withdraw_goes_to_the_team_that_asked(
        self, where: Handover, entrance: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mother = where.parents[0]
        client = alone(mother) if entrance == "alone" else at_the_desk(where, mother)
        sender, (child, recipient, purpose) = where.sender_team.organisation, scope(where)
        address = reverse("my:paper", args=[child, sender.public_id, recipient, purpose])
        assert address in client.get(LIST).content.decode()
        pdf = client.post(address)
        assert pdf.content.startswith(b"%PDF")
        assert "no-store" in pdf["Cache-Control"]
        form = PaperForm.objects.get()
        assert (form.kind, form.team, form.expires_at) == (PaperKind.WITHDRAWAL, where.sender_team, None)
        assert [row.object_id for row in Entry.objects.filter(event="consent:paper:print")] == [str(form.public_id)]
        monkeypatch.setattr("consent.services.printing.OWN_PAPERS", 1)
        assert client.post(address)["Location"] == LIST, "not again and again"
        assert PaperForm.objects.count() == 1

    def test_a_form_to_withdraw_is_for_who_decides(self, where: Handover) -> None:
        sender, (child, recipient, purpose) = where.sender_team.organisation, scope(where)
        address = reverse("my:paper", args=[child, sender.public_id, recipient, purpose])
        stranger = alone(person(name="Yusuf Ali", birth_date=born(40)))
        assert stranger.post(address).status_code == 404
        assert sign_in(Client(), where.sender).post(address).status_code == 404
        never = reverse("my:paper", args=[child, recipient, recipient, purpose])
        assert alone(where.parents[0]).post(never).status_code == 404
        assert not PaperForm.objects.exists()

    def test_the_proofs_leave_with_a_row_in_the_log(self, where: Handover) -> None:
        client, held = alone(where.parents[0]), Conversation.objects.get()
        answer = client.get(reverse("my:receipt_json", args=[held.public_id]))
        assert json.loads(answer.content)["record_id"] == str(held.public_id)
        assert "no-store" in answer["Cache-Control"]
        pdf = client.get(reverse("my:receipt", args=[held.public_id]))
        assert pdf.content.startswith(b"%PDF")
        rows = Entry.objects.filter(event="consent:receipt:read", subject=str(where.child.public_id))
        assert [row.details["form"] for row in rows.order_by("sequence")] == ["json", "pdf"]

    def test_the_language_chosen_stays_on_the_page(self, where: Handover) -> None:
        client = at_the_desk(where, where.parents[0])
        assert client.post(reverse("my:language"), {"language": "ar", "next": LIST})["Location"] == LIST
        assert '<html lang="ar" dir="rtl">' in client.get(LIST).content.decode()
        for elsewhere in ("/dossiers/", "https://example.org/my/", "//example.org/my/"):
            answer = client.post(reverse("my:language"), {"language": "nl", "next": elsewhere})
            assert answer["Location"] == reverse("my:overview")


def test_actors_of_elsewhere_do_not_count(where: Handover) -> None:
    """The desk of another organisation has no session for this family."""
    team, user = sender_team()
    client = sign_in(Client(), user)
    stored = client.session
    at_the_desk(where, where.parents[0])
    stored["assisted_session"] = str(AssistedSession.objects.get().public_id)
    stored.save()
    assert client.get(LIST).status_code == 404
    assert actor_of(user, team).signed_in
