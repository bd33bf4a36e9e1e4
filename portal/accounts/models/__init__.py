"""Municipalities, organisations, teams, users, memberships: who is who in the region, and how they prove it."""

from .factors import EnrolmentTicket, FactorReset, FactorSource, RecoveryCode, RecoveryDevice, TotpDevice
from .memberships import AccessReview, AccessReviewItem, Invitation, Membership
from .messages import NoticeRead, OutgoingMessage
from .oidc import OidcIdentity, OidcProvider, OidcSecondFactor
from .organisations import ActiveQuerySet, Centre, Municipality, Organisation, Team
from .users import DemoAccount, KnownDevice, SignInPace, User, UserManager

__all__ = [
    "AccessReview",
    "AccessReviewItem",
    "ActiveQuerySet",
    "Centre",
    "DemoAccount",
    "EnrolmentTicket",
    "FactorReset",
    "FactorSource",
    "Invitation",
    "KnownDevice",
    "Membership",
    "Municipality",
    "NoticeRead",
    "OidcIdentity",
    "OidcProvider",
    "OidcSecondFactor",
    "Organisation",
    "OutgoingMessage",
    "RecoveryCode",
    "RecoveryDevice",
    "SignInPace",
    "Team",
    "TotpDevice",
    "User",
    "UserManager",
]
