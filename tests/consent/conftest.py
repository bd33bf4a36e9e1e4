"""One team at the centre, one family, one recipient."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from consent.models import Person
from dossiers.models import Coupling
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind
from portal.accounts.models import Organisation, Team, User
from tests.consent_factories import actor_of, family, notice, sender_team
from tests.factories import MunicipalityFactory, OrganisationFactory, TeamFactory


@dataclass
class Scene:
    team: Team
    user: User
    actor: Actor
    child: Person
    mother: Person
    father: Person
    recipient: Organisation

    @property
    def sender(self) -> Organisation:
        return self.team.organisation


def make_scene(**family_fields) -> Scene:
    team, user = sender_team()
    child, mother, father = family(team=team, **family_fields)
    notice()
    municipality = MunicipalityFactory()
    recipient = OrganisationFactory(
        name="JGZ Zeist (test)", kind=OrganisationKind.JGZ_MUNICIPALITY, municipality=municipality
    )
    TeamFactory(organisation=recipient)
    Coupling.objects.create(person=child, municipality=municipality, coupled_on=timezone.localdate())
    return Scene(
        team=team,
        user=user,
        actor=actor_of(user, team),
        child=child,
        mother=mother,
        father=father,
        recipient=recipient,
    )


@pytest.fixture
def scene(db) -> Scene:
    return make_scene()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """``later(delta)``: from here on it is that much later."""
    real = timezone.now

    def move(delta: timedelta) -> None:
        def now() -> datetime:
            return real() + delta

        monkeypatch.setattr(timezone, "now", now)

    return move
