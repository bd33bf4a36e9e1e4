"""Recording, covering, withdrawing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from consent import ports
from consent.enums import (
    Capacity,
    DataCategory,
    InterpreterKind,
    InvolvementReason,
    Method,
    Outcome,
    Purpose,
    Relation,
    RestrictionGround,
    Right,
    RightChannel,
    RightDecision,
    RightGround,
    State,
)
from consent.errors import NotRecorded
from consent.models import Conversation, Decision, Guardianship, SubjectKey
from consent.policy import CATEGORIES, VALID_FOR, home_date
from consent.queries import consents_of, current_texts, is_covered
from consent.services import involve, record_conversation, rights, withdraw
from portal.accounts.enums import Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent_factories import actor_of, born, decide, notice, person, privacy_officer, signed, talk
from tests.factories import OrganisationFactory, TeamFactory, member

from .conftest import make_scene

JGZ = Purpose.YOUTH_HEALTH
ALL = frozenset(CATEGORIES[JGZ])
SOME = frozenset({DataCategory.VACCINATIONS, DataCategory.GROWTH})


def give(scene, **changes):
    fields = {
        "actor": scene.actor,
        "team": scene.team,
        "child": scene.child,
        "deciders": [scene.mother, scene.father],
        "recipient": scene.recipient,
    }
    return decide(**{**fields, **changes})


def covered(scene, categories=ALL, **changes):
    fields = {"person": scene.child, "purpose": JGZ, "sender": scene.sender, "recipient": scene.recipient}
    return is_covered(**{**fields, "categories": categories, **changes})


def asked(scene, right, **wish):
    """What a team wrote down for the person by law."""
    return rights.write_down(
        actor=scene.actor,
        person=scene.child,
        wish=rights.Wish(right=right, **wish),
        channel=RightChannel.DESK,
        received_on=home_date(timezone.now()),
        team=scene.team,
    )


@pytest.fixture
def told(monkeypatch):
    calls = []
    monkeypatch.setattr(ports, "_given", [lambda **facts: calls.append(("given", facts["recipient"]))])
    monkeypatch.setattr(ports, "_withdrawn", [lambda **facts: calls.append(("withdrawn", facts["recipient"]))])
    return calls


def test_nothing_is_covered_by_itself(scene):
    assert not covered(scene)
    assert covered(scene).code == "not_asked"
    assert covered(scene, frozenset()).code == "no_categories"


def test_a_yes_of_both_parents_covers(scene, told):
    conversation = give(scene)
    answer = covered(scene)
    assert answer.covered
    assert len(answer.decision_ids) == len(ALL)
    assert answer.valid_until == conversation.at + VALID_FOR[JGZ]
    assert told == [("given", scene.recipient)]
    assert conversation.capacity == Capacity.PARENT
    assert conversation.notice_sha256 == current_texts(purpose=JGZ)["ar"].sha256
    assert {row.person for row in conversation.deciders.all()} == {scene.mother, scene.father}
    assert conversation.words["interpreter_id"] == "T-1234"
    entry = Entry.objects.get(event="consent:decision:record")
    assert entry.subject == str(scene.child.public_id)
    assert entry.details["given"] == len(ALL)


def test_it_covers_this_scope_and_no_other(scene):
    give(scene)
    for changes in (
        {"recipient": OrganisationFactory()},
        {"sender": OrganisationFactory()},
        {"purpose": Purpose.MEDICAL_FILE},
        {"person": person()},
    ):
        assert covered(scene, SOME, **changes).code == "not_asked"
    assert covered(scene, ALL | {DataCategory.WORK}).code == "not_asked"


def test_a_refused_category_is_not_covered_and_the_rest_is(scene):
    give(scene, yes=SOME)
    assert covered(scene, SOME).covered
    assert covered(scene).code == "refused"


def test_a_later_refusal_wins_and_is_announced(scene, told):
    give(scene)
    give(scene, yes=SOME)
    assert covered(scene).code == "refused"
    assert told == [("given", scene.recipient), ("withdrawn", scene.recipient), ("given", scene.recipient)]


def test_without_release_from_secrecy_nothing_goes(scene, told):
    give(scene)
    give(scene, secrecy_released=False)
    assert covered(scene).code == "secrecy_not_released"
    assert ("withdrawn", scene.recipient) in told


def test_a_no_to_telling_is_a_spoken_no_that_time_does_not_hide(scene):
    end = give(scene, yes=SOME, secrecy_released=False).at + VALID_FOR[JGZ]
    assert covered(scene, SOME, at=end).code == "secrecy_not_released"
    assert covered(scene, at=end).code == "refused"
    assert covered(scene, SOME | {DataCategory.WORK}).code == "secrecy_not_released", "told before what was not asked"


def test_the_last_answer_about_secrecy_counts_for_what_was_not_asked_again(scene):
    give(scene)
    text = current_texts(purpose=JGZ)["ar"]
    record_conversation(
        actor=scene.actor,
        person=scene.child,
        team=scene.team,
        recipient=scene.recipient,
        purpose=JGZ,
        talk=talk(text),
        choices={DataCategory.GROWTH: True},
        deciders=[scene.mother, scene.father],
        secrecy_released=False,
        signatures=signed([scene.mother, scene.father]),
        token=uuid.uuid4(),
    )
    assert covered(scene, frozenset({DataCategory.VACCINATIONS})).code == "secrecy_not_released"
    withdraw(actor=scene.actor, person=scene.child, purpose=JGZ, recipient=scene.recipient, reason="", team=scene.team)
    assert covered(scene, SOME).code == "withdrawn"
    give(scene)
    assert covered(scene).covered


def test_a_no_of_a_machine_whose_clock_is_ahead_counts_at_once(scene, later):
    give(scene)
    officer = privacy_officer()
    request = asked(scene, Right.OBJECTION, text="Ik wil het niet.")
    ahead = timedelta(seconds=30)
    later(ahead)
    no = {"decision": RightDecision.GRANTED, "ground": RightGround.NONE, "reason": "Wij stoppen."}
    rights.decide(actor=officer, request=request, **no)
    later(timedelta(0))
    assert covered(scene).code == "objected"
    later(ahead)
    give(scene)
    later(timedelta(0))
    assert covered(scene).covered
    back = {"actor": scene.actor, "person": scene.child, "purpose": JGZ, "recipient": scene.recipient}
    assert withdraw(**back, reason="", team=scene.team), "a yes from ahead can be taken back"
    later(ahead)
    give(scene)
    withdraw(**back, reason="", team=scene.team)
    later(timedelta(0))
    assert covered(scene).code == "withdrawn"
    later(ahead)
    asked(scene, Right.RESTRICTION, ground=RestrictionGround.ACCURACY)
    later(timedelta(0))
    assert covered(scene).code == "restricted"


def test_what_was_said_before_an_objection_does_not_undo_it(scene):
    """A form that was printed, or a conversation that was begun, before an objection was accepted."""
    begun_at = timezone.now()
    request = asked(scene, Right.OBJECTION, text="Ik wil het niet.", purpose=JGZ)
    no = {"decision": RightDecision.GRANTED, "ground": RightGround.NONE, "reason": "Wij stoppen."}
    rights.decide(actor=privacy_officer(), request=request, **no)
    with pytest.raises(NotRecorded, match="decided_meanwhile"):
        give(scene, begun_at=begun_at)
    assert covered(scene).code == "objected"
    give(scene, begun_at=timezone.now())
    assert covered(scene).covered


def test_it_expires(scene):
    end = give(scene).at + VALID_FOR[JGZ]
    assert covered(scene, at=end - timedelta(seconds=1)).covered
    assert covered(scene, at=end).code == "expired"


@pytest.mark.parametrize(("years", "code"), [(12, "capacity_changed"), (16, "capacity_changed")])
def test_turning_twelve_and_sixteen_asks_anew(db, years, code):
    scene = make_scene(child_born=born(years, days=-10))
    deciders = [scene.mother, scene.father] + ([scene.child] if years == 16 else [])
    give(scene, deciders=deciders)
    assert covered(scene).covered
    assert covered(scene, at=timezone.now() + timedelta(days=9)).covered
    assert covered(scene, at=timezone.now() + timedelta(days=11)).code == code


def test_a_new_parent_with_custody_asks_anew(scene):
    Guardianship.objects.filter(adult=scene.father).delete()
    give(scene, deciders=[scene.mother])
    assert covered(scene).covered
    Guardianship.objects.create(child=scene.child, adult=scene.father, relation=Relation.FATHER)
    assert covered(scene).code == "capacity_changed"


def test_a_new_notice_asks_anew_only_if_it_says_so(scene):
    give(scene)
    notice(version=2)
    assert covered(scene).covered
    notice(version=3, asks_again=True)
    assert covered(scene).code == "notice_superseded"
    give(scene)
    assert covered(scene).covered


def test_an_erased_person_is_not_covered(scene):
    give(scene)
    SubjectKey.objects.filter(person=scene.child).delete()
    assert covered(scene).code == "erased"


def test_the_number_of_queries_stays_the_same(scene, django_assert_num_queries):
    give(scene)
    with django_assert_num_queries(8):
        covered(scene)
    for _round in range(3):
        give(scene)
    with django_assert_num_queries(8):
        covered(scene)
    with django_assert_num_queries(6):
        consents_of(person=scene.child)


def test_states_are_derived(scene):
    give(scene)
    assert {held.state for held in consents_of(person=scene.child)} == {State.GIVEN}
    give(scene)
    assert {held.state for held in consents_of(person=scene.child)} == {State.RECONFIRMED}
    far = timezone.now() + timedelta(days=400)
    assert {held.state for held in consents_of(person=scene.child, at=far)} == {State.EXPIRED}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deciders": lambda s: [s.mother]}, "decider_missing"),
        ({"deciders": lambda s: [s.mother, s.father, s.child]}, "decider_without_authority"),
        ({"recipient": lambda s: s.sender}, "recipient_unknown"),
        ({"recipient": lambda s: OrganisationFactory(active_until=timezone.now())}, "recipient_unknown"),
        ({"secrecy_released": lambda s: None}, "secrecy_unanswered"),
    ],
)
def test_what_is_not_right_is_not_recorded(scene, changes, code):
    with pytest.raises(NotRecorded, match=code) as refusal:
        give(scene, **{name: value(scene) for name, value in changes.items()})
    assert refusal.value.message
    assert not Conversation.objects.exists()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"understanding": " "}, "understanding_missing"),
        ({"refusal_without_consequence_shown": False}, "no_consequence_not_shown"),
        ({"method": Method.WITNESSED_ORALLY}, "witness_missing"),
        ({"interpreter_kind": InterpreterKind.ON_SITE, "interpreter_id": ""}, "interpreter_missing"),
    ],
)
def test_a_talk_is_complete(scene, changes, code):
    text = current_texts(purpose=JGZ)["ar"]
    with pytest.raises(NotRecorded, match=code):
        give(scene, talk=talk(text, **changes))


def test_an_old_notice_is_refused(scene):
    text = current_texts(purpose=JGZ)["ar"]
    notice(version=2)
    with pytest.raises(NotRecorded, match="notice_outdated"):
        give(scene, talk=talk(text))


def test_the_same_token_records_once(scene, told):
    token = uuid.uuid4()
    assert give(scene, token=token) == give(scene, token=token)
    assert Conversation.objects.count() == 1
    assert len(told) == 1


def test_a_token_of_another_is_refused(scene):
    token = uuid.uuid4()
    give(scene, token=token)
    actor = actor_of(member(Role.SENDER, team=scene.team), scene.team)
    with pytest.raises(NotRecorded, match="token_used"):
        give(scene, token=token, actor=actor)


def test_a_listener_that_fails_undoes_everything(scene, monkeypatch):
    def fail(**_facts):
        raise RuntimeError("no")

    monkeypatch.setattr(ports, "_given", [fail])
    with pytest.raises(RuntimeError):
        give(scene)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR])
def test_other_roles_record_nothing(scene, role):
    actor = actor_of(member(role, team=scene.team), scene.team)
    with pytest.raises(Denied):
        give(scene, actor=actor)


def test_another_team_records_nothing(scene):
    team = TeamFactory()
    actor = actor_of(member(Role.SENDER, team=team), team)
    with pytest.raises(Denied):
        give(scene, actor=actor, team=team)
    with pytest.raises(Denied):
        give(scene, actor=actor)


def take_back(scene, **changes):
    fields = {
        "actor": scene.actor,
        "person": scene.child,
        "purpose": JGZ,
        "recipient": scene.recipient,
        "reason": "Ik wil het niet meer.",
        "team": scene.team,
    }
    return withdraw(**{**fields, **changes})


def test_withdrawal_ends_it_and_happens_once(scene, told):
    give(scene)
    told.clear()
    (conversation,) = take_back(scene)
    assert covered(scene).code == "withdrawn"
    assert told == [("withdrawn", scene.recipient)]
    assert conversation.words["reason"] == "Ik wil het niet meer."
    assert {row.outcome for row in conversation.decisions.all()} == {Outcome.WITHDRAWN}
    assert take_back(scene) == ()
    assert Entry.objects.filter(event="consent:decision:withdraw").count() == 1
    give(scene)
    assert covered(scene).covered


def test_withdrawal_leaves_other_recipients_alone(scene):
    other = OrganisationFactory()
    give(scene)
    give(scene, recipient=other)
    take_back(scene, recipient=other)
    assert covered(scene).covered
    assert covered(scene, recipient=other).code == "withdrawn"


def test_withdrawal_takes_a_team_that_knows_the_person(scene):
    give(scene)
    team = TeamFactory()
    stranger = actor_of(member(Role.SENDER, team=team), team)
    for changes in ({"actor": stranger, "team": team}, {"team": None}, {"actor": stranger}):
        with pytest.raises(Denied):
            take_back(scene, **changes)
    assert covered(scene).covered


def test_a_professional_of_another_organisation_leaves_it_alone(scene):
    give(scene)
    team = TeamFactory()
    involve(person=scene.child, team=team, reason=InvolvementReason.LOOKED_UP)
    knows_the_child = actor_of(member(Role.SENDER, team=team), team)
    assert take_back(scene, actor=knows_the_child, team=team) == ()
    assert covered(scene).covered


def test_a_professional_of_the_recipient_takes_it_back(scene):
    give(scene)
    team = TeamFactory(organisation=scene.recipient)
    involve(person=scene.child, team=team, reason=InvolvementReason.LOOKED_UP)
    receiver = actor_of(member(Role.RECEIVER, team=team), team)
    assert take_back(scene, actor=receiver, team=team)
    assert covered(scene).code == "withdrawn"
