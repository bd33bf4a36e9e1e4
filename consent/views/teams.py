"""For which of the own teams the actor works on this page."""

from django.http import HttpRequest

from portal.accounts.enums import Role
from portal.accounts.models import Team
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event


def acting_team(request: HttpRequest) -> Team:
    """The first team in which the actor sends, or else receives, for the organisation acted for.

    Raises:
        Denied: without any such team.
    """
    actor = request.actor
    wanted = actor.teams_with(Role.SENDER) or actor.teams_with(Role.RECEIVER)
    team = Team.objects.active().filter(pk__in=wanted).select_related("organisation").order_by("pk").first()
    if team is None:
        raise Denied(decision=deny("role"), event=Event.ROUTE_DENIED)
    return team
