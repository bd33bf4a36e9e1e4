"""The demo's accounts: every role, every kind of organisation, and the awkward cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.text import slugify

from portal.accounts.demo import create_demo_account
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Team, User

from . import walkthrough
from .ids import derived_ids
from .open_matters import load_open_matters
from .region import CENTRES, MAIL_DOMAIN, MUNICIPALITIES, Region

PROFESSIONAL: Final = "/dossiers/"
CMS: Final = "/cms/"
TRANSLATIONS: Final = "/cms/translations/"
AUDIT: Final = "/audit/"
ACCOUNT: Final = "/accounts/"
PEOPLE: Final = "/accounts/people/"

EMPLOYER_OF_NEW_COLLEAGUE: Final = "jgz-houten"
SECOND_EMPLOYER: Final = "jgz-de-bilt"
FORMER_EMPLOYER: Final = "jgz-houten"

NAMES: Final = (
    "Anneke Veldkamp", "Bart Lindehof", "Carolien Meerdink", "Daan Oosterwaard", "Els Brinkhorst", "Floor Zandvliet",
    "Gerben Hoogstraat", "Hanneke Rietdijk", "Ilse Kromhout", "Joost Waalwijker", "Karin Boschma", "Lotte Ravensteijn",
    "Maarten Kolkman", "Nienke Duinhoven", "Otto Schermers", "Petra Lankhaar", "Quirine Molenberg", "Ruben Eikelaar",
    "Saskia Holtrop", "Tim Weststrate", "Ursula Berkhof", "Victor Nijland", "Wieke Terpstraat", "Yvonne Haverman",
    "Arjan Dijkgraafs", "Bianca Loosveld", "Coen Grashof", "Dorien Vlietman", "Emiel Roodhart", "Fenna Wijnbergen",
    "Gijs Tolhuis", "Heleen Markvoort", "Ivo Stroomberg", "Jacqueline Peelman", "Kees Heuvelink", "Linda Broekzijl",
    "Mirjam Aalderink", "Niels Kapelhof", "Olga Zomerdijk", "Pim Ganzevoort", "Renske Overmars", "Stefan Kleinhout",
    "Tessa Vorstenkamp", "Udo Leemhuis", "Vera Sluiswachter", "Wouter Hazenberg", "Yara Binnendijk", "Zeger Tuinstra",
    "Amber Poelman", "Bram Landweer", "Claire Noordhoek", "Dirk Schaapveld", "Eva Koolhaas", "Frank Zuidema-Prins",
    "Greet Waterink", "Hugo Spanjerd", "Inge Vossebeld", "Jelle Oudenrijn", "Katja Rozemond", "Leo Kersbergen",
    "Manon Tichelaar", "Nico Beukenkamp",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody to sign in as. ``team`` is a key of the region."""

    email: str
    team: str
    roles: tuple[Role, ...]
    first_page: str = PROFESSIONAL
    with_factor: bool = True
    password_only: bool = False
    languages: tuple[str, ...] = ()


def _account(local: str, team: str, *roles: Role, first_page: str = PROFESSIONAL) -> Account:
    return Account(email=f"{local}@{MAIL_DOMAIN}", team=team, roles=roles, first_page=first_page)


def accounts() -> list[Account]:
    """All accounts, in the order in which they get their names."""
    listed = []
    for centre in CENTRES:
        for kind in ("jgz", "gca", "coa", "vluchtelingenwerk"):
            key = f"{kind}-{slugify(centre)}-azc"
            listed.append(_account(key, key, Role.SENDER))
    listed.append(_account("jgz-zeist-azc-2", "jgz-zeist-azc", Role.SENDER))
    for municipality in MUNICIPALITIES.values():
        key = f"jgz-{slugify(municipality)}"
        listed.append(_account(key, key, Role.RECEIVER))
    listed += [
        _account("jgz-houten-2", "jgz-houten", Role.RECEIVER),
        _account("jgz-utrecht-noord", "jgz-utrecht/2", Role.RECEIVER),
    ]
    for place in ("houten", "zeist", "utrecht", "nieuwegein"):
        listed += [
            _account(f"huisarts-{place}", f"huisarts-de-linde-{place}", Role.RECEIVER),
            _account(f"begeleiding-{place}", f"begeleiding-{place}", Role.RECEIVER),
            _account(f"wijkteam-{place}", f"wijkteam-{place}", Role.RECEIVER),
            _account(f"werkcoach-{place}", f"gemeente-{place}", Role.RECEIVER),
        ]
    listed += [
        _account("beheer-jgz-zeist-azc", "jgz-zeist-azc", Role.ORGANISATION_ADMINISTRATOR, first_page=PEOPLE),
        _account("beheer-jgz-houten", "jgz-houten", Role.ORGANISATION_ADMINISTRATOR, first_page=PEOPLE),
        _account("beheer-gemeente-utrecht", "gemeente-utrecht", Role.ORGANISATION_ADMINISTRATOR, first_page=PEOPLE),
        Account(email=walkthrough.EDITOR_EMAIL, team="regio", roles=(Role.EDITOR,), first_page=CMS),
        Account(
            email=f"vertaler-ar@{MAIL_DOMAIN}",
            team="regio",
            roles=(Role.TRANSLATOR,),
            first_page=TRANSLATIONS,
            languages=("ar",),
        ),
        _account("eindredacteur", "regio", Role.EDITOR, Role.PUBLISHER, first_page=CMS),
        Account(
            email=walkthrough.PRIVACY_OFFICER_EMAIL,
            team="regio/2",
            roles=(Role.PRIVACY_OFFICER,),
            first_page=AUDIT,
        ),
        _account("fg-2", "regio/2", Role.PRIVACY_OFFICER, first_page=AUDIT),
        Account(
            email=walkthrough.REGION_ADMINISTRATOR_EMAIL,
            team="regio/3",
            roles=(Role.REGION_ADMINISTRATOR,),
            first_page=ACCOUNT,
        ),
        _account("twee-organisaties", "jgz-bunnik", Role.RECEIVER),
        _account("oud-collega", FORMER_EMPLOYER, Role.RECEIVER),
        Account(
            email=walkthrough.PASSWORD_ONLY_EMAIL,
            team="jgz-houten",
            roles=(Role.RECEIVER,),
            with_factor=False,
            password_only=True,
        ),
        Account(
            email=walkthrough.NEW_COLLEAGUE_EMAIL,
            team=EMPLOYER_OF_NEW_COLLEAGUE,
            roles=(Role.RECEIVER,),
            with_factor=False,
        ),
        Account(
            email=f"vertaler-ti@{MAIL_DOMAIN}",
            team="regio",
            roles=(Role.TRANSLATOR,),
            first_page=TRANSLATIONS,
            languages=("ti",),
        ),
        _account("eindredacteur-utrecht", "gemeente-utrecht", Role.EDITOR, Role.PUBLISHER, first_page=CMS),
    ]
    return listed


def load_accounts(*, region: Region, seed: int) -> Mapping[str, User]:
    """Make the accounts that are not there yet; returns all of them by mail address."""
    wanted = accounts()
    users = {str(user.email): user for user in User.objects.filter(email__in=[account.email for account in wanted])}
    for account, name in zip(wanted, NAMES, strict=False):
        if account.email in users:
            continue
        with derived_ids(seed, f"account/{account.email}", User):
            users[account.email] = create_demo_account(
                email=account.email,
                name=name,
                team=region.teams[account.team],
                roles=account.roles,
                first_page=account.first_page,
                seed=seed,
                with_factor=account.with_factor,
                password_only=account.password_only,
                languages=account.languages,
            )
        if account.email == f"twee-organisaties@{MAIL_DOMAIN}":
            _also_works_at(users[account.email], region.teams[SECOND_EMPLOYER])
        if account.email == f"oud-collega@{MAIL_DOMAIN}":
            _left(users[account.email])
    load_open_matters(region=region, users=users, employer=EMPLOYER_OF_NEW_COLLEAGUE, seed=seed)
    return users


def _also_works_at(user: User, team: Team) -> None:
    Membership.objects.create(user=user, team=team, role=Role.RECEIVER, reason="Tweede baan (demo)")


def _left(user: User) -> None:
    """Left a month ago: the account still signs in, and opens nothing."""
    for membership in user.memberships.all():
        membership.active_from = timezone.now() - timedelta(days=400)
        membership.active_until = timezone.now() - timedelta(days=30)
        membership.save()
