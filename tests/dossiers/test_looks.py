"""Who looked, as the person reads it: whoever tried and was refused is told as well."""

import pytest
from django.test import Client

from dossiers.enums import Status
from dossiers.queries.overview import dossier_of
from portal.accounts.enums import Role
from tests.dossiers_factories import package_in
from tests.factories import member

pytestmark = pytest.mark.django_db


def test_somebody_who_was_refused_is_told(client: Client, sign_in) -> None:
    where = package_in(Status.OFFERED)
    stranger = member(Role.RECEIVER)
    sign_in(client, stranger)
    assert client.get(where.package.path).status_code == 404
    organisation = stranger.memberships.get().team.organisation.name
    assert [(look.organisation, look.denied) for look in dossier_of(where.child).looks if look.denied] == [
        (organisation, True)
    ]


def test_a_button_pressed_too_late_is_no_look(client: Client, sign_in) -> None:
    where = package_in(Status.ACCEPTED)
    sign_in(client, where.receiver)
    client.post(f"{where.package.path}accept/")
    assert not [look for look in dossier_of(where.child).looks if look.denied]
