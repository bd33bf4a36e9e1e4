"""Buttons of providers, for any page that wants to show them."""

from typing import Any

from django import template

from portal.accounts.actor import NOBODY
from portal.accounts.models import Invitation
from portal.accounts.oidc.queries import can_step_up, identities_of, offered, offered_for_linking

register = template.Library()


@register.inclusion_tag("accounts/oidc/buttons.html", takes_context=True)
def oidc_sign_in(context: dict[str, Any]) -> dict[str, Any]:
    """A button for each provider that one can sign in with."""
    return _buttons(context, providers=offered())


@register.inclusion_tag("accounts/oidc/buttons.html", takes_context=True)
def oidc_second_factor(context: dict[str, Any]) -> dict[str, Any]:
    """A button for each provider at which the signed-in user can show a second factor."""
    return _buttons(context, providers=can_step_up(context.get("actor", NOBODY)), again=True)


@register.inclusion_tag("accounts/oidc/links.html", takes_context=True)
def oidc_links(context: dict[str, Any]) -> dict[str, Any]:
    """The own links and what can be linked."""
    actor = context.get("actor", NOBODY)
    return _buttons(
        context, links=identities_of(actor), linkable=offered_for_linking(actor), has_password=_has_password(context)
    )


@register.inclusion_tag("accounts/oidc/join.html", takes_context=True)
def oidc_join(context: dict[str, Any], invitation: Invitation) -> dict[str, Any]:
    """A form for each provider with which an invitation can be taken up; the token is in the address of the page."""
    match = context["request"].resolver_match
    providers = offered().filter(organisation_id=invitation.team.organisation_id)
    if invitation.user_id is not None:  # begun: only with what it was begun with
        providers = providers.filter(identities__user_id=invitation.user_id)
    token = match.kwargs.get("token", "") if match else ""
    return _buttons(context, providers=providers, token=token, step=context.get("step", ""))


def _has_password(context: dict[str, Any]) -> bool:
    request = context.get("request")
    return request is not None and request.user.is_authenticated and request.user.has_usable_password()


def _buttons(context: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"csrf_token": context.get("csrf_token"), "next": context.get("next", ""), **more}
