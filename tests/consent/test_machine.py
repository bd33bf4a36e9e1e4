"""Whatever follows of decisions, withdrawals, birthdays, custody, erasures and notices: no cover without a valid yes.

And whenever a change of custody ends a cover, or brings one back, whoever acts on it is told in the same transaction.

``pytest tests/consent/test_machine.py --consent-steps=100000`` walks further than the 10,000 steps of every day.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from consent import ports
from consent.enums import CustodyEnd, DataCategory, Outcome, Purpose, Relation
from consent.errors import NotRecorded
from consent.policy import CATEGORIES, VALID_FOR, age_on, home_date
from consent.queries import consents_of, coverages_of, is_covered
from consent.services import end_guardianship, record_guardianship, withdraw
from consent.services.erasing import erase_person
from dossiers.services.couplings import record_coupling
from portal.accounts.models import Team
from portal.audit.actor import SYSTEM
from tests.consent_factories import born, decide, notice, person
from tests.factories import CentreFactory, MunicipalityFactory, OrganisationFactory

from .conftest import make_scene

PURPOSE = Purpose.YOUTH_HEALTH
CHOICES = st.sets(st.sampled_from(CATEGORIES[PURPOSE]))
HERE_OR_THERE = st.sampled_from([0, 1])
STEPS_IN_A_WALK = 50
WALKS_AT_A_TIME = 20


@dataclass
class Yes:
    """The model's own memory of a category: what was said, by whom, when, on which notice."""

    outcome: Outcome
    at: datetime
    band: str
    deciders: set = field(default_factory=set)
    version: int = 0
    secrecy: bool = False
    lacks_erased: bool = False


class Consents(RuleBasedStateMachine):
    """A child, two municipalities, a clock, and everything that can happen to the consent."""

    steps = 0

    @initialize(years=st.sampled_from([11, 12, 15, 16]))
    def begin(self, years):
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        # Ahead of the real clock, which column defaults keep reading.
        self.now = timezone.now() + timedelta(hours=1)
        self.clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.clock.start()
        self.scene = make_scene(child_born=born(years, days=300))
        self.recipients = [self.scene.recipient, OrganisationFactory(name="JGZ elders (test)")]
        self.municipalities = [MunicipalityFactory(), MunicipalityFactory()]
        self.centre = CentreFactory(municipality=self.municipalities[0])
        self.said: dict[tuple[int, DataCategory], Yes] = {}
        self.version, self.asks_again = 1, 0
        self.custody = {self.scene.mother, self.scene.father}
        self.told: list[tuple[str, int]] = []
        self.listeners = mock.patch.multiple(ports, _lapsed=[self._hears("lapsed")], _given=[self._hears("given")])
        self.listeners.start()

    def teardown(self):
        if hasattr(self, "rollback"):
            self.clock.stop()
            self.listeners.stop()
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    @property
    def band(self):
        age = age_on(self.scene.child.birth_date, home_date(self.now))
        return "child" if age < 12 else "both" if age < 16 else "self"

    @property
    def right(self):
        if self.band == "self":
            return {self.scene.child}
        if not self.custody:
            return None
        return self.custody | ({self.scene.child} if self.band == "both" else set())

    @rule(
        to=HERE_OR_THERE,
        yes=CHOICES,
        mother=st.booleans(),
        father=st.booleans(),
        child=st.booleans(),
        secrecy=st.booleans(),
    )
    def talk(self, to, yes, mother, father, child, secrecy):
        scene = self.scene
        asked = ((scene.mother, mother), (scene.father, father), (scene.child, child))
        self._record(to, {someone for someone, there in asked if there}, yes, secrecy)

    @rule(to=HERE_OR_THERE, yes=CHOICES)
    def talk_well(self, to, yes):
        if self.right:
            self._record(to, self.right, yes, True)

    def _record(self, to, present, yes, secrecy):
        try:
            decide(
                actor=self.scene.actor,
                team=self.scene.team,
                child=self.scene.child,
                deciders=present,
                recipient=self.recipients[to],
                yes=yes,
                secrecy_released=secrecy,
            )
        except NotRecorded:
            assert present != self.right
            return
        assert present == self.right
        for category in CATEGORIES[PURPOSE]:
            outcome = Outcome.GIVEN if category in yes else Outcome.REFUSED
            self.said[to, category] = Yes(outcome, self.now, self.band, present, self.version, secrecy)

    @rule(to=HERE_OR_THERE)
    def take_back(self, to):
        withdraw(
            actor=self.scene.actor,
            person=self.scene.child,
            purpose=PURPOSE,
            recipient=self.recipients[to],
            reason="",
            team=self.scene.team,
        )
        for (whom, _category), yes in self.said.items():
            if whom == to and yes.outcome == Outcome.GIVEN:
                yes.outcome = Outcome.WITHDRAWN

    @rule(to=HERE_OR_THERE)
    def be_coupled(self, to):
        record_coupling(
            who=SYSTEM,
            person=self.scene.child,
            municipality=self.municipalities[to],
            centre=self.centre,
            coupled_on=home_date(self.now),
        )

    @rule(days=st.sampled_from([1, 30, 66, 183, 400]))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule(mother=st.booleans(), begins=st.booleans())
    def custody_changes(self, mother, begins):
        parent = self.scene.mother if mother else self.scene.father
        act = {"actor": self.scene.actor, "team": self.scene.team, "child": self.scene.child, "adult": parent}
        counted, self.told = self._in_force(), []
        if not begins:
            end_guardianship(**act, reason=CustodyEnd.COURT)
            self.custody = self.custody - {parent}
        elif age_on(self.scene.child.birth_date, home_date(self.now)) < 18:
            record_guardianship(**act, relation=Relation.MOTHER if mother else Relation.FATHER)
            self.custody = self.custody | {parent}
        counts = self._in_force()
        lapsed = {("lapsed", to) for to, _category in counted - counts}
        given = {("given", to) for to, _category in counts - counted}
        assert set(self.told) == lapsed | given
        assert len(self.told) == len(lapsed | given)

    @rule(whom=st.sampled_from(["mother", "father", "newcomer"]))
    def erasure(self, whom):
        """A parent is erased, and another may come in that place; or one just written down, who never decided."""
        someone = person(name=whom, birth_date=born(40))
        if whom == "newcomer":
            if age_on(self.scene.child.birth_date, home_date(self.now)) >= 18:
                return
            erased = someone
            record_guardianship(
                actor=self.scene.actor,
                team=self.scene.team,
                child=self.scene.child,
                adult=erased,
                relation=Relation.FATHER,
            )
            self.custody = self.custody | {erased}
        else:
            erased = getattr(self.scene, whom)
            setattr(self.scene, whom, someone)
        self.now += timedelta(seconds=1)
        counted, self.told = self._in_force(), []
        erase_person(person=erased)
        if erased in self.custody:
            for yes in self.said.values():
                yes.lacks_erased |= erased not in yes.deciders
        self.custody = self.custody - {erased}
        counts = self._in_force()
        assert counts <= counted
        assert sorted(self.told) == sorted({("lapsed", to) for to, _category in counted - counts})
        self.now += timedelta(seconds=1)

    def _hears(self, what):
        return lambda *, recipient, **_facts: self.told.append((what, self.recipients.index(recipient)))

    def _in_force(self):
        return {scope for scope, yes in self.said.items() if self._holds(yes)}

    @rule(asks_again=st.booleans())
    def new_notice(self, asks_again):
        self.version += 1
        notice(PURPOSE, version=self.version, asks_again=asks_again)
        if asks_again:
            self.asks_again = self.version

    @invariant()
    def covers_what_was_rightly_given(self):
        if not hasattr(self, "scene"):
            return
        type(self).steps += 1
        categories = CATEGORIES[PURPOSE]
        to = self.steps % 2  # one recipient a step, the other in the next
        for asked in ({categories[self.steps % len(categories)]}, set(categories)):
            answer = is_covered(
                person=self.scene.child,
                purpose=PURPOSE,
                sender=self.scene.sender,
                recipient=self.recipients[to],
                categories=frozenset(asked),
            )
            expected = all(self._counts(self.said.get((to, category))) for category in asked)
            assert answer.covered is expected, (to, asked, self.said, answer)
        if self.steps % 8 == 0:
            self._all_at_once_say_the_same(to)

    def _all_at_once_say_the_same(self, to):
        child, recipient = self.scene.child, self.recipients[to]
        scope = {"purpose": PURPOSE, "sender": self.scene.sender, "recipient": recipient}
        in_force = {
            DataCategory(held.decision.category)
            for held in consents_of(person=child)
            if held.in_force and held.decision.recipient == recipient
        }
        found = coverages_of(person=child).get((PURPOSE, self.scene.sender.pk, recipient.pk))
        asked = is_covered(person=child, categories=frozenset(in_force), **scope)
        assert found == (asked if in_force else None)

    def _counts(self, yes):
        return yes is not None and self._holds(yes) and yes.secrecy

    def _holds(self, yes):
        right = self.right
        return (
            yes.outcome == Outcome.GIVEN
            and self.now < yes.at + VALID_FOR[PURPOSE]
            and yes.band == self.band
            and right is not None
            and right <= yes.deciders
            and not (yes.lacks_erased and self.band != "self")
            and yes.version >= self.asks_again
        )


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.slow
def test_no_way_leads_to_cover_without_a_valid_yes(pytestconfig):
    wanted = pytestconfig.getoption("--consent-steps")
    Consents.steps = 0
    for number in range(wanted):
        run_state_machine_as_test(
            seed(number)(Consents),
            settings=settings(
                max_examples=WALKS_AT_A_TIME,
                stateful_step_count=STEPS_IN_A_WALK,
                deadline=None,
                database=None,
                derandomize=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
        if Consents.steps >= wanted:
            break
    assert Consents.steps >= wanted
    assert not Team.objects.exists()
