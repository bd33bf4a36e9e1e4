"""Loads the whole demo, in the order in which a region would come to be."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Organisation

from .accounts import load_accounts
from .families import families
from .ids import demo_id
from .packages import Played, load_packages
from .people import load_people, load_person_account
from .region import load_region, parties


class OtherSeed(Exception):
    """The database holds a demo that was made with another seed."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What there was to do."""

    organisations: int
    accounts: int
    new_persons: int
    packages: Played


def load(*, seed: int, scale: int, say: Callable[[str], None]) -> Loaded:
    """Make what is missing of the demo with this seed and scale; a second time there is nothing to do.

    Raises:
        OtherSeed: if the database holds the demo of another seed.
    """
    region_party = parties()[0]
    region_id = demo_id(seed, "organisation", region_party.key)
    if Organisation.objects.filter(name=region_party.name).exclude(public_id=region_id).exists():
        raise OtherSeed
    call_command("load_notices", verbosity=0, stdout=_Nothing())
    with transaction.atomic():
        region = load_region(seed=seed)
        users = load_accounts(region=region, seed=seed)
    say(f"{len(region.teams)} teams, {len(users)} accounts")
    today = timezone.localdate()
    wanted = families(seed=seed, scale=scale, today=today)
    missing = load_people(wanted=wanted, region=region, users=users, seed=seed, today=today)
    say(f"{sum(len(family.members) for family in missing)} new persons in {len(missing)} families")
    load_person_account(wanted=wanted, region=region, users=users, seed=seed)
    played = load_packages(wanted=wanted, region=region, users=users, seed=seed)
    say(f"{played.made} new packages")
    return Loaded(
        organisations=len({team.organisation_id for team in region.teams.values()}),
        accounts=len(users),
        new_persons=sum(len(family.members) for family in missing),
        packages=played,
    )


class _Nothing:
    """Where output goes that nobody needs."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass
