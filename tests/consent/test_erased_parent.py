"""A parent or mentor is erased: no consent comes to count by it that this adult never gave."""

import pytest
from django.utils import timezone

from consent.enums import CustodyEnd, Relation, State
from consent.models import Guardianship
from consent.queries import consents_of, coverages_of
from consent.services import end_guardianship
from consent.services.erasing import erase_person
from tests.consent_factories import born, person

from .conftest import make_scene
from .test_decisions import covered, give


class TestAnErasedParent:
    """Erasing data ends no custody: no consent comes to count by it that the parent never gave."""

    def alone_then_both(self, **family):
        scene = make_scene(**family)
        father = Guardianship.objects.get(adult=scene.father)
        Guardianship.objects.filter(pk=father.pk).delete()
        old_enough = [scene.child] if family else []
        give(scene, deciders=[scene.mother, *old_enough])
        assert covered(scene).covered
        father.save(force_insert=True)
        assert covered(scene).code == "capacity_changed"
        return scene, [scene.mother, *old_enough]

    @pytest.mark.parametrize("family", [{}, {"child_born": born(13)}])
    def test_who_never_agreed_stays_missing_until_asked_anew(self, db, family):
        scene, still = self.alone_then_both(**family)
        erase_person(person=scene.father)
        assert covered(scene).code == "capacity_changed"
        assert {held.state for held in consents_of(person=scene.child)} == {State.INVALIDATED}
        assert coverages_of(person=scene.child) == {}
        erase_person(person=scene.father)
        give(scene, deciders=still)
        assert covered(scene).covered

    def test_who_agreed_too_leaves_it_as_it_was(self, scene):
        give(scene)
        erase_person(person=scene.father)
        assert covered(scene).covered

    def test_whose_custody_had_ended_changes_nothing(self, db):
        scene, _still = self.alone_then_both()
        end_guardianship(
            actor=scene.actor, team=scene.team, child=scene.child, adult=scene.father, reason=CustodyEnd.COURT
        )
        assert covered(scene).covered
        erase_person(person=scene.father)
        assert covered(scene).covered

    def test_a_guardian_beside_parents_is_not_missing(self, scene):
        give(scene)
        nidos = person(birth_date=born(50))
        Guardianship.objects.create(child=scene.child, adult=nidos, relation=Relation.GUARDIAN)
        erase_person(person=nidos)
        assert covered(scene).covered

    def test_from_sixteen_on_no_parent_is_missing(self, db):
        scene = make_scene(child_born=born(17))
        give(scene, deciders=[scene.child])
        erase_person(person=scene.father)
        assert covered(scene).covered

    def test_a_mentor_who_never_agreed_stays_missing_too(self, db):
        scene = make_scene(child_born=born(30))
        give(scene, deciders=[scene.child])
        mentor = person(birth_date=born(50))
        Guardianship.objects.create(child=scene.child, adult=mentor, relation=Relation.REPRESENTATIVE)
        assert covered(scene).code == "capacity_changed"
        erase_person(person=mentor)
        assert covered(scene).code == "capacity_changed"
        give(scene, deciders=[scene.child])
        assert covered(scene).covered

    def test_before_the_erasure_it_was_what_it_was(self, db):
        scene, _still = self.alone_then_both()
        before = timezone.now()
        erase_person(person=scene.father)
        assert covered(scene, at=before).code == "capacity_changed"

    def test_costs_no_more_questions(self, db, django_assert_num_queries):
        scene, _still = self.alone_then_both()
        erase_person(person=scene.father)
        with django_assert_num_queries(8):
            covered(scene)
