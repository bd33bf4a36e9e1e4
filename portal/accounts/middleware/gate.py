"""The gate: enforces the access table on every view that an address resolves to, and answers every refusal."""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from portal.access import AccessRow, Proof, row_for, rows_for
from portal.accounts.actor import Actor
from portal.accounts.addresses import came_from, first_page, local_path
from portal.accounts.policy import Denied, may_enter
from portal.accounts.sessions import resolve_actor
from portal.audit.enums import Event
from portal.audit.services import record_denial

from .language import language_of_path

logger = logging.getLogger(__name__)

DENIALS_A_MINUTE = 60
NOT_IN_A_ROUTE_NAME = re.compile(r"[^A-Za-z0-9_.:-]")


class GateMiddleware:
    """Deny by default, and give nothing away.

    - Whoever has not signed in gets the same redirect to the sign-in page for every address that is not public,
      whether it exists or not; whoever has shown a password only gets the page of the second factor in the same way.
    - Whoever is verified but has no business at an address gets the 404 of an address that does not exist, and the
      audit log gets a row.
    - A view that no row of the access table declares is closed to all.

    It stands before the CSRF check, which reads a form from the body: nobody's upload is read before it is known
    whether they may upload.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_public = False  # type: ignore[attr-defined]
        # Before anything further in: an absent address and a closed one take the same path through the same middleware.
        response = self._demand_proof(request) or self.get_response(request)
        if not request.is_public:  # type: ignore[attr-defined]
            response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _demand_proof(request: HttpRequest) -> HttpResponse | None:
        """Send whoever is not verified to the next step of signing in, unless the address asks for less."""
        try:
            match = resolve(request.path_info)
        except Resolver404:
            if language_of_path(request.path_info) is not None:
                return None  # a public page that is not there: the public site says so
            needed = Proof.SECOND_FACTOR
        else:
            rows = rows_for(view_name=match.view_name, route=match.route)
            row = row_for(view_name=match.view_name, route=match.route, method=request.method or "")
            needed = row.proof if row else min((other.proof for other in rows), default=Proof.SECOND_FACTOR)
            if needed is Proof.NOTHING:
                return None
        actor = _known_actor(request)
        if actor.proof >= min(needed, Proof.SECOND_FACTOR):
            return None
        return _redirect("accounts:second_factor" if actor.signed_in else "accounts:sign_in", request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or request.method is None:
            raise Http404
        rows = rows_for(view_name=match.view_name, route=match.route)
        row = row_for(view_name=match.view_name, route=match.route, method=request.method)
        if row is not None and row.proof is Proof.NOTHING:
            request.is_public = True  # type: ignore[attr-defined]
            return None
        if any(other.proof is Proof.NOTHING for other in rows):
            return _method_not_allowed(rows)

        actor = _known_actor(request)
        if _is_flooding(actor):
            return _too_many(request)
        decision = may_enter(actor, row)
        if row is None or not decision:
            admitting = [other for other in rows if may_enter(actor, other)]
            if row is None and admitting:
                return _method_not_allowed(admitting)
            return self._refuse(request, actor, reason=decision.code, object_id=match.view_name)
        return None if actor.proof >= row.proof else _redirect("accounts:second_factor", request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A policy said no, somewhere below: its transaction is rolled back by now, the row of the denial is not."""
        if not isinstance(exception, Denied):
            return None
        actor = _known_actor(request)
        try:
            record_denial(
                event=exception.event,
                who=actor.who,
                subject=exception.subject,
                object_type=exception.object_type,
                object_id=exception.object_id,
                reason=exception.decision.code,
            )
        except Exception:
            logger.exception("the audit row of a denial could not be written")
            return _audit_failed(request)
        _count_denial(actor)
        return None

    @staticmethod
    def _refuse(request: HttpRequest, actor: Actor, *, reason: str, object_id: str) -> HttpResponse:
        try:
            record_denial(
                event=Event.ROUTE_DENIED,
                who=actor.who,
                object_type="route",
                object_id=NOT_IN_A_ROUTE_NAME.sub("", object_id)[:64],
                reason=reason,
            )
        except Exception:
            logger.exception("the audit row of a denial could not be written")
            return _audit_failed(request)
        _count_denial(actor)
        raise Http404


def _known_actor(request: HttpRequest) -> Actor:
    """The actor itself instead of the lazy object, which a closed page always needs."""
    actor = getattr(request, "actor", None)
    if type(actor) is not Actor:
        actor = resolve_actor(request)
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def _redirect(name: str, request: HttpRequest) -> HttpResponse:
    wanted = local_path(request.get_full_path() if request.method == "GET" else came_from(request))
    if not wanted and getattr(request, "ended_for_person", False):
        wanted = first_page(is_person=True)  # so that they are shown their own way in
    return HttpResponseRedirect(reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else ""))


def _method_not_allowed(rows: Iterable[AccessRow]) -> HttpResponse:
    return HttpResponseNotAllowed(sorted({method for row in rows for method in row.methods}))


def _flood_key(actor: Actor) -> str:
    return f"accounts:denials:{actor.user_pk}"


def _count_denial(actor: Actor) -> None:
    if actor.user_pk is not None:
        cache.add(_flood_key(actor), 0, timeout=60)
        try:
            cache.incr(_flood_key(actor))
        except ValueError:  # it expired just now
            cache.add(_flood_key(actor), 1, timeout=60)


def _is_flooding(actor: Actor) -> bool:
    """Somebody who is refused once a second is trying doors: a minute's rest, in which nothing is looked up or written.

    The sixty rows that are in the log say it all, and the log stays free for others.
    """
    return actor.user_pk is not None and (cache.get(_flood_key(actor)) or 0) >= DENIALS_A_MINUTE


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "accounts/too_many.html", status=429)
    response["Retry-After"] = "60"
    return response


def _audit_failed(request: HttpRequest) -> HttpResponse:
    """A denial that cannot be written down is not answered as if it had been."""
    return render(request, "503.html", status=503)
