"""Who is who in the demo region: municipalities, centres, organisations and their teams."""

from dataclasses import dataclass
from typing import Final

from django.utils.text import slugify

from portal.accounts.enums import OrganisationKind
from portal.accounts.models import Centre, Municipality, Organisation, Team

from .ids import demo_id

MAIL_DOMAIN: Final = "demo.example"

MUNICIPALITIES: Final = {
    "GM0312": "Bunnik",
    "GM0310": "De Bilt",
    "GM0736": "De Ronde Venen",
    "GM0321": "Houten",
    "GM0353": "IJsselstein",
    "GM0331": "Lopik",
    "GM0335": "Montfoort",
    "GM0356": "Nieuwegein",
    "GM0589": "Oudewater",
    "GM1904": "Stichtse Vecht",
    "GM0344": "Utrecht",
    "GM1581": "Utrechtse Heuvelrug",
    "GM1961": "Vijfheerenlanden",
    "GM0352": "Wijk bij Duurstede",
    "GM0632": "Woerden",
    "GM0355": "Zeist",
}
CENTRES: Final = {"Utrecht": "GM0344", "Zeist": "GM0355", "Leersum": "GM1581"}


@dataclass(frozen=True, kw_only=True)
class Party:
    """An organisation to be, with the names of its teams. ``key`` is how the rest of the demo speaks of it."""

    key: str
    name: str
    kind: OrganisationKind
    municipality: str = ""
    centre: str = ""
    teams: tuple[str, ...]
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Region:
    """What the rest of the demo needs: teams under ``key`` (the first one) or ``key/2``, ``key/3``."""

    municipalities: dict[str, Municipality]
    centres: dict[str, Centre]
    teams: dict[str, Team]


CENTRE_KINDS: Final = (
    ("coa", OrganisationKind.COA, "COA {} (demo)", "Begeleiding en casemanagement"),
    ("gca", OrganisationKind.GCA, "Gezondheidscentrum asielzoekers {} (demo)", "Praktijk"),
    ("jgz", OrganisationKind.JGZ_CENTRE, "JGZ azc {} (demo)", "Jeugdverpleegkundigen"),
    ("vluchtelingenwerk", OrganisationKind.REFUGEE_COUNCIL, "VluchtelingenWerk azc {} (demo)", "Spreekuur"),
)
MUNICIPAL_KINDS: Final = (
    ("gemeente", OrganisationKind.MUNICIPALITY, "Gemeente {} (demo)", "Werkcoaches"),
    ("jgz", OrganisationKind.JGZ_MUNICIPALITY, "JGZ {} (demo)", "Jeugdverpleegkundigen"),
    ("begeleiding", OrganisationKind.SOCIAL_GUIDANCE, "Maatschappelijke begeleiding {} (demo)", "Begeleiders"),
    ("wijkteam", OrganisationKind.NEIGHBOURHOOD_TEAM, "Wijkteam {} (demo)", "Sociaal werkers"),
)
PRACTICES: Final = ("De Linde", "De Waterlelie")
TWO_PRACTICES: Final = frozenset({"GM0344", "GM0355", "GM0356", "GM0632"})
SECOND_TEAMS: Final = {("GM0344", "jgz"): "Jeugdverpleegkundigen Noord"}


def parties() -> list[Party]:
    """Every organisation of the region, in a fixed order."""
    everywhere = tuple(MUNICIPALITIES)
    listed = [
        Party(
            key="regio",
            name="Regio U16 (demo)",
            kind=OrganisationKind.REGION,
            teams=("Redactie", "Functionaris gegevensbescherming", "Beheer"),
            serves=everywhere,
        )
    ]
    for centre, code in CENTRES.items():
        for key, kind, name, team in CENTRE_KINDS:
            listed.append(
                Party(
                    key=f"{key}-{slugify(centre)}-azc",
                    name=name.format(centre),
                    kind=kind,
                    municipality=code,
                    centre=centre,
                    teams=(team,),
                    serves=everywhere,
                )
            )
    for code, municipality in MUNICIPALITIES.items():
        for key, kind, name, team in MUNICIPAL_KINDS:
            second = SECOND_TEAMS.get((code, key))
            listed.append(
                Party(
                    key=f"{key}-{slugify(municipality)}",
                    name=name.format(municipality),
                    kind=kind,
                    municipality=code,
                    teams=(team, second) if second else (team,),
                    serves=(code,),
                )
            )
        practices = PRACTICES if code in TWO_PRACTICES else PRACTICES[:1]
        listed += [_practice(practice, code=code, municipality=municipality) for practice in practices]
    return listed


def _practice(practice: str, *, code: str, municipality: str) -> Party:
    return Party(
        key=f"huisarts-{slugify(practice)}-{slugify(municipality)}",
        name=f"Huisartsenpraktijk {practice} {municipality} (demo)",
        kind=OrganisationKind.GP,
        municipality=code,
        teams=("Praktijk",),
        serves=(code,),
    )


def load_region(*, seed: int) -> Region:
    """Make what is not there yet, and return the whole region. Rows that exist are left as they are."""
    known = Municipality.objects.in_bulk()
    Municipality.objects.bulk_create(
        Municipality(code=code, name=name, slug=slugify(name))
        for code, name in MUNICIPALITIES.items()
        if code not in known
    )
    municipalities = Municipality.objects.in_bulk(list(MUNICIPALITIES))
    centres = {centre.name: centre for centre in Centre.objects.filter(name__in=CENTRES)}
    for name, code in CENTRES.items():
        if name not in centres:
            centres[name] = Centre.objects.create(
                public_id=demo_id(seed, "centre", name), name=name, municipality=municipalities[code]
            )
    wanted = parties()
    organisations = {
        organisation.public_id: organisation
        for organisation in Organisation.objects.filter(
            public_id__in=[demo_id(seed, "organisation", party.key) for party in wanted]
        )
    }
    existing = {
        team.public_id: team
        for team in Team.objects.filter(organisation__in=organisations.values()).select_related("organisation")
    }
    teams: dict[str, Team] = {}
    for party in wanted:
        organisation = organisations.get(demo_id(seed, "organisation", party.key)) or Organisation.objects.create(
            public_id=demo_id(seed, "organisation", party.key),
            name=party.name,
            kind=party.kind,
            municipality=municipalities.get(party.municipality),
            centre=centres.get(party.centre),
            contact_email=f"{party.key}.contact@{MAIL_DOMAIN}",
        )
        for number, name in enumerate(party.teams, start=1):
            key = party.key if number == 1 else f"{party.key}/{number}"
            public_id = demo_id(seed, "team", key)
            team = existing.get(public_id)
            if team is None:
                team = Team.objects.create(
                    public_id=public_id,
                    organisation=organisation,
                    name=name,
                    mailbox=f"postbus.{key.replace('/', '-')}@{MAIL_DOMAIN}",
                )
                team.serves.set([municipalities[code] for code in party.serves])
            teams[key] = team
    return Region(municipalities=municipalities, centres=centres, teams=teams)
