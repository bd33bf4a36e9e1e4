"""Colleagues: who is in which team, inviting, giving and ending roles."""

from typing import NoReturn
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import queries, resetting, services
from portal.accounts.enums import Role
from portal.accounts.models import AccessReview, Invitation, Membership, Organisation, Team, User
from portal.accounts.people_forms import EndForm, InviteForm, RoleForm
from portal.accounts.policy import Denied, deny, grantable_roles, has_languages, may_end_membership, may_request_reset
from portal.audit.enums import Event


def absent(event: Event, object_type: str, public_id: object) -> NoReturn:
    """Refuse what is not there, or is not this actor's to see."""
    raise Denied(decision=deny("not_found"), event=event, object_type=object_type, object_id=str(public_id))


def organisation_of(request: HttpRequest, rows: QuerySet[Organisation], event: Event) -> Organisation:
    """The organisation that the address names (``?organisation=``), else the one acted for, out of ``rows``."""
    wanted = request.GET.get("organisation", "")
    if not wanted:
        found = rows.filter(pk=request.actor.organisation_pk).first()
    else:
        try:
            found = rows.filter(public_id=UUID(wanted)).first()
        except ValueError:
            found = None
    if found is None:
        absent(event, "organisation", "")
    return found


def people(request: HttpRequest) -> HttpResponse:
    """Teams with their members, invitations that wait, and who left."""
    actor = request.actor
    organisation = organisation_of(request, queries.organisations_to_manage(actor), Event.ACCESS_LIST_READ)
    rows = queries.memberships_to_manage(actor).filter(team__organisation=organisation)
    now = timezone.now()
    running = [row for row in rows if row.active_until is None or row.active_until > now]
    ended = sorted(
        (row for row in rows if row.active_until is not None and row.active_until <= now),
        key=lambda row: row.active_until or now,
        reverse=True,
    )
    teams = organisation.teams.active().order_by("name")
    context = {
        "organisation": organisation,
        "teams": [(team, [row for row in running if row.team_id == team.pk]) for team in teams],
        "invitations": queries.invitations_to_manage(actor).filter(team__organisation=organisation),
        "ended": ended[:100],
        "review": AccessReview.objects.filter(organisation=organisation, closed_at=None).first(),
        "now": now,
    }
    return render(request, "accounts/people/people.html", context)


def _roles(request: HttpRequest, teams: list[Team]) -> list[Role]:
    found = {role for team in teams for role in grantable_roles(request.actor, team=team)}
    return [role for role in Role if role in found]


def _team(request: HttpRequest, public_id: UUID, event: Event) -> Team:
    return queries.teams_to_manage(request.actor).filter(public_id=public_id).first() or absent(
        event, "team", public_id
    )


def _offer(request: HttpRequest) -> dict[str, object]:
    """What a form about a role offers this actor."""
    teams = list(queries.teams_to_manage(request.actor))
    roles = _roles(request, teams)
    return {"teams": teams, "roles": roles, "with_languages": any(has_languages(role) for role in roles)}


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody into a team."""
    initial = {"team": request.GET.get("team", "")[:36], "language": "nl"}
    form = InviteForm(request.POST if request.method == "POST" else None, initial=initial, **_offer(request))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        team, role = _team(request, data["team"], Event.INVITATION_SENT), Role(data["role"])
        if problem := _mismatch(request, team, role, data):
            form.add_error(*problem)
        else:
            try:
                services.invite(
                    actor=request.actor,
                    team=team,
                    role=role,
                    email=data["email"],
                    name=data["name"],
                    reason=data["reason"],
                    language=data["language"],
                    languages=data.get("languages", ()),
                )
            except services.InvitationRefusedError as refusal:
                form.add_error("email", _explain(refusal.code, team))
            else:
                messages.success(request, _("De uitnodiging is verstuurd. De link werkt 72 uur."))
                return _to_people(team.organisation)
    return render(request, "accounts/people/invite.html", {"form": form}, status=422 if form.is_bound else 200)


def _mismatch(request: HttpRequest, team: Team, role: Role, data: dict[str, object]) -> tuple[str, str] | None:
    """A choice that this actor was offered, but not for this team; what was never offered is refused further on."""
    offered = _roles(request, list(queries.teams_to_manage(request.actor)))
    if role in offered and role not in grantable_roles(request.actor, team=team):
        return "role", _("Deze rol kan niet in dit team. Kies een andere rol of een ander team.")
    if role in offered and has_languages(role) and not data.get("languages"):
        return "languages", _("Kies de talen waarin deze collega vertaalt.")
    return None


def _explain(code: str, team: Team) -> str:
    match code:
        case "own":
            return _("Dit is uw eigen adres. Uw eigen rollen kan alleen een andere beheerder veranderen.")
        case "domain":
            return _("Bij %(organisation)s mogen alleen deze adressen: %(domains)s. Kies een adres van het werk.") % {
                "organisation": team.organisation.name,
                "domains": ", ".join(f"…@{domain}" for domain in team.organisation.mail_domains),
            }
        case "has_role":
            return _("Deze collega heeft deze rol al in dit team.")
        case _:
            return _("Er is al een uitnodiging voor dit adres. Stuur die opnieuw, of trek hem eerst in.")


def _to_people(organisation: Organisation) -> HttpResponse:
    response = redirect("accounts:people")
    response["Location"] += f"?organisation={organisation.public_id}"
    return response


def _invitation(request: HttpRequest, public_id: UUID, event: Event) -> Invitation:
    found = queries.invitations_to_manage(request.actor).filter(public_id=public_id).first()
    return found or absent(event, "invitation", public_id)


def resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a new link; the old one stops."""
    found = _invitation(request, public_id, Event.INVITATION_SENT)
    services.resend_invitation(actor=request.actor, invitation=found)
    messages.success(request, _("De uitnodiging is opnieuw verstuurd. De oude link werkt niet meer."))
    return _to_people(found.team.organisation)


def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = _invitation(request, public_id, Event.INVITATION_REVOKED)
    services.revoke_invitation(actor=request.actor, invitation=found)
    messages.success(request, _("De uitnodiging is ingetrokken. De link werkt niet meer."))
    return _to_people(found.team.organisation)


def member(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One colleague: roles now and before, and a form to give a further one."""
    rows = list(queries.memberships_to_manage(request.actor).filter(user__public_id=public_id).order_by("-active_from"))
    if not rows:
        absent(Event.MEMBERSHIP_GRANTED, "user", public_id)
    user: User = rows[0].user
    form = RoleForm(request.POST if request.method == "POST" else None, **_offer(request))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        team, role = _team(request, data["team"], Event.MEMBERSHIP_GRANTED), Role(data["role"])
        if problem := _mismatch(request, team, role, data):
            form.add_error(*problem)
        else:
            services.grant_membership(
                granted_by=request.actor,
                user=user,
                team=team,
                role=role,
                reason=data["reason"],
                languages=data.get("languages", ()),
            )
            messages.success(request, _("De rol is gegeven."))
            return redirect("accounts:member", public_id=public_id)
    now = timezone.now()
    context = {
        "member": user,
        "rows": [(row, _state(row), _may_end(request, row, now)) for row in rows],
        "form": form,
        "is_self": user.pk == request.user.pk,
        "can_reset": _may_reset(request, user),
        "can_wake": user.dormant_since is not None and user.pk != request.user.pk,
    }
    return render(request, "accounts/people/member.html", context, status=422 if form.is_bound else 200)


def _may_reset(request: HttpRequest, user: User) -> bool:
    organisations = resetting.organisations_of(user)
    has_factor = queries.has_factor(user=user)
    return bool(may_request_reset(request.actor, user=user, organisations_of_user=organisations, has_factor=has_factor))


def _state(row: Membership) -> str:
    now = timezone.now()
    if row.active_until is not None and row.active_until <= now:
        return _("Gestopt")
    return _("Actief") if row.active_from <= now else _("Begint later")


def _may_end(request: HttpRequest, row: Membership, now: object) -> bool:
    if row.active_until is not None and row.active_until <= timezone.now():
        return False
    return bool(may_end_membership(request.actor, user=row.user, team=row.team, role=Role(row.role)))


def membership_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a role, with a reason."""
    found = queries.memberships_to_manage(request.actor).filter(public_id=public_id).first()
    if found is None:
        absent(Event.MEMBERSHIP_ENDED, "membership", public_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.end_membership(ended_by=request.actor, membership=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("De toegang is gestopt. Deze collega is nu overal uitgelogd."))
        return _to_people(found.team.organisation)
    context = {"form": form, "membership": found, "granted": found.get_role_display()}
    context["allowed"] = _may_end(request, found, None)
    return render(request, "accounts/people/membership_end.html", context, status=422 if form.is_bound else 200)
