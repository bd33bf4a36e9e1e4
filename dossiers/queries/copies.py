"""What the copy of everything says about handovers: what was sealed, where it went, and couplings. No content."""

from django.utils.translation import gettext as _

from consent.copies import Part
from consent.copies.part import day, filled, iso, moment
from consent.models import Person

from ..models import Coupling, Package
from ..presentation import status_text


def handover_part(person: Person) -> Part:
    """Packages with their manifests, states and releases."""
    packages = list(
        Package.objects.with_parties()
        .filter(person=person)
        .prefetch_related("releases__user", "files")
        .order_by("created_at", "pk")
    )
    return Part(
        name="handovers",
        heading=_("Wat waarheen ging"),
        records=[
            {
                "package_id": str(package.public_id),
                "kind": package.kind_code,
                "sender": package.sender_team.organisation.name,
                "recipient": package.recipient_team.organisation.name,
                "status": package.status,
                "end_reason": package.end_reason or None,
                "lawful_basis": package.lawful_basis,
                "categories": package.categories,
                "created_at": iso(package.created_at),
                "offered_at": iso(package.offered_at),
                "collected_at": [iso(release.at) for release in package.releases.all()],
                "shredded_at": iso(package.shredded_at),
                "manifest_sha256": package.manifest_sha256 or None,
                "manifest": package.manifest or None,
            }
            for package in packages
        ],
        entries=[
            filled(
                (_("Wat"), str(package.kind.label)),
                (_("Wie geeft de gegevens"), package.sender_team.organisation.name),
                (_("Wie krijgt de gegevens"), package.recipient_team.organisation.name),
                (_("Hoe ver"), str(status_text(package))),
                (_("Gemaakt"), moment(package.created_at)),
                (_("Opgehaald"), "; ".join(moment(release.at) for release in package.releases.all())),
                (_("Code van de inhoud (SHA-256)"), package.manifest_sha256),
            )
            for package in packages
        ],
    )


def coupling_part(person: Person) -> Part:
    """To which municipalities COA coupled the person."""
    couplings = list(Coupling.objects.filter(person=person).select_related("municipality", "centre"))
    return Part(
        name="couplings",
        heading=_("Aan welke gemeente u gekoppeld bent"),
        records=[
            {
                "municipality": coupling.municipality.name,
                "centre": coupling.centre.name if coupling.centre else None,
                "coupled_on": iso(coupling.coupled_on),
                "moves_on": iso(coupling.moves_on),
                "ended_at": iso(coupling.ended_at),
            }
            for coupling in couplings
        ],
        entries=[
            filled(
                (_("Gemeente"), coupling.municipality.name),
                (_("Vanaf"), day(coupling.coupled_on)),
                (_("Tot"), moment(coupling.ended_at)),
            )
            for coupling in couplings
        ],
    )
