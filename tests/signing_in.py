"""Signs a test client in without walking through the pages, which have tests of their own."""

from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from portal.accounts import sessions
from portal.accounts.models import Team, TotpDevice, User

from .factories import TotpDeviceFactory


def sign_in(
    client: Client,
    user: User,
    *,
    second_factor: bool = True,
    factor_age: float | timedelta | None = 0,
    team: Team | None = None,
) -> Client:
    """Give ``client`` a session of ``user``.

    Args:
        second_factor: whether the second factor was used in the session; without it the session is password-only.
        factor_age: how long ago it was used, in seconds or as a timedelta; ``None`` means it was not.
        team: act for the organisation of this team.
    """
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    now = timezone.now().timestamp()
    session = client.session
    # as the requests of a test client say it, so that the first of them has nothing new to write down
    session.user_agent, session.ip = "", "127.0.0.1"
    session[sessions.STARTED_AT] = session[sessions.SEEN_AT] = now
    session[sessions.LANGUAGE] = user.language
    session[sessions.RIGHTS] = sessions.rights_of(sessions.active_memberships(user))
    if team is not None:
        session[sessions.ACTING_FOR] = team.organisation_id
    if second_factor and factor_age is not None:
        device = TotpDevice.objects.filter(user=user, confirmed=True).first() or TotpDeviceFactory(user=user)
        age = factor_age.total_seconds() if isinstance(factor_age, timedelta) else float(factor_age)
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session[sessions.SECOND_FACTOR_AT] = now - age
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
