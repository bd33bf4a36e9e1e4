"""Reading who has access is written down too."""

from django.db import transaction

from portal.accounts.access_listing import Row, rows_of
from portal.accounts.actor import Actor
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, may_manage_people, may_read_access_list
from portal.audit.enums import Action, Event
from portal.audit.services import record


@transaction.atomic
def read_access_list(*, actor: Actor, organisation: Organisation, export: bool) -> list[Row]:
    """Who has access to an organisation.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_read_access_list`; taking it along as a file is for those who
            manage the people.
    """
    event = Event.ACCESS_LIST_EXPORTED if export else Event.ACCESS_LIST_READ
    rule = may_manage_people if export else may_read_access_list
    decision = rule(actor, organisation_pk=organisation.pk)
    public_id = str(organisation.public_id)
    if not decision:
        raise Denied(decision=decision, event=event, object_type="organisation", object_id=public_id)
    rows = rows_of(organisation)
    action = Action.EXECUTE if export else Action.READ
    record(
        event=event,
        action=action,
        who=actor.who,
        object_type="organisation",
        object_id=public_id,
        reason=decision.code,
        details={"rows": len(rows)},
    )
    return rows
