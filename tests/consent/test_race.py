"""Giving and withdrawing, and using a letter, at the same moment, on a database with row locks."""

import threading
import uuid
from datetime import date

import pytest
from django.db import connection, transaction

from consent.enums import DataCategory, Outcome, Purpose
from consent.errors import NotRecorded
from consent.models import AccessLetter, Conversation, Decision
from consent.policy import ACCESS_LETTER_ATTEMPTS
from consent.queries import is_covered
from consent.services import use_access_letter, withdraw
from portal.accounts.models import EnrolmentTicket, User
from portal.accounts.services import EnrolmentRefusedError
from tests.consent_factories import decide

from .conftest import make_scene
from .test_access_letter import issue, open_with

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("row locks exist on PostgreSQL only")


def together(*acts):
    barrier, failures = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(10)
            act()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_the_last_to_commit_counts():
    scene = make_scene()
    fields = {
        "actor": scene.actor,
        "team": scene.team,
        "child": scene.child,
        "deciders": [scene.mother, scene.father],
        "recipient": scene.recipient,
    }
    decide(**fields)

    def take_back():
        withdraw(
            actor=scene.actor,
            person=scene.child,
            purpose=Purpose.YOUTH_HEALTH,
            recipient=scene.recipient,
            reason="",
            team=scene.team,
        )

    for _round in range(10):
        together(lambda: decide(**fields), take_back)
        newest = Decision.objects.filter(category=DataCategory.GROWTH).order_by("-pk").first()
        assert newest.at == Decision.objects.filter(category=DataCategory.GROWTH).latest("at").at
        answer = is_covered(
            person=scene.child,
            purpose=Purpose.YOUTH_HEALTH,
            sender=scene.sender,
            recipient=scene.recipient,
            categories=frozenset({DataCategory.GROWTH}),
        )
        assert answer.covered is (newest.outcome == Outcome.GIVEN)


def test_a_double_submit_records_once():
    scene = make_scene()
    token = uuid.uuid4()
    acts = [
        lambda: decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
            token=token,
        )
    ] * 4
    together(*acts)
    assert Conversation.objects.count() == 1


def test_of_two_telephones_with_one_letter_one_makes_a_key():
    scene = make_scene()
    for _round in range(5):
        open_with(issue(scene, scene.mother), scene.mother.birth_date)
        user = User.objects.get(person_id=scene.mother.public_id)
        ticket = EnrolmentTicket.objects.get(user=user, used_at=None)
        made = []

        def use(user=user, ticket=ticket, made=made):
            try:
                with transaction.atomic():
                    use_access_letter(user=user, ticket=ticket)
                made.append(ticket)
            except EnrolmentRefusedError:
                pass

        together(use, use)
        assert len(made) == 1


def test_dates_that_are_tried_at_once_are_all_counted():
    scene = make_scene()
    token = issue(scene, scene.mother)

    def guess():
        try:
            open_with(token, date(1990, 1, 1))
        except NotRecorded:
            pass

    together(*[guess] * (ACCESS_LETTER_ATTEMPTS + 3))
    letter = AccessLetter.objects.get()
    assert letter.attempts == ACCESS_LETTER_ATTEMPTS
    assert letter.revoked_at is not None
