"""What a person asks by law: asked, extended, decided, and what it stops."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.enums import (
    DataCategory,
    InvolvementReason,
    Purpose,
    RestrictionGround,
    Right,
    RightChannel,
    RightDecision,
    RightGround,
    RightState,
)
from consent.errors import NotRecorded
from consent.forms.rights import DecideForm
from consent.models import Restriction, RightsRequest
from consent.policy import CATEGORIES, can_grant, home_date
from consent.queries import get_request_for, get_request_of_reader, is_covered, requests_for, requests_shown_to
from consent.services import involve
from consent.services.restrictions import announce_lifting, lift
from consent.services.rights import Wish, decide, extend, write_down
from consent.terms import LIFTING_TOLD_BEFORE, last_extension
from portal.accounts.enums import MessageKind, Role
from portal.accounts.models import OutgoingMessage
from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.consent_factories import actor_of, ask, born, person, person_actor, privacy_officer
from tests.consent_factories import decide as decide_consent
from tests.factories import TeamFactory, member

pytestmark = pytest.mark.django_db
WORDS = "Ik wil niet dat u dit bewaart"


def grown(scene, **fields):
    """An adult with whom the team has to do."""
    return person(name="Rima Haddad", birth_date=born(34), team=scene.team, **fields)


def asked(scene, right=Right.ERASURE, **fields):
    adult = grown(scene)
    return ask(actor=person_actor(adult), person=adult, right=right, text=WORDS, **fields)


def covered(scene, child):
    return is_covered(
        person=child,
        purpose=Purpose.YOUTH_HEALTH,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset(CATEGORIES[Purpose.YOUTH_HEALTH]),
    )


def written(scene, right=Right.OBJECTION, *, actor=None, team=None, days_ago=0, channel=RightChannel.LETTER, **wish):
    return write_down(
        actor=actor or scene.actor,
        team=scene.team if actor is None else team,
        person=scene.child,
        wish=Wish(right=right, text=WORDS, **wish),
        channel=channel,
        received_on=timezone.localdate() - timedelta(days=days_ago),
    )


class TestWritingDown:
    def test_only_a_team_that_knows_the_person_or_the_officer(self, scene):
        other = TeamFactory(organisation=scene.sender)
        administrator = actor_of(member(Role.REGION_ADMINISTRATOR, team=scene.team), scene.team)
        for actor, team in (
            (scene.actor, None),
            (scene.actor, other),
            (administrator, scene.team),
            (administrator, None),
            (actor_of(member(Role.SENDER, team=other), other), other),
            (person_actor(scene.mother), None),
            (person_actor(scene.mother), scene.team),
        ):
            with pytest.raises(Denied):
                written(scene, actor=actor, team=team)
        assert not RightsRequest.objects.exists()
        assert written(scene, actor=privacy_officer()).team is None
        assert written(scene, right=Right.ERASURE).team == scene.team

    @pytest.mark.parametrize("days_ago", [-1, 367])
    def test_not_on_a_day_that_cannot_be(self, scene, days_ago):
        with pytest.raises(NotRecorded) as refused:
            written(scene, days_ago=days_ago)
        assert refused.value.code == "received_wrong"
        assert not RightsRequest.objects.exists()

    def test_the_term_counts_from_receipt(self, scene):
        request = written(scene, days_ago=40)
        assert home_date(request.asked_at) == timezone.localdate() - timedelta(days=40)
        assert request.due_on < timezone.localdate()
        assert request.recorded_at.date() == timezone.now().date()
        entry = Entry.objects.get(event=Event.RIGHT_ASKED)
        assert (entry.details["channel"], entry.team_id) == ("letter", str(scene.team.public_id))

    def test_twice_the_same_is_once(self, scene):
        first = written(scene)
        assert written(scene) == first
        assert written(scene, days_ago=1) != first
        resting = written(scene, Right.RESTRICTION, ground=RestrictionGround.CLAIMS)
        assert written(scene, Right.RESTRICTION, ground=RestrictionGround.CLAIMS) == resting

    @pytest.mark.parametrize("right", [right for right in Right if right != Right.RESTRICTION])
    def test_waits_for_an_answer(self, scene, right):
        assert written(scene, right).state == RightState.OPEN

    def test_lets_the_data_rest_at_once(self, scene):
        assert written(scene, Right.RESTRICTION, ground=RestrictionGround.CLAIMS).state == RightState.DECIDED
        assert Restriction.objects.get().person == scene.child

    def test_an_organisation_sees_what_it_wrote_down(self, scene):
        elsewhere = TeamFactory()
        involve(person=scene.child, team=elsewhere, reason=InvolvementReason.PACKAGE)
        request = written(scene)
        asked(scene)
        own = ask(actor=person_actor(scene.mother), person=scene.child, right=Right.ERASURE)
        stranger = actor_of(member(Role.RECEIVER, team=elsewhere), elsewhere)
        shown = [set(requests_shown_to(actor, scene.child)) for actor in (scene.actor, stranger, privacy_officer())]
        assert shown == [{request}, set(), {request, own}]


class TestAsking:
    def test_a_stranger_does_not(self, scene):
        for actor in (person_actor(person(birth_date=born(40))), scene.actor, privacy_officer()):
            with pytest.raises(Denied):
                ask(actor=actor, person=scene.child, right=Right.ACCESS)
        assert not RightsRequest.objects.exists()

    @pytest.mark.parametrize(
        ("right", "fields", "code"),
        [
            (Right.OBJECTION, {}, "text_missing"),
            (Right.RECTIFICATION, {}, "proposal_missing"),
            (Right.RESTRICTION, {}, "ground_missing"),
            (Right.ERASURE, {"text": "x" * 4001}, "text_long"),
        ],
    )
    def test_not_without_what_it_needs(self, scene, right, fields, code):
        with pytest.raises(NotRecorded) as refused:
            ask(**{"actor": person_actor(scene.mother), "person": scene.child, "right": right} | fields)
        assert refused.value.code == code

    def test_begins_a_term_of_a_month_and_tells_the_officer(self, scene):
        officer = privacy_officer()
        request = asked(scene)
        assert request.state == RightState.OPEN
        assert 28 <= (request.due_on - home_date(request.asked_at)).days <= 31
        assert request.words["text"] == WORDS
        assert WORDS.encode() not in bytes(request.private)
        told = OutgoingMessage.objects.get(kind=MessageKind.RIGHTS_WAITING)
        assert told.user_id == officer.user_pk
        assert Entry.objects.get(event=Event.RIGHT_ASKED).subject == str(request.person.public_id)

    def test_twice_the_same_is_once(self, scene):
        adult = grown(scene)
        actor = person_actor(adult)
        first = ask(actor=actor, person=adult, right=Right.ERASURE, text=WORDS)
        assert ask(actor=actor, person=adult, right=Right.ERASURE, text=WORDS) == first
        assert ask(actor=actor, person=adult, right=Right.OBJECTION, text=WORDS) != first

    def test_another_ground_is_another_request(self, scene):
        adult = grown(scene)
        asked_for = {"actor": person_actor(adult), "person": adult, "right": Right.RESTRICTION, "text": WORDS}
        first = ask(**asked_for, ground=RestrictionGround.ACCURACY)
        assert ask(**asked_for, ground=RestrictionGround.ACCURACY) == first
        assert ask(**asked_for, ground=RestrictionGround.CLAIMS) != first

    def test_not_without_end(self, scene):
        adult = grown(scene)
        actor = person_actor(adult)
        for number in range(20):
            ask(actor=actor, person=adult, right=Right.OBJECTION, text=f"{WORDS} {number}")
        with pytest.raises(NotRecorded) as refused:
            ask(actor=actor, person=adult, right=Right.OBJECTION, text=WORDS)
        assert refused.value.code == "too_many_requests"

    def test_access_is_granted_at_once(self, scene):
        assert asked(scene, Right.ACCESS).decision == RightDecision.GRANTED

    def test_a_parent_asks_for_a_child(self, scene):
        request = ask(actor=person_actor(scene.mother), person=scene.child, right=Right.ERASURE, text=WORDS)
        assert request.asked_by == scene.mother
        assert get_request_of_reader(scene.father, request.public_id) == request
        with pytest.raises(Denied):
            get_request_of_reader(grown(scene), request.public_id)


class TestAnswering:
    def test_only_the_privacy_officer(self, scene):
        request = asked(scene)
        administrator = actor_of(member(Role.REGION_ADMINISTRATOR, team=scene.team), scene.team)
        for actor in (scene.actor, administrator, person_actor(request.person)):
            assert not requests_for(actor).exists()
            with pytest.raises(Denied):
                get_request_for(actor, request.public_id)
            with pytest.raises(Denied):
                extend(actor=actor, request=request, to=last_extension(request.due_on), reason="druk")
            with pytest.raises(Denied):
                decide(
                    actor=actor, request=request, decision=RightDecision.GRANTED, ground=RightGround.NONE, reason="ja"
                )

    def test_extends_once_and_in_time(self, scene, later):
        officer, request = privacy_officer(), asked(scene)
        furthest = last_extension(home_date(request.asked_at))
        for to, reason, code in (
            (request.due_on, "druk", "extended_too_far"),
            (furthest + timedelta(days=1), "druk", "extended_too_far"),
            (furthest, " ", "reason_missing"),
        ):
            with pytest.raises(NotRecorded) as refused:
                extend(actor=officer, request=request, to=to, reason=reason)
            assert refused.value.code == code
        longer = extend(actor=officer, request=request, to=furthest, reason="Wij zoeken in drie archieven.")
        assert (longer.state, longer.extended_to) == (RightState.EXTENDED, furthest)
        assert longer.words == {"text": WORDS, "extension": "Wij zoeken in drie archieven."}
        with pytest.raises(NotRecorded) as refused:
            extend(actor=officer, request=longer, to=furthest, reason="nog eens")
        assert refused.value.code == "already_extended"
        second = asked(scene)
        later(timedelta(days=32))
        with pytest.raises(NotRecorded) as refused:
            extend(actor=officer, request=second, to=furthest, reason="te laat")
        assert refused.value.code == "extended_too_late"

    @pytest.mark.parametrize(
        ("right", "decision", "ground", "reason", "code"),
        [
            (Right.ERASURE, RightDecision.GRANTED, RightGround.CLAIMS, "ja", "refusal_ground_wrong"),
            (Right.ERASURE, RightDecision.REFUSED, RightGround.NONE, "nee", "refusal_ground_missing"),
            (Right.ERASURE, RightDecision.REFUSED, RightGround.CLAIMS, "", "reason_missing"),
            (Right.RECTIFICATION, RightDecision.GRANTED, RightGround.NONE, "ja", "rectified_by_team"),
        ],
    )
    def test_not_without_what_it_needs(self, scene, right, decision, ground, reason, code):
        request = asked(scene, right)
        with pytest.raises(NotRecorded) as refused:
            decide(actor=privacy_officer(), request=request, decision=decision, ground=ground, reason=reason)
        assert refused.value.code == code
        request.refresh_from_db()
        assert request.state == RightState.OPEN

    def test_once(self, scene):
        officer, request = privacy_officer(), asked(scene)
        fields = {"decision": RightDecision.REFUSED, "ground": RightGround.CLAIMS, "reason": "Er loopt een zaak."}
        decided = decide(actor=officer, request=request, **fields)
        assert decided.words["reason"] == "Er loopt een zaak."
        with pytest.raises(NotRecorded) as refused:
            decide(actor=officer, request=request, **fields)
        assert refused.value.code == "already_decided"
        entry = Entry.objects.get(event=Event.RIGHT_DECIDED)
        assert entry.details["ground"] == "claims"

    def test_a_professional_alone_never_has_somebody_erased(self, scene):
        request = written(scene, Right.ERASURE)
        with pytest.raises(NotRecorded) as refused:
            decide(
                actor=privacy_officer(),
                request=request,
                decision=RightDecision.GRANTED,
                ground=RightGround.NONE,
                reason="ja",
            )
        assert refused.value.code == "not_asked_by_person"
        assert scene.child.name

    @pytest.mark.parametrize(
        ("right", "in_person", "grants"),
        [
            (Right.ERASURE, True, True),
            (Right.ERASURE, False, False),
            (Right.RECTIFICATION, True, False),
            (Right.ACCESS, False, True),
        ],
    )
    def test_a_yes_that_cannot_be_is_not_offered(self, right, in_person, grants):
        form = DecideForm(right=right, grants=bool(can_grant(right, asked_in_person=in_person)))
        offered = {value for value, _label in form.fields["decision"].choices}
        assert (RightDecision.GRANTED.value in offered) is grants
        assert ("told" in form.fields) is (right == Right.ERASURE and grants)


class TestRestriction:
    def test_holds_at_once_and_until_a_week_after_telling(self, scene, later):
        decide_consent(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
        )
        assert covered(scene, scene.child)
        ask(
            actor=person_actor(scene.mother),
            person=scene.child,
            right=Right.RESTRICTION,
            text="",
            ground=RestrictionGround.ACCURACY,
        )
        assert covered(scene, scene.child).code == "restricted"
        restriction, officer = Restriction.objects.get(), privacy_officer()
        with pytest.raises(Denied):
            announce_lifting(actor=scene.actor, restriction=restriction)
        with pytest.raises(NotRecorded):
            lift(actor=officer, restriction=restriction)
        announce_lifting(actor=officer, restriction=restriction)
        with pytest.raises(NotRecorded) as refused:
            lift(actor=officer, restriction=restriction)
        assert refused.value.code == "not_told_yet"
        later(LIFTING_TOLD_BEFORE + timedelta(minutes=1))
        with pytest.raises(Denied):
            lift(actor=scene.actor, restriction=restriction)
        lift(actor=officer, restriction=restriction)
        assert covered(scene, scene.child)


class TestObjection:
    def test_counts_until_somebody_says_yes_again(self, scene, later):
        fields = {
            "actor": scene.actor,
            "team": scene.team,
            "child": scene.child,
            "deciders": [scene.mother, scene.father],
            "recipient": scene.recipient,
        }
        decide_consent(**fields)
        request = ask(
            actor=person_actor(scene.mother),
            person=scene.child,
            right=Right.OBJECTION,
            text=WORDS,
            purpose=Purpose.YOUTH_HEALTH,
            recipient=scene.recipient,
        )
        assert covered(scene, scene.child)
        decide(
            actor=privacy_officer(),
            request=request,
            decision=RightDecision.GRANTED,
            ground=RightGround.NONE,
            reason="U hebt gelijk.",
        )
        assert covered(scene, scene.child).code == "objected"
        later(timedelta(minutes=1))
        decide_consent(**fields)
        assert covered(scene, scene.child)

    def test_of_another_recipient_changes_nothing(self, scene):
        decide_consent(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
        )
        request = ask(
            actor=person_actor(scene.mother),
            person=scene.child,
            right=Right.OBJECTION,
            text=WORDS,
            recipient=scene.sender,
        )
        decide(
            actor=privacy_officer(),
            request=request,
            decision=RightDecision.GRANTED,
            ground=RightGround.NONE,
            reason="U hebt gelijk.",
        )
        assert covered(scene, scene.child)


def test_what_was_asked_of_nobody_is_covered_by_nothing(scene):
    coverage = is_covered(
        person=scene.child,
        purpose=Purpose.GUIDANCE,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset({DataCategory.FAMILY}),
        at=timezone.now(),
    )
    assert coverage.code == "not_asked"
