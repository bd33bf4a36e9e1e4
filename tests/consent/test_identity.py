"""Direct identifiers: cleaned, sealed, found without being readable."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from consent.errors import NotRecorded
from consent.identity import Erased, clean_birth_date, clean_name, normalise_v_number
from consent.models import Involvement, LookUp, Person, SubjectKey
from consent.policy import LOOK_UPS
from consent.services import look_up_person, register_person
from portal.accounts.enums import Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent_factories import actor_of, born, person
from tests.factories import TeamFactory, member


@pytest.mark.parametrize(
    "text",
    [
        "V1234567890",
        "v1234567890",
        " v 123 456 78 90 ",
        "V-1234567890",
        "V١٢٣٤٥٦٧٨٩٠",
        "V۱۲۳۴۵۶۷۸۹۰",
        "Ｖ1234567890",
        "\u200eV1234567890",
    ],
)
def test_v_numbers_as_people_type_them(text):
    assert normalise_v_number(text) == "V1234567890"


@pytest.mark.parametrize(
    "text", ["", "1234567890", "V123456789", "V12345678901", "W1234567890", "V12345678x0", "V1234567890😀"]
)
def test_what_is_no_v_number_is_refused(text):
    with pytest.raises(ValidationError):
        normalise_v_number(text)


@pytest.mark.parametrize("name", ["", "   ", "12", "Ali\u202eila", "Ali\u0000", "Ali\u2066", "Ali 😀", "A" * 121])
def test_names_that_hide_something_are_refused(name):
    with pytest.raises(ValidationError):
        clean_name(name)


@pytest.mark.parametrize("name", ["Amal Haddad", "محمد العلي", "نیم\u200cفاصله", "ሰላም ተስፋይ", "Zoë D'Artagnan-Öz"])
def test_ordinary_names_stay(name):
    assert clean_name(f"  {name} ") == name


def test_a_birth_date_lies_in_the_past():
    today = date(2026, 11, 23)
    assert clean_birth_date(today, today=today) == today
    for wrong in (today + timedelta(days=1), date(1899, 12, 31)):
        with pytest.raises(ValidationError):
            clean_birth_date(wrong, today=today)


def test_nothing_readable_in_table_history_or_log(scene):
    row = register_person(
        actor=scene.actor, team=scene.team, name="Zonnebloem Uniek", birth_date=date(2015, 3, 4), v_number="v5555555555"
    )
    row.spoken_language = "ti"
    row.save()
    tables = connection.introspection.table_names()
    for table in (name for name in tables if name.startswith(("consent_", "audit_"))):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            dump = b"|".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for line in cursor.fetchall()
                for value in line
            )
        for secret in (b"Zonnebloem", b"5555555555", b"2015-03-04"):
            assert secret not in dump, table
    assert Person.history.filter(public_id=row.public_id).count() == 2
    assert Person.objects.get(pk=row.pk).name == "Zonnebloem Uniek"


def test_without_the_key_nobody_reads_it(scene):
    SubjectKey.objects.filter(person=scene.child).delete()
    with pytest.raises(Erased):
        _ = Person.objects.get(pk=scene.child.pk).name


def test_a_blob_opens_for_its_own_person_only(scene):
    other = person()
    Person.objects.filter(pk=scene.child.pk).update(identity=bytes(other.identity))
    with pytest.raises(Exception, match="sealed value"):
        _ = Person.objects.get(pk=scene.child.pk).name


def test_a_v_number_exists_once(scene):
    fields = {"actor": scene.actor, "team": scene.team, "name": "Ali", "birth_date": date(2000, 1, 1)}
    register_person(**fields, v_number="V5555555555")
    with pytest.raises(NotRecorded, match="v_number_taken"):
        register_person(**fields, v_number="v 555 555 5555")


def test_adults_without_a_v_number_are_many_and_not_found(scene):
    fields = {"actor": scene.actor, "team": scene.team, "birth_date": date(1980, 1, 1)}
    assert register_person(**fields, name="Voogd Een").v_number == ""
    assert register_person(**fields, name="Voogd Twee").lookup_index is None


def test_look_up_finds_and_involves(scene):
    other_team = TeamFactory()
    actor = actor_of(member(Role.RECEIVER, team=other_team), other_team)
    assert not Person.objects.visible_to(actor).exists()
    found = look_up_person(
        actor=actor, team=other_team, v_number=scene.child.v_number.lower(), birth_date=scene.child.birth_date
    )
    assert found == scene.child
    assert list(Person.objects.visible_to(actor)) == [scene.child]
    row = Entry.objects.order_by("-sequence").first()
    assert (row.event, row.subject, row.details["found"]) == (
        "consent:person:search",
        str(scene.child.public_id),
        True,
    )


def test_look_up_misses_alike(scene, django_assert_num_queries):
    actor, number = scene.actor, scene.child.v_number
    before = Involvement.objects.count()
    for v_number, birth_date in ((number, date(2001, 1, 1)), ("V9999999999", scene.child.birth_date)):
        assert look_up_person(actor=actor, team=scene.team, v_number=v_number, birth_date=birth_date) is None
        row = Entry.objects.order_by("-sequence").first()
        assert (row.subject, row.object_id, row.details) == ("", "", {"found": False})
    assert Involvement.objects.count() == before


def test_an_ended_involvement_hides_the_person(scene):
    Involvement.objects.filter(person=scene.child).update(active_until=timezone.now())
    assert not Person.objects.visible_to(scene.actor).exists()


def test_look_up_is_for_senders_and_receivers_of_the_team(scene):
    for role in (Role.ORGANISATION_ADMINISTRATOR, Role.EDITOR, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR):
        actor = actor_of(member(role, team=scene.team), scene.team)
        with pytest.raises(Denied):
            look_up_person(actor=actor, team=scene.team, v_number=scene.child.v_number, birth_date=born(6))
    with pytest.raises(Denied):
        look_up_person(actor=scene.actor, team=TeamFactory(), v_number=scene.child.v_number, birth_date=born(6))


def test_twenty_look_ups_in_ten_minutes(scene):
    def look():
        return look_up_person(actor=scene.actor, team=scene.team, v_number="V9999999999", birth_date=born(6))

    for _number in range(LOOK_UPS):
        look()
    with pytest.raises(NotRecorded, match="too_many_look_ups"):
        look()
    assert Entry.objects.filter(reason="too_many_look_ups").count() == 1
    LookUp.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert look() is None
