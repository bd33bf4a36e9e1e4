"""Packages belong to teams: nothing stays on the desk of somebody who leaves."""

import pytest

from dossiers.enums import Status
from dossiers.services import receiving
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.accounts.policy import Denied
from portal.accounts.services import end_membership
from tests.dossiers_factories import actor_of, colleague, package_in

pytestmark = pytest.mark.django_db


def test_a_colleague_goes_on_with_what_a_leaver_accepted():
    where = package_in(Status.ACCEPTED)
    membership = Membership.objects.get(user=where.receiver, team=where.receiver_team)
    end_membership(ended_by=None, membership=membership, reason="left")
    with pytest.raises(Denied):
        receiving.collect_package(actor=actor_of(where.receiver, where.receiver_team), package=where.now())
    successor = colleague(where.receiver_team, Role.RECEIVER)
    receiving.collect_package(actor=actor_of(successor, where.receiver_team), package=where.now())
    assert where.now().status == Status.COLLECTED
