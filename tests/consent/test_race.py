"""Giving and withdrawing, and using a letter, at the same moment, on a database with row locks."""

import json
import random
import threading
import time
import uuid
from datetime import date

import pytest
from django.db import connection, transaction

from consent.enums import DataCategory, Outcome, Purpose
from consent.errors import NotRecorded
from consent.models import AccessLetter, Conversation, Decision, Notice, NoticeDraft
from consent.policy import ACCESS_LETTER_ATTEMPTS, CATEGORIES
from consent.queries import is_covered
from consent.services import notices, use_access_letter, withdraw
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import EnrolmentTicket, User
from portal.accounts.services import EnrolmentRefusedError
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.consent_factories import actor_of, decide, notice
from tests.factories import TeamFactory, member

from .conftest import make_scene
from .test_access_letter import issue, open_with

ROUNDS = 200

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

    for _round in range(ROUNDS):
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
    for number in range(1, ROUNDS + 1):
        token = uuid.uuid4()

        def submit(token=token):
            decide(
                actor=scene.actor,
                team=scene.team,
                child=scene.child,
                deciders=[scene.mother, scene.father],
                recipient=scene.recipient,
                token=token,
            )

        together(submit, submit)
        assert Conversation.objects.count() == number
        assert Decision.objects.count() == number * len(CATEGORIES[Purpose.YOUTH_HEALTH])


def test_two_professionals_at_once_leave_whole_decisions():
    scene = make_scene()
    categories = CATEGORIES[Purpose.YOUTH_HEALTH]
    recorded = 0
    for number in range(ROUNDS):
        kept = []

        def record(yes, kept=kept):
            try:
                kept.append(
                    decide(
                        actor=scene.actor,
                        team=scene.team,
                        child=scene.child,
                        deciders=[scene.mother, scene.father],
                        recipient=scene.recipient,
                        yes=yes,
                    )
                )
            except NotRecorded:
                pass  # told that somebody else was first; nothing is written

        together(lambda record=record: record(categories), lambda record=record: record(categories[:1]))
        recorded += len(kept)
        assert kept, number
        assert Conversation.objects.count() == recorded
        assert Decision.objects.count() == recorded * len(categories)
        newest = Conversation.objects.latest("pk")
        covered = {
            category
            for category in categories
            if is_covered(
                person=scene.child,
                purpose=Purpose.YOUTH_HEALTH,
                sender=scene.sender,
                recipient=scene.recipient,
                categories=frozenset({category}),
            )
        }
        assert covered == {row.category for row in newest.decisions.all() if row.outcome == Outcome.GIVEN}


def test_a_yes_on_the_old_notice_does_not_outlive_the_new_one():
    scene = make_scene()
    first = Notice.objects.filter(purpose=Purpose.YOUTH_HEALTH).count()
    refused = []
    for version in range(first + 1, first + ROUNDS + 1):
        pauses = random.Random(version)
        before_publishing, before_giving = pauses.uniform(0, 0.05), pauses.uniform(0, 0.02)

        def publish(version=version, pause=before_publishing):
            time.sleep(pause)
            with transaction.atomic():
                notice(version=version, asks_again=True)

        def give(pause=before_giving):
            time.sleep(pause)
            try:
                decide(
                    actor=scene.actor,
                    team=scene.team,
                    child=scene.child,
                    deciders=[scene.mother, scene.father],
                    recipient=scene.recipient,
                )
            except NotRecorded as refusal:
                refused.append(refusal.code)

        together(give, publish)
        newest = Decision.objects.filter(category=DataCategory.GROWTH).order_by("-pk").first()
        shown = newest.conversation.notice_text.notice.version if newest else 0
        answer = is_covered(
            person=scene.child,
            purpose=Purpose.YOUTH_HEALTH,
            sender=scene.sender,
            recipient=scene.recipient,
            categories=frozenset({DataCategory.GROWTH}),
        )
        assert answer.covered is (shown == version), (version, shown, answer)
    assert set(refused) == {"notice_outdated"}
    assert Conversation.objects.count() == ROUNDS - len(refused)
    assert len(refused) < ROUNDS, "one was always first: nothing was shown"


def test_a_draft_that_is_published_twice_at_once_is_one_version():
    team = TeamFactory(organisation__kind=OrganisationKind.REGION)
    actor = actor_of(member(Role.REGION_ADMINISTRATOR, team=team), team)
    notice(Purpose.GUIDANCE, languages=["nl"])
    refused = []
    for version in range(2, ROUNDS + 2):
        draft = notices.begin_draft(actor=actor, purpose=Purpose.GUIDANCE)
        content = json.loads(draft.texts.get(language="nl").content)
        content["title"] = f"Uitleg {version}"
        draft = notices.save_draft_text(
            actor=actor, purpose=Purpose.GUIDANCE, language="nl", content=content, seen=draft.row_version
        )

        def publish(seen=draft.row_version):
            try:
                notices.publish_draft(actor=actor, purpose=Purpose.GUIDANCE, seen=seen)
            except NotRecorded as refusal:
                refused.append(refusal.code)

        together(publish, publish)
        assert [row.version for row in Notice.objects.filter(purpose=Purpose.GUIDANCE).order_by("version")] == list(
            range(1, version + 1)
        )
        assert not NoticeDraft.objects.exists()
    assert len(refused) == ROUNDS
    published = Entry.objects.filter(event=Event.NOTICE_PUBLISHED)
    assert published.count() == ROUNDS


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
