"""What an answer of a provider changes: a session, a link, a second factor."""

from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django_otp import login as otp_login

from portal.accounts import demo, sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.messages import notify_user
from portal.accounts.models import OidcIdentity, OidcProvider, OidcSecondFactor, User
from portal.accounts.policy import Decision, Denied, deny
from portal.accounts.services import end_sessions, switch_organisation
from portal.audit.actor import Who
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record

from .client import OidcError
from .flow import Purpose, Trip, arrive
from .policy import may_be_vouched_for
from .queries import can_step_up, offered_for_linking
from .tokens import Identity

BACKEND = "django.contrib.auth.backends.ModelBackend"


def complete(*, request: HttpRequest, provider: OidcProvider) -> tuple[Trip, str]:
    """Take a provider's answer and do what the trip was for.

    Returns:
        The trip, and a local address to go on to if there is a certain one.

    A refusal is written to the log with its code, unless this browser waited for no answer at all.

    Raises:
        OidcError: if the answer does not count. To a visitor all causes are one.
    """
    from .joining import link_by_invitation

    onward = ""
    try:
        trip, identity = arrive(request=request, provider=provider)
        match Purpose(trip.purpose):
            case Purpose.SIGN_IN:
                sign_in(request=request, provider=provider, identity=identity)
            case Purpose.STEP_UP:
                step_up(request=request, provider=provider, identity=identity)
            case Purpose.LINK:
                link_own(request=request, provider=provider, identity=identity)
            case Purpose.INVITATION:
                onward = link_by_invitation(request=request, provider=provider, identity=identity, token=trip.token)
    except OidcError as refusal:
        if refusal.code != "no_trip":
            _record_refusal(request, provider, refusal.code)
        raise
    return trip, onward


def _record_refusal(request: HttpRequest, provider: OidcProvider, code: str) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        record(
            event=Event.IDENTITY_REFUSED,
            action=Action.EXECUTE,
            who=actor.who if actor.signed_in else sessions.nobody(request).who,
            object_type="provider",
            object_id=str(provider.public_id),
            outcome=Outcome.FAILED,
            reason=code,
        )


def sign_in(*, request: HttpRequest, provider: OidcProvider, identity: Identity) -> User:
    """Begin a session of the user whom this subject is linked to; the rules are those of a password.

    With the provider's second factor it is verified as well; without, ours is asked.

    Raises:
        OidcError: ``unknown_subject``, or why the user may not come in.
    """
    with transaction.atomic():
        link = OidcIdentity.objects.select_related("user").filter(provider=provider, subject=identity.subject).first()
        if link is None:
            raise OidcError("unknown_subject")
        decision = _decide(link.user, provider)
        if not decision:
            raise OidcError(decision.code)
        begin_session(request=request, link=link, identity=identity)
    return link.user


def _decide(user: User, provider: OidcProvider) -> Decision:
    if not demo.may_sign_in(user):
        return deny("demo_account")
    organisations = {row.team.organisation_id for row in sessions.active_memberships(user)}
    return may_be_vouched_for(user, provider=provider, organisations=organisations)


def begin_session(*, request: HttpRequest, link: OidcIdentity, identity: Identity) -> None:
    """A new session for the user of ``link``, in the caller's transaction. Nothing of an earlier session is kept."""
    user = link.user
    request.session.flush()
    login(request, user, backend=BACKEND)
    sessions.begin(request, language=user.language)
    request.session[sessions.VOUCHED_FOR] = link.provider.organisation_id
    OidcIdentity.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
    actor = sessions.resolve_actor(request)
    record(
        event=Event.SIGN_IN,
        action=Action.EXECUTE,
        who=actor.who,
        object_type="user",
        object_id=str(user.public_id),
        details={"provider": str(link.provider.public_id)},
    )
    request.actor = actor  # type: ignore[attr-defined]
    if identity.second_factor:
        _use_second_factor(request, link=link, identity=identity)


def _use_second_factor(request: HttpRequest, *, link: OidcIdentity, identity: Identity) -> None:
    device, _made = OidcSecondFactor.objects.get_or_create(
        identity=link, defaults={"user": link.user, "name": link.provider.name[:64], "confirmed": True}
    )
    otp_login(request, device)
    sessions.note_second_factor(request, organisation_pk=link.provider.organisation_id)
    # It was used when the provider says so, and not when the browser came back: an old session there is no fresh proof.
    request.session[sessions.SECOND_FACTOR_AT] = _shown_at(identity)
    actor = sessions.resolve_actor(request)
    record(
        event=Event.SECOND_FACTOR_USED,
        action=Action.EXECUTE,
        who=actor.who,
        object_type="user",
        object_id=str(link.user.public_id),
        reason="provider",
        details={"provider": str(link.provider.public_id)},
    )
    request.actor = actor  # type: ignore[attr-defined]


def _shown_at(identity: Identity) -> float:
    now = timezone.now().timestamp()
    if identity.authenticated_at is None:
        return now - settings.SECOND_FACTOR_FRESH_SECONDS - 1
    return min(now, identity.authenticated_at)


def step_up(*, request: HttpRequest, provider: OidcProvider, identity: Identity) -> None:
    """Take the provider's second factor, shown anew, for the session that asks.

    It counts for the organisation of the provider, which is acted for from here on.

    Raises:
        OidcError: if it vouches for none, for somebody else, or for somebody who may not come in by it; ``not_offered``
            if the session works for another organisation, verified, by now.
    """
    user = cast(User, request.user)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    link = OidcIdentity.objects.select_related("user", "provider").filter(
        provider=provider, subject=identity.subject, user_id=user.pk
    )
    with transaction.atomic():
        mine = link.first()
        if mine is None:
            raise OidcError("somebody_else_now")
        decision = _decide(mine.user, provider)
        if not decision:
            raise OidcError(decision.code)
        if not identity.second_factor:
            raise OidcError("no_second_factor")
        if not can_step_up(actor).filter(pk=provider.pk).exists():
            raise OidcError("not_offered")
        if provider.organisation is not None and provider.organisation_id != actor.organisation_pk:
            switch_organisation(request=request, actor=actor, organisation_id=provider.organisation.public_id)
        OidcIdentity.objects.filter(pk=mine.pk).update(last_used_at=timezone.now())
        _use_second_factor(request, link=mine, identity=identity)


def link_own(*, request: HttpRequest, provider: OidcProvider, identity: Identity) -> OidcIdentity:
    """Link this subject to the account that is signed in with a second factor.

    Raises:
        OidcError: if the session is not verified, the provider is not one that this user can link, or the subject or
            the user is linked already.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    user = cast(User, request.user)
    if actor.factor_at is None or not offered_for_linking(actor).filter(pk=provider.pk).exists():
        raise OidcError("may_not_link")
    with transaction.atomic():
        link = make_link(user=user, provider=provider, subject=identity.subject, who=actor.who)
        notify_user(user=user, kind=MessageKind.FACTOR_ADDED, path=reverse("accounts:home"))
        sessions.renew_key(request)  # the provider took its time: a session that was ended meanwhile links nothing
    return link


def make_link(*, user: User, provider: OidcProvider, subject: str, who: Who) -> OidcIdentity:
    """Tie a subject to a user, in the caller's transaction.

    Raises:
        OidcError: ``linked_already``; one subject is one user, and one user is one subject of a provider.
    """
    try:
        with transaction.atomic():
            link = OidcIdentity.objects.create(user=user, provider=provider, subject=subject)
    except IntegrityError as error:
        raise OidcError("linked_already") from error
    record(
        event=Event.IDENTITY_LINKED,
        action=Action.CREATE,
        who=who,
        object_type="user",
        object_id=str(user.public_id),
        details={"provider": str(provider.public_id)},
    )
    return link


@transaction.atomic
def unlink(*, request: HttpRequest, actor: Actor, identity_pk: int) -> None:
    """Take a link away from the own account; every other session ends.

    Raises:
        Denied: if it is not one of the own links, or the only way in: an account without a password.
    """
    user = cast(User, request.user)
    link = OidcIdentity.objects.select_related("provider").filter(pk=identity_pk, user_id=actor.user_pk or 0).first()
    decision = deny("not_visible") if link is None else None
    if link is not None and not user.has_usable_password():
        decision = deny("only_way_in")
    if decision is not None or link is None:
        raise Denied(decision=decision or deny("not_visible"), event=Event.FACTOR_REMOVED, object_type="identity")
    link.delete()
    notify_user(user=user, kind=MessageKind.FACTOR_REMOVED, path=reverse("accounts:home"))
    end_sessions(user=user, keep=request)
    record(
        event=Event.FACTOR_REMOVED,
        action=Action.DELETE,
        who=actor.who,
        object_type="user",
        object_id=str(user.public_id),
        details={"provider": str(link.provider.public_id)},
    )
