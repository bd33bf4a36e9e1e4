"""The demo region: complete, the same every time, and harmless to load twice."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.enums import Outcome
from consent.models import Conversation, Decision, Guardianship, Notice, Person
from consent.policy import age_on, home_date
from dossiers.demo import walkthrough
from dossiers.enums import KindCode, Status
from dossiers.models import Coupling, Package, PackageFile
from dossiers.queries.lookups import coverage_of
from portal.accounts.demo import listing
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Centre, Membership, Municipality, Organisation, Team, User
from portal.audit.models import Entry
from portal.vault.models import StoredFile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# A package rests in ``ready`` for no longer than the transaction that seals it.
RESTING = set(Status.values) - {Status.READY}


def load(**options: Any) -> str:
    said = io.StringIO()
    call_command("load_demo", stdout=said, **options)
    return said.getvalue()


def fingerprint() -> dict[str, Any]:
    """Public ids and hashes: what has to be the same for the same seed."""
    ids: dict[str, Any] = {
        model.__name__: sorted(str(public_id) for public_id in model.objects.values_list("public_id", flat=True))
        for model in (Centre, Organisation, Team, User, Person, Coupling, Package, PackageFile, Decision)
    }
    return ids | {
        "names": sorted(person.name for person in Person.objects.select_related("subject_key")),
        "files": sorted(StoredFile.objects.values_list("package_file__public_id", "sha256")),
        "states": sorted(Package.objects.values_list("public_id", "status")),
    }


def rows() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (
            Entry,
            User,
            Membership,
            Person,
            Guardianship,
            Coupling,
            Package,
            StoredFile,
            Conversation,
            Notice,
        )
    }


def test_region_is_complete_harmless_to_load_twice_and_the_same_for_the_same_seed(
    clamd: Any, empty_database: Callable[[], None]
) -> None:
    said = load()
    assert walkthrough.CHILD_V_NUMBER in said
    assert Municipality.objects.count() == 16
    assert Centre.objects.count() == 3
    assert set(Organisation.objects.values_list("kind", flat=True)) == set(OrganisationKind.values)
    assert all(organisation.name.endswith("(demo)") for organisation in Organisation.objects.all())
    assert all(team.serves.exists() for team in Team.objects.prefetch_related("serves"))

    assert User.objects.count() >= 55
    held = set(Membership.objects.active().values_list("role", flat=True))
    assert held == set(Role.values) - {Role.PERSON}
    assert len({account["kind"] for account in listing()}) == len(OrganisationKind.values) + 1  # and one left

    assert Person.objects.count() == 60
    people = list(Person.objects.select_related("subject_key"))
    today = home_date(people[0].created_at)
    ages = Counter(age_on(person.birth_date, today) for person in people)
    assert all(ages[age] for age in (11, 12, 15, 16))
    languages = {person.spoken_language for person in people}
    assert languages >= {"ar", "ti", "fa", "prs", "so", "tr", "uk", "fr", "en"}
    assert all(not person.v_number or person.v_number.startswith("V9") for person in people)
    assert Coupling.objects.open().values("municipality").distinct().count() == 16

    assert set(Package.objects.values_list("status", flat=True)) == RESTING
    assert set(Package.objects.values_list("kind_code", flat=True)) == set(KindCode.values)
    assert set(Decision.objects.values_list("outcome", flat=True)) == set(Outcome.values)
    for package in Package.objects.filter(status__in=[Status.OFFERED, Status.ACCEPTED, Status.COLLECTED]):
        assert package.manifest_sha256
        assert coverage_of(package).covered or package.sealed_ground

    _child_of_the_walkthrough_is_untouched()
    _every_address_is_of_a_reserved_domain()

    before, ids = rows(), fingerprint()
    with CaptureQueriesContext(connection) as queries:
        load()
    assert rows() == before
    assert fingerprint() == ids
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    empty_database()
    load()
    assert fingerprint() == ids


def _child_of_the_walkthrough_is_untouched() -> None:
    child = next(
        person
        for person in Person.objects.select_related("subject_key")
        if person.v_number == walkthrough.CHILD_V_NUMBER
    )
    assert child.name == walkthrough.CHILD_NAME
    assert child.birth_date == walkthrough.CHILD_BIRTH_DATE
    assert child.spoken_language == walkthrough.CHILD_LANGUAGE
    assert child.couplings.open().get().municipality_id == walkthrough.CHILD_MUNICIPALITY
    assert not child.packages.exists()
    assert not child.decisions.exists()
    assert {row.relation for row in child.guardianships.active()} == {"mother", "father"}
    nurse = User.objects.get(email=walkthrough.SENDER_EMAIL)
    assert not child.involvements.filter(team__memberships__user=nurse).exists()

    waiting = Package.objects.filter(
        status=Status.OFFERED, recipient_team__memberships__user__email=walkthrough.RECEIVER_EMAIL
    )
    assert waiting.count() == 1


def _every_address_is_of_a_reserved_domain() -> None:
    addresses = [
        *User.objects.filter(person_id=None).values_list("email", flat=True),
        *Team.objects.values_list("mailbox", flat=True),
        *Organisation.objects.values_list("contact_email", flat=True),
    ]
    assert all(address.endswith(".example") for address in addresses)


def test_without_a_scanner_packages_wait_and_scale_multiplies_families_only(no_clamd: None) -> None:
    said = load()
    assert "wait for the virus scanner" in said
    travelling = Package.objects.filter(offered_at__isnull=False)
    assert all(not package.files.exists() for package in travelling)
    assert Package.objects.filter(status=Status.SCANNING).count() > 15

    before = rows()
    with pytest.raises(CommandError, match="another seed"):
        load(seed=2)
    assert rows() == before

    load(scale=2)
    assert Person.objects.count() == 2 * before["Person"] == 120
    assert User.objects.count() == before["User"]
    assert Package.objects.count() == before["Package"]


def test_nothing_outside_a_demo(settings: Any) -> None:
    settings.IS_TEST = False
    settings.IS_DEMO = False
    with pytest.raises(CommandError, match="demo or test settings"):
        load()
    assert not Organisation.objects.exists()
