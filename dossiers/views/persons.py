"""One person as a sending team sees them: coupling, consents, packages."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consent.enums import Outcome, Purpose, State
from consent.languages import language as language_of
from consent.models import Person
from consent.queries import (
    Held,
    concerning,
    consents_of,
    deciding_about,
    get_person_for,
    guardians_of,
    is_restricted,
    requirement_for,
)
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import KindCode
from ..forms import CouplingForm, NewPackageForm
from ..kinds import KINDS, Kind, kinds_sent_by
from ..models import Coupling, Package
from ..policy import can_change_coupling
from ..presentation import rows_for
from ..queries.lookups import open_coupling_of, possible_recipients
from ..services.couplings import change_coupling
from ..services.drafts import create_package
from ..services.reading import record_person_read


@require_safe
@transaction.atomic
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Coupling, and per kind of package that we send: to whom it may go, and the way to consent and to a package."""
    actor = request.actor
    subject = get_person_for(actor, public_id)
    coupling = open_coupling_of(subject)
    packages = Package.objects.visible_to(actor).with_parties().filter(person=subject)
    record_person_read(actor=actor, person=subject)
    consents = consents_of(person=subject)
    held = [row for row in consents if row.decision.sender_id == actor.organisation_pk]
    kinds = kinds_sent_by(actor.organisation_kind) if actor.teams_with(Role.SENDER) else ()
    return render(
        request,
        "dossiers/person.html",
        {
            "person": subject,
            "coupling": coupling,
            "deciding": deciding_about(subject),
            "resting": is_restricted(subject),
            "kinds": [(kind, _recipients(kind, coupling, held)) for kind in kinds],
            "readers": _readers(subject),
            "to_stop": _to_stop(consents, actor.organisation_pk),
            "languages": [language_of(code) for code, _name in settings.LANGUAGES],
            "packages": rows_for(actor, list(packages), named=False),
            "may_change_coupling": bool(can_change_coupling(actor)),
        },
    )


def _recipients(kind: Kind, coupling: Coupling | None, held: list[Held]) -> list[tuple[Organisation, list[Held]]]:
    """The organisations that may receive this kind, each with what was decided about it."""
    if coupling is None:
        return []
    organisations = dict.fromkeys(team.organisation for team in possible_recipients(kind=kind, coupling=coupling))
    return [
        (
            organisation,
            [
                row
                for row in held
                if row.decision.recipient_id == organisation.pk and row.decision.purpose == kind.purpose
            ],
        )
        for organisation in organisations
    ]


def _to_stop(consents: list[Held], organisation: int | None) -> list[tuple[Purpose, Organisation]]:
    """What this organisation can take back when the person asks: what was given for what it sends or receives."""
    given = [
        row.decision
        for row in concerning(consents, organisation_pk=organisation)
        if row.decision.outcome == Outcome.GIVEN and row.state != State.EXPIRED
    ]
    return list(dict.fromkeys((Purpose(decision.purpose), decision.recipient) for decision in given))


def _readers(subject: Person) -> list[Person]:
    """Who may read along at a desk: the adults with custody, and the person who is old enough to decide."""
    adults = [row.adult for row in guardians_of(subject)]
    return [*adults, subject] if subject.public_id in requirement_for(subject).deciders else adults


@require_http_methods(["GET", "HEAD", "POST"])
def package_new(request: HttpRequest, public_id: UUID, kind_code: str) -> HttpResponse:
    """A new package of one kind about this person."""
    actor = request.actor
    subject = get_person_for(actor, public_id)
    coupling = open_coupling_of(subject)
    if kind_code not in KindCode.values or KINDS[KindCode(kind_code)] not in kinds_sent_by(actor.organisation_kind):
        raise Denied(decision=deny("kind_not_sent_here"), event=Event.PACKAGE_CREATED, subject=str(subject.public_id))
    kind = KINDS[KindCode(kind_code)]
    if coupling is None:
        messages.warning(request, _("Deze persoon is nog niet aan een gemeente gekoppeld."))
        return redirect("dossiers:person", public_id=public_id)
    form = NewPackageForm(
        request.POST or None,
        kind=kind,
        senders=Team.objects.active().filter(pk__in=actor.teams_with(Role.SENDER)).select_related("organisation"),
        recipients=possible_recipients(kind=kind, coupling=coupling),
        initial={"categories": [category.value for category in kind.categories]},
    )
    if request.method == "POST" and form.is_valid():
        package = create_package(
            actor=actor,
            person=subject,
            kind=kind,
            sender_team=form.cleaned_data["sender_team"],
            recipient_team=form.cleaned_data["recipient_team"],
            categories=form.cleaned_data["categories"],
            lawful_basis=form.cleaned_data["lawful_basis"],
            ground=form.cleaned_data.get("ground", ""),
        )
        return redirect(package.path)
    record_person_read(actor=actor, person=subject)
    return render(
        request,
        "dossiers/package_new.html",
        {"form": form, "person": subject, "kind": kind, "coupling": coupling},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def coupling(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """COA couples somebody to another municipality."""
    actor = request.actor
    subject = get_person_for(actor, public_id)
    decision = can_change_coupling(actor)
    if not decision:
        raise Denied(decision=decision, event=Event.COUPLING_CHANGED, subject=str(subject.public_id))
    form = CouplingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_coupling(actor=actor, person=subject, **form.cleaned_data)
        messages.success(request, _("De koppeling is veranderd. Overdrachten naar de oude gemeente zijn gestopt."))
        return redirect("dossiers:person", public_id=public_id)
    record_person_read(actor=actor, person=subject)
    return render(
        request,
        "dossiers/coupling.html",
        {"form": form, "person": subject, "coupling": open_coupling_of(subject)},
        status=422 if form.is_bound else 200,
    )
