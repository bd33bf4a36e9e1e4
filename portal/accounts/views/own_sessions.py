"""Where one is signed in, ending that, and staying."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts import own_sessions, services, sessions
from portal.accounts.addresses import local_path


def stay(request: HttpRequest) -> HttpResponse:
    """One more idle period. The script of the page gets seconds; whoever has no script goes back to the page."""
    sessions.stay(request)
    if request.headers.get("Accept", "") == "application/json":
        end = sessions.end_of(request.session, roles=request.actor.roles)
        return JsonResponse({"seconds": end.seconds if end else 0, "final": end.final if end else True})
    messages.success(request, _("U blijft ingelogd."))
    back = local_path(request.POST.get("next"))
    return HttpResponseRedirect(back) if back else redirect("accounts:home")


def sessions_list(request: HttpRequest) -> HttpResponse:
    """The own sessions that are alive, the newest first."""
    rows = own_sessions.own_sessions(user=request.user, current=request.session.session_key)
    return render(request, "accounts/sessions.html", {"sessions": rows, "others": len(rows) > 1})


def end(request: HttpRequest, digest: str) -> HttpResponse:
    """End one session; ending this one is signing out."""
    if digest == sessions.digest(request.session.session_key):
        services.sign_out(request=request, actor=request.actor)
        return redirect("accounts:sign_in")
    services.end_session(actor=request.actor, digest=digest)
    messages.success(request, _("Dat apparaat is uitgelogd."))
    return redirect("accounts:sessions")


def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    count = services.end_other_sessions(request=request, actor=request.actor)
    if count:
        text = ngettext("%(count)d ander apparaat is uitgelogd.", "%(count)d andere apparaten zijn uitgelogd.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("U was nergens anders ingelogd."))
    return redirect("accounts:sessions")
