"""Families: what cannot be, who decides now, and what an ended custody does."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from consent.enums import Capacity, CustodyEnd, Purpose, Relation
from consent.errors import NotRecorded
from consent.models import Guardianship, Person
from consent.policy import CATEGORIES, next_change
from consent.queries import deciding_about, is_covered
from consent.services import add_guardian, end_guardianship, record_guardianship
from consent.services.erasing import erase_person
from portal.accounts.enums import Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent_factories import actor_of, born, family, person
from tests.factories import TeamFactory, member

from .test_decisions import give

JGZ = Purpose.YOUTH_HEALTH


def guard(scene, adult, relation=Relation.GUARDIAN, **changes):
    fields = {"actor": scene.actor, "team": scene.team, "child": scene.child, "adult": adult, "relation": relation}
    return record_guardianship(**{**fields, **changes})


@pytest.mark.parametrize(
    ("relation", "adult_born", "child_born", "code"),
    [
        (Relation.MOTHER, born(15), born(1), "guardian_too_young"),
        (Relation.GUARDIAN, born(17), born(1), "guardian_too_young"),
        (Relation.REPRESENTATIVE, born(17), born(30), "guardian_too_young"),
        (Relation.FATHER, born(20), born(20, days=5), "parent_too_young"),
        (Relation.MOTHER, born(40), born(18), "too_old_for_custody"),
        (Relation.GUARDIAN, born(40), born(30), "too_old_for_custody"),
        (Relation.REPRESENTATIVE, born(40), born(15), "mentor_for_child"),
    ],
)
def test_who_cannot_decide_is_not_written_down(scene, relation, adult_born, child_born, code):
    child = person(birth_date=child_born, team=scene.team)
    with pytest.raises(NotRecorded, match=code) as refusal:
        guard(scene, person(birth_date=adult_born), relation, child=child)
    assert refusal.value.message
    assert not Guardianship.objects.filter(child=child).exists()


@pytest.mark.parametrize(
    ("relation", "adult_born", "child_born"),
    [
        (Relation.MOTHER, born(16), born(1)),
        (Relation.GUARDIAN, born(18), born(17, days=300)),
        (Relation.REPRESENTATIVE, born(18), born(16)),
        (Relation.REPRESENTATIVE, born(18), born(60)),
    ],
)
def test_who_can_decide_is(scene, relation, adult_born, child_born):
    child = person(birth_date=child_born, team=scene.team)
    assert guard(scene, person(birth_date=adult_born), relation, child=child).custody


def test_nobody_decides_for_oneself(scene):
    with pytest.raises(NotRecorded, match="not_yourself"):
        guard(scene, scene.child)


def test_nobody_who_is_erased_decides_for_another(scene):
    adult = person(birth_date=born(40))
    assert adult.birth_date, "read before, as when somebody looks the adult up"
    erase_person(person=Person.objects.get(pk=adult.pk))
    with pytest.raises(NotRecorded, match="erased"):
        guard(scene, adult, Relation.FATHER)
    assert not Guardianship.objects.filter(adult=adult).exists()


def test_no_circle(scene):
    young = person(name="Kind", birth_date=born(5), team=scene.team)
    middle = person(name="Midden", birth_date=born(17), team=scene.team)
    guard(scene, middle, Relation.MOTHER, child=young)
    with pytest.raises(NotRecorded, match="family_cycle"):
        guard(scene, young, Relation.FATHER, child=middle)
    oldest = person(name="Oud", birth_date=born(40), team=scene.team)
    guard(scene, oldest, Relation.MOTHER, child=middle)
    with pytest.raises(NotRecorded, match="family_cycle"):
        guard(scene, young, Relation.GUARDIAN, child=oldest)


def test_a_grown_up_child_may_be_the_mentor_of_a_parent(scene):
    mother, child = person(birth_date=born(50), team=scene.team), person(birth_date=born(20))
    Guardianship.objects.create(child=child, adult=mother, relation=Relation.MOTHER)
    guard(scene, child, Relation.REPRESENTATIVE, child=mother)
    assert deciding_about(mother).capacity == Capacity.GUARDIAN


def test_another_team_changes_nothing(scene):
    team = TeamFactory()
    actor = actor_of(member(Role.SENDER, team=team), team)
    for change in (
        lambda: guard(scene, person(birth_date=born(40)), actor=actor, team=team),
        lambda: end_guardianship(
            actor=actor, team=team, child=scene.child, adult=scene.father, reason=CustodyEnd.COURT
        ),
    ):
        with pytest.raises(Denied):
            change()
    assert Guardianship.objects.active().filter(child=scene.child).count() == 2


def test_the_only_parent_whose_custody_ends_takes_the_consent_along(scene):
    Guardianship.objects.filter(adult=scene.father).delete()
    give(scene, deciders=[scene.mother])
    scope = {"person": scene.child, "purpose": JGZ, "sender": scene.sender, "recipient": scene.recipient}
    assert is_covered(**scope, categories=frozenset(CATEGORIES[JGZ]))
    end = {"actor": scene.actor, "team": scene.team, "child": scene.child, "adult": scene.mother}
    assert end_guardianship(**end, reason=CustodyEnd.COURT)
    assert is_covered(**scope, categories=frozenset(CATEGORIES[JGZ])).code == "capacity_changed"
    assert not end_guardianship(**end, reason=CustodyEnd.COURT)
    entry = Entry.objects.get(event="consent:custody:end")
    assert entry.subject == str(scene.child.public_id)
    assert entry.details == {"relation": "mother", "custody": True, "reason": "court"}
    assert Guardianship.history.filter(adult=scene.mother).count() == 2
    assert deciding_about(scene.child).capacity is None


def test_an_adult_who_is_known_is_found_and_not_made_twice(scene):
    known = person(name="Salma Haddad", birth_date=born(60))
    fields = {"actor": scene.actor, "team": scene.team, "child": scene.child, "relation": Relation.GUARDIAN}
    fields |= {"name": "Salma", "birth_date": known.birth_date, "v_number": known.v_number, "custody": True}
    people = Person.objects.count()
    assert add_guardian(**fields).adult == known
    assert Person.objects.count() == people
    with pytest.raises(NotRecorded, match="guardian_known"):
        add_guardian(**fields)
    for changes in ({"birth_date": born(61)}, {"v_number": "V0000000001"}):
        with pytest.raises(NotRecorded, match="not_found"):
            add_guardian(**{**fields, **changes})
    assert Person.objects.count() == people


def test_who_is_refused_is_not_registered_either(scene):
    people = Person.objects.count()
    with pytest.raises(NotRecorded, match="guardian_too_young"):
        add_guardian(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            name="Jong",
            birth_date=born(9),
            relation=Relation.GUARDIAN,
            custody=True,
        )
    with pytest.raises(ValidationError):
        add_guardian(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            name="Morgen",
            birth_date=timezone.localdate() + timedelta(days=2),
            relation=Relation.GUARDIAN,
            custody=True,
        )
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    ("birth_date", "on", "change"),
    [
        (date(2014, 11, 28), date(2026, 11, 27), (date(2026, 11, 28), 12)),
        (date(2014, 11, 28), date(2026, 11, 28), (date(2030, 11, 28), 16)),
        (date(2010, 11, 28), date(2026, 11, 28), None),
        (date(2008, 2, 29), date(2019, 1, 1), (date(2020, 2, 29), 12)),
        (date(2011, 3, 1), date(2026, 1, 1), (date(2027, 3, 1), 16)),
        (date(2012, 2, 29), date(2027, 1, 1), (date(2028, 2, 29), 16)),
        (date(1990, 1, 1), date(2026, 1, 1), None),
    ],
)
def test_the_birthday_on_which_it_changes(birth_date, on, change):
    assert next_change(birth_date, on) == change


@pytest.fixture
def desk(client, sign_in, scene):
    sign_in(client, scene.user)
    return client


def sent(**changes):
    values = {
        "relation": "guardian",
        "custody": "yes",
        "name": "Vera de Voogd",
        "birth_date": born(44).isoformat(),
        "v_number": "",
        "spoken_language": "nl",
    }
    return {**values, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"relation": ""}, "relation"),
        ({"relation": "aunt"}, "relation"),
        ({"custody": ""}, "custody"),
        ({"name": ""}, "name"),
        ({"name": "Vera 🙂"}, "name"),
        ({"name": "Vera \u202egoov"}, "name"),
        ({"birth_date": ""}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "1850-01-01"}, "birth_date"),
        ({"birth_date": "31-02-2000"}, "birth_date"),
        ({"v_number": "V12"}, "v_number"),
        ({"spoken_language": "xx"}, "spoken_language"),
        ({"birth_date": born(10).isoformat()}, "__all__"),
    ],
)
def test_wrong_input_is_told_where_it_is(desk, scene, changes, field):
    page = desk.post(reverse("consent:family", args=[scene.child.public_id]), sent(**changes))
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert Guardianship.objects.filter(child=scene.child).count() == 2


def test_from_nobody_to_a_guardian_and_back(desk, scene):
    child = person(name="Sami Alleen", birth_date=born(11), team=scene.team)
    address = reverse("consent:family", args=[child.public_id])
    assert desk.get(address).context["deciding"].capacity is None
    assert desk.post(address, sent())["Location"] == address
    page = desk.get(address)
    assert page.context["deciding"].capacity == Capacity.GUARDIAN
    assert page.context["deciding"].names == ("Vera de Voogd",)
    assert page.context["deciding"].age_then == 12
    adult = page.context["adults"][0][0].adult
    end = reverse("consent:family_end", args=[child.public_id])
    desk.post(end, {"adult": adult.public_id, "reason": "nonsense"})
    desk.post(end, {"adult": child.public_id, "reason": "court"})
    assert Guardianship.objects.active().filter(child=child).count() == 1
    desk.post(end, {"adult": adult.public_id, "reason": "court"})
    desk.post(end, {"adult": adult.public_id, "reason": "court"})
    page = desk.get(address)
    assert (page.context["adults"], len(page.context["ended"])) == ([], 1)
    assert "Vera de Voogd" in page.content.decode()
    page = desk.get(reverse("dossiers:person", args=[child.public_id]))
    assert page.context["deciding"].capacity is None


def test_a_wards_adult_of_elsewhere_ends_nothing(desk, scene):
    child, mother, _father = family()
    response = desk.post(
        reverse("consent:family_end", args=[scene.child.public_id]), {"adult": mother.public_id, "reason": "court"}
    )
    assert response.status_code == 302
    assert Guardianship.objects.active().filter(child=child).count() == 2
