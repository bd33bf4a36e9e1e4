"""Giving and withdrawing at the same moment, on a database with row locks."""

import threading
import uuid

import pytest
from django.db import connection

from consent.enums import DataCategory, Outcome, Purpose
from consent.models import Conversation, Decision
from consent.queries import is_covered
from consent.services import withdraw
from tests.consent_factories import decide

from .conftest import make_scene

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
