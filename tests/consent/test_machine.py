"""However decisions, withdrawals, birthdays, families and notices follow each other: no cover without a valid yes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from consent.enums import DataCategory, Outcome, Purpose
from consent.errors import NotRecorded
from consent.models import Guardianship, Notice
from consent.policy import CATEGORIES, VALID_FOR, age_on, home_date
from consent.queries import is_covered
from consent.services import withdraw
from portal.accounts.models import Team
from tests.consent_factories import born, decide, notice

from .conftest import make_scene

PURPOSE = Purpose.YOUTH_HEALTH
CHOICES = st.sets(st.sampled_from(CATEGORIES[PURPOSE]))


@dataclass
class Yes:
    """The model's own memory of a category: what was said, by whom, when, on which notice."""

    outcome: Outcome
    at: datetime
    band: str
    deciders: set = field(default_factory=set)
    version: int = 0
    secrecy: bool = False


class Consents(RuleBasedStateMachine):
    """A child of almost 12, a clock, and everything that can happen to the consent."""

    @initialize(years=st.sampled_from([11, 12, 15, 16]))
    def begin(self, years):
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        # Ahead of the real clock, which column defaults keep reading.
        self.now = timezone.now() + timedelta(hours=1)
        self.clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.clock.start()
        self.scene = make_scene(child_born=born(years, days=300))
        self.said: dict[DataCategory, Yes] = {}
        self.asks_again = 0

    def teardown(self):
        if hasattr(self, "rollback"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    @property
    def band(self):
        age = age_on(self.scene.child.birth_date, home_date(self.now))
        return "child" if age < 12 else "both" if age < 16 else "self"

    @property
    def right(self):
        parents = {row.adult for row in Guardianship.objects.filter(child=self.scene.child, custody=True)}
        if self.band == "self":
            return {self.scene.child}
        if not parents:
            return None
        return parents | ({self.scene.child} if self.band == "both" else set())

    @rule(yes=CHOICES, mother=st.booleans(), father=st.booleans(), child=st.booleans(), secrecy=st.booleans())
    def talk(self, yes, mother, father, child, secrecy):
        scene = self.scene
        asked = ((scene.mother, mother), (scene.father, father), (scene.child, child))
        self._record({someone for someone, there in asked if there}, yes, secrecy)

    @rule(yes=CHOICES)
    def talk_well(self, yes):
        if self.right:
            self._record(self.right, yes, True)

    def _record(self, present, yes, secrecy):
        try:
            decide(
                actor=self.scene.actor,
                team=self.scene.team,
                child=self.scene.child,
                deciders=present,
                recipient=self.scene.recipient,
                yes=yes,
                secrecy_released=secrecy,
            )
        except NotRecorded:
            assert present != self.right
            return
        assert present == self.right
        version = Notice.objects.filter(purpose=PURPOSE).order_by("-version").first().version
        for category in CATEGORIES[PURPOSE]:
            outcome = Outcome.GIVEN if category in yes else Outcome.REFUSED
            self.said[category] = Yes(outcome, self.now, self.band, present, version, secrecy)

    @rule()
    def take_back(self):
        withdraw(
            actor=self.scene.actor,
            person=self.scene.child,
            purpose=PURPOSE,
            recipient=self.scene.recipient,
            reason="",
            team=self.scene.team,
        )
        for yes in self.said.values():
            if yes.outcome == Outcome.GIVEN:
                yes.outcome = Outcome.WITHDRAWN

    @rule(days=st.sampled_from([1, 30, 66, 183, 400]))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule(custody=st.booleans())
    def custody_changes(self, custody):
        Guardianship.objects.filter(child=self.scene.child, adult=self.scene.father).update(custody=custody)

    @rule(asks_again=st.booleans())
    def new_notice(self, asks_again):
        version = Notice.objects.filter(purpose=PURPOSE).count() + 1
        notice(PURPOSE, version=version, asks_again=asks_again)
        if asks_again:
            self.asks_again = version

    @invariant()
    def covers_what_was_rightly_given(self):
        if not hasattr(self, "scene"):
            return
        for category in CATEGORIES[PURPOSE]:
            yes = self.said.get(category)
            expected = (
                yes is not None
                and yes.outcome == Outcome.GIVEN
                and self.now < yes.at + VALID_FOR[PURPOSE]
                and yes.band == self.band
                and self.right is not None
                and self.right <= yes.deciders
                and yes.version >= self.asks_again
                and yes.secrecy
            )
            answer = is_covered(
                person=self.scene.child,
                purpose=PURPOSE,
                sender=self.scene.sender,
                recipient=self.scene.recipient,
                categories=frozenset({category}),
            )
            assert answer.covered is expected, (category, yes, answer)


@pytest.mark.django_db
def test_no_way_leads_to_cover_without_a_valid_yes():
    run_state_machine_as_test(
        Consents,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not Team.objects.exists()
