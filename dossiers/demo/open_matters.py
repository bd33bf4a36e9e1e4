"""What waits for the demo's administrators, so that each of their pages has something to show. Nothing goes out."""

from collections.abc import Mapping

from portal.accounts import resetting
from portal.accounts.demo import invitation_token
from portal.accounts.enums import IdentityCheck, ProviderUse, Role
from portal.accounts.messages.bounces import bounce
from portal.accounts.models import Invitation, OidcProvider, OutgoingMessage, Team, User
from portal.accounts.oidc.administration import save_provider
from portal.accounts.services import invite, request_reset
from portal.accounts.services.reviews import open_review

from . import walkthrough
from .acting import actor_of
from .ids import derived_ids
from .region import MAIL_DOMAIN, Region

NO_SUCH_MAILBOX = "5.1.1"  # RFC 3463


def load_open_matters(*, region: Region, users: Mapping[str, User], employer: str, seed: int) -> None:
    """Make what is missing: people who are invited, a mail that came back, a review, a reset, a sign-in service.

    Args:
        employer: key of the team that invites.
    """
    team = region.teams[employer]
    administrator = users[f"beheer-{employer}@{MAIL_DOMAIN}"]
    email = f"uitgenodigd@{MAIL_DOMAIN}"
    _invite(
        administrator, team, email=email, name="Zohra Uitgenodigd", token=invitation_token(seed=str(seed), email=email)
    )
    _mail_that_came_back(administrator, team)
    if not team.organisation.access_reviews.exists():
        open_review(organisation=team.organisation)
    _reset_that_waits(users)
    _sign_in_service(region, users, seed=seed)


def _invite(administrator: User, team: Team, *, email: str, name: str, token: str | None = None) -> bool:
    if Invitation.objects.filter(email=email).exists():
        return False
    invite(
        actor=actor_of(administrator),
        team=team,
        role=Role.RECEIVER,
        email=email,
        name=name,
        reason="Nieuwe collega (demo)",
        token=token,
    )
    return True


def _mail_that_came_back(administrator: User, team: Team) -> None:
    """Somebody was invited at an address with a typing error in it."""
    email = f"brma.tikfout@{MAIL_DOMAIN}"
    if _invite(administrator, team, email=email, name="Brahim Tikfout"):
        bounce(message=OutgoingMessage.objects.filter(address=email).latest("pk"), code=NO_SUCH_MAILBOX)


def _reset_that_waits(users: Mapping[str, User]) -> None:
    """A colleague lost a telephone; a second administrator has not looked yet."""
    owner = users[f"jgz-zeist-azc-2@{MAIL_DOMAIN}"]
    if resetting.own_open_reset(owner) is None:
        administrator = users[f"beheer-jgz-zeist-azc@{MAIL_DOMAIN}"]
        request_reset(actor=actor_of(administrator), user=owner, identity_check=IdentityCheck.IN_PERSON)


def _sign_in_service(region: Region, users: Mapping[str, User], *, seed: int) -> None:
    """An example that is switched off, at an address that cannot exist (RFC 2606)."""
    if OidcProvider.objects.exists():
        return
    with derived_ids(seed, "provider", OidcProvider):
        provider = OidcProvider()
    save_provider(
        actor=actor_of(users[walkthrough.REGION_ADMINISTRATOR_EMAIL]),
        provider=provider,
        values={
            "name": "Gemeente-account (voorbeeld, staat uit)",
            "use": ProviderUse.PROFESSIONALS,
            "organisation": region.teams["gemeente-utrecht"].organisation,
            "issuer": "https://inloggen.gemeente.example",
            "client_id": "voorbeeld",
            "is_active": False,
        },
        client_secret="",
    )
