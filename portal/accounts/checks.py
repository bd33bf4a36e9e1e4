"""System checks: what a page of rules would only ask for."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, transaction

from portal.access import Proof, rows_for, table

from .oidc import available
from .routes import all_routes


@register(Tags.urls)
def every_route_is_declared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every route has a row in the access table; a tree stands for named routes of a library and is never public."""
    errors: list[CheckMessage] = []
    routes = all_routes()
    for route in routes:
        rows = rows_for(view_name=route.view_name, route=route.route)
        if not rows:
            errors.append(
                Error(
                    f"{route.view_name} ({route.route}) is in no access.py, so it is closed to all", id="accounts.E001"
                )
            )
        elif route.is_own and any(row.tree for row in rows):
            errors.append(
                Error(
                    f"{route.view_name} ({route.route}) is our own view: it needs a row of its own", id="accounts.E002"
                )
            )
    names = {route.view_name for route in routes}
    for row in table():
        if row.tree and row.proof is Proof.NOTHING:
            errors.append(Error(f"the tree {row.tree} is open to everybody; name its routes", id="accounts.E003"))
        if row.route and row.route not in names:
            errors.append(Error(f"the access table names {row.route}, which does not exist", id="accounts.E004"))
        errors += [
            Error(f"the tree {row.tree} names {name}, which does not exist", id="accounts.E004")
            for name in sorted(row.known - names)
        ]
        if row.tree and not row.known and not row.is_shut:
            errors.append(Error(f"the tree {row.tree} is open and names no routes", id="accounts.E007"))
    return errors


@register(Tags.security)
def sign_in_keeps_its_promises(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Settings that the gate and the sign-in lean on."""
    errors: list[CheckMessage] = []
    order = settings.MIDDLEWARE
    gate, csrf = "portal.accounts.middleware.GateMiddleware", "django.middleware.csrf.CsrfViewMiddleware"
    if gate not in order or csrf not in order or order.index(gate) > order.index(csrf):
        errors.append(Error("the gate must stand before the CSRF check", id="accounts.E005"))
    if not settings.ACCOUNTS_SECRETS_KEY:
        errors.append(
            Error("ACCOUNTS_SECRETS_KEY is empty: authenticator keys could not be sealed", id="accounts.E006")
        )
    return errors


@register(Tags.database)
def providers_can_be_asked(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Where people sign in by a provider, the libraries for it are installed."""
    from .models import OidcProvider

    if not databases or available():
        return []
    try:
        with transaction.atomic():
            used = OidcProvider.objects.filter(is_active=True).exists()
    except DatabaseError:  # no tables yet
        return []
    text = "there are active OpenID providers, and the extra oidc (authlib, requests) is not installed"
    return [Error(text, id="accounts.E010")] if used else []


@register(Tags.security, deploy=True)
def cookies_are_bound_to_the_host(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production every cookie is ``__Host-`` (RFC 6265bis): no other host or plain connection sets or reads it."""
    errors: list[CheckMessage] = []
    for cookie in ("SESSION", "CSRF", "DEVICE"):
        name, is_secure = getattr(settings, f"{cookie}_COOKIE_NAME"), getattr(settings, f"{cookie}_COOKIE_SECURE")
        if not name.startswith("__Host-") or not is_secure or getattr(settings, f"{cookie}_COOKIE_DOMAIN", None):
            errors.append(Error(f"the cookie {name} is not bound to this host", id="accounts.E020"))
    if settings.MESSAGE_STORAGE != "django.contrib.messages.storage.session.SessionStorage":
        errors.append(Error("messages travel in a cookie of their own", id="accounts.E020"))
    return errors
