"""A person reads along at a desk: opened, confirmed, short, closed, and all of it in the log."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.enums import Capacity, Purpose, WithdrawnBy
from consent.errors import NotRecorded
from consent.models import AssistedSession
from consent.queries import dossiers_of, get_conversation_of_reader
from consent.services import (
    close_assisted_session,
    confirm_assisted_session,
    open_assisted_session,
    withdraw,
)
from portal.accounts.enums import Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent_factories import actor_of, born, decide, family, person
from tests.factories import member

from .conftest import make_scene


def open_for(scene, reader):
    return open_assisted_session(actor=scene.actor, person=reader, team=scene.team, language="ar")


def test_the_mother_takes_it_back(scene):
    conversation = decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )
    session = open_for(scene, scene.mother)
    fields = {
        "actor": scene.actor,
        "person": scene.child,
        "purpose": Purpose.YOUTH_HEALTH,
        "recipient": scene.recipient,
        "reason": "",
        "assisted_session": session,
        "language": "ar",
    }
    with pytest.raises(Denied):
        withdraw(**fields)
    assert not confirm_assisted_session(actor=scene.actor, session=session, birth_date=date(2001, 1, 1))
    assert confirm_assisted_session(actor=scene.actor, session=session, birth_date=scene.mother.birth_date)
    assert get_conversation_of_reader(scene.mother, conversation.public_id) == conversation
    (taken,) = withdraw(**fields)
    assert (taken.withdrawn_by, taken.capacity) == (WithdrawnBy.ASSISTED, Capacity.PARENT)
    assert [row.person for row in taken.deciders.all()] == [scene.mother]
    entry = Entry.objects.get(event="consent:decision:withdraw")
    assert entry.on_behalf_of == str(scene.mother.public_id)
    close_assisted_session(actor=scene.actor, session=session)
    close_assisted_session(actor=scene.actor, session=session)
    assert Entry.objects.filter(event="consent:assisted_session:close").count() == 1
    with pytest.raises(Denied):
        withdraw(**fields)
    assert AssistedSession.history.filter(public_id=session.public_id).count() == 4


def test_a_reader_reaches_the_own_family_only(scene):
    other_child, *_parents = family(team=scene.team)
    session = open_for(scene, scene.mother)
    confirm_assisted_session(actor=scene.actor, session=session, birth_date=scene.mother.birth_date)
    with pytest.raises(Denied):
        withdraw(
            actor=scene.actor,
            person=other_child,
            purpose=Purpose.YOUTH_HEALTH,
            recipient=scene.recipient,
            reason="",
            assisted_session=session,
        )


def test_strangers_are_no_readers(scene):
    with pytest.raises(Denied):
        open_for(scene, person())
    other = actor_of(member(Role.EDITOR, team=scene.team), scene.team)
    with pytest.raises(Denied):
        open_assisted_session(actor=other, person=scene.mother, team=scene.team, language="ar")


def test_five_wrong_dates_close_it(scene):
    session = open_for(scene, scene.mother)
    for _attempt in range(5):
        assert not confirm_assisted_session(actor=scene.actor, session=session, birth_date=date(2001, 1, 1))
    with pytest.raises(NotRecorded, match="session_over"):
        confirm_assisted_session(actor=scene.actor, session=session, birth_date=scene.mother.birth_date)
    assert AssistedSession.objects.get().closed_at


def test_it_ends_after_half_an_hour(scene):
    session = open_for(scene, scene.mother)
    AssistedSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotRecorded, match="session_over"):
        confirm_assisted_session(actor=scene.actor, session=session, birth_date=scene.mother.birth_date)


def test_a_colleague_does_not_take_it_over(scene):
    session = open_for(scene, scene.mother)
    colleague = actor_of(member(Role.SENDER, team=scene.team), scene.team)
    for act in (
        lambda: confirm_assisted_session(actor=colleague, session=session, birth_date=scene.mother.birth_date),
        lambda: close_assisted_session(actor=colleague, session=session),
    ):
        with pytest.raises(Denied):
            act()


def test_a_new_session_ends_the_one_before(scene):
    first = open_for(scene, scene.mother)
    open_for(scene, scene.father)
    first.refresh_from_db()
    assert first.closed_at


def test_at_the_screen(client, sign_in, scene):
    sign_in(client, scene.user)
    confirm = reverse("consent:confirm")
    assert client.get(confirm)["Location"] == reverse("dossiers:start")
    opened = client.post(reverse("consent:assist", args=[scene.mother.public_id]), {"language": "ar"})
    assert opened["Location"] == confirm
    page = client.get(confirm)
    assert '<html lang="ar" dir="rtl">' in page.content.decode()
    assert scene.mother.name not in page.content.decode()
    assert client.post(confirm, {"birth_date": "2001-01-01"}).status_code == 422
    right = client.post(confirm, {"birth_date": scene.mother.birth_date.isoformat()})
    assert right["Location"] == reverse("my:overview")
    assert client.get(confirm)["Location"] == reverse("my:overview")
    stranger = client.get(reverse("my:ask", args=[uuid4(), uuid4(), Purpose.YOUTH_HEALTH.value]))
    assert stranger.status_code == 404
    assert '<html lang="ar" dir="rtl">' in stranger.content.decode(), "a refusal speaks another language"
    client.post(reverse("my:language"), {"language": "en"})
    assert client.post(reverse("consent:assist_close")).status_code == 302
    assert AssistedSession.objects.get().closed_at
    client.post(reverse("consent:assist", args=[scene.father.public_id]), {"language": "ar"})
    client.post(confirm, {"birth_date": scene.father.birth_date.isoformat()})
    page = client.get(reverse("my:overview")).content.decode()
    assert '<html lang="ar"' in page, "not the language of the reader before"


@pytest.mark.parametrize(("years", "days", "reads"), [(11, 0, True), (15, 364, True), (16, 0, False), (17, 0, False)])
def test_a_parent_reads_along_until_sixteen(db, years, days, reads):
    child, mother, _father = family(child_born=born(years, days=days))
    assert (child in dossiers_of(mother)) is reads
    assert mother in dossiers_of(mother)
    assert dossiers_of(child) == [child]


@pytest.mark.parametrize("years", [6, 11])
def test_a_child_whose_parents_decide_is_no_reader(db, years):
    scene = make_scene(child_born=born(years, days=40))
    with pytest.raises(Denied) as refused:
        open_for(scene, scene.child)
    assert refused.value.decision.code == "reader_does_not_decide"
    assert not AssistedSession.objects.exists()


@pytest.mark.parametrize("years", [12, 15, 16, 30])
def test_whoever_decides_is_a_reader(db, years):
    scene = make_scene(child_born=born(years, days=40))
    assert open_for(scene, scene.child).person == scene.child
