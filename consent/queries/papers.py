"""Printed forms and scans that an actor may see."""

import uuid

from django.db.models import QuerySet

from portal.accounts.actor import Actor
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..models import PaperForm, PaperScan, Person
from ..policy import can_prove


def papers_of(actor: Actor, person: Person) -> QuerySet[PaperForm]:
    """The forms that the actor's own organisation printed for a person whom the actor may see, newest first."""
    seen = Person.objects.visible_to(actor).filter(pk=person.pk)
    forms = PaperForm.objects.filter(person__in=seen, sender=actor.organisation_pk)
    return forms.select_related("recipient").prefetch_related("scans__files__file")


def get_paper_for(actor: Actor, public_id: uuid.UUID) -> PaperForm:
    """A form of the actor's organisation about a person whom the actor may see.

    Raises:
        Denied: absent and forbidden alike.
    """
    forms = PaperForm.objects.filter(person__in=Person.objects.visible_to(actor), sender=actor.organisation_pk)
    form = forms.select_related("person__subject_key", "team").filter(public_id=public_id).first()
    if form is None:
        hidden = PaperForm.objects.filter(public_id=public_id).select_related("person").first()
        raise _denied(public_id, hidden.person if hidden else None)
    return form


def get_scan_for(actor: Actor, public_id: uuid.UUID) -> PaperScan:
    """A scan of a form of the actor's organisation about a visible person; the privacy officer sees those of everybody.

    Raises:
        Denied: absent and forbidden alike.
    """
    scans = PaperScan.objects.all()
    if not can_prove(actor):
        scans = scans.filter(form__person__in=Person.objects.visible_to(actor), form__sender=actor.organisation_pk)
    related = (
        "form__person__subject_key",
        "form__notice_text__notice",
        "form__team__organisation",
        "form__sender",
        "form__recipient",
    )
    scan = scans.select_related(*related).prefetch_related("files__file").filter(public_id=public_id).first()
    if scan is None:
        hidden = PaperScan.objects.filter(public_id=public_id).select_related("form__person").first()
        raise _denied(public_id, hidden.form.person if hidden else None)
    return scan


def _denied(public_id: uuid.UUID, person: Person | None) -> Denied:
    return Denied(
        decision=deny("paper_not_visible"),
        event=Event.PAPER_READ,
        subject=str(person.public_id) if person else "",
        object_type="paper",
        object_id=str(public_id),
    )
