"""What the receiving team does on the page of a package."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..forms import RefuseForm
from ..models import Package
from ..services import receiving
from .packages import moves_package, page_with_errors


@moves_package
def accept(request: HttpRequest, package: Package) -> None:
    """The team takes the handover on."""
    receiving.accept_package(actor=request.actor, package=package)
    messages.success(request, _("Aangenomen. U kunt de bestanden nu ophalen."))


@moves_package
def refuse(request: HttpRequest, package: Package) -> HttpResponse | None:
    """The team cannot take it."""
    refuse_form = RefuseForm(request.POST)
    if not refuse_form.is_valid():
        return page_with_errors(request, package, refuse_form=refuse_form)
    receiving.refuse_package(actor=request.actor, package=package, reason=refuse_form.cleaned_data["reason"])
    messages.success(request, _("Geweigerd. De verzender krijgt bericht."))
    return None


@moves_package
def collect(request: HttpRequest, package: Package) -> None:
    """Opens the files for the team."""
    receiving.collect_package(actor=request.actor, package=package)


@moves_package
def confirm(request: HttpRequest, package: Package) -> None:
    """The team has everything in its own system."""
    receiving.confirm_package(actor=request.actor, package=package)
    messages.success(request, _("Bevestigd. De verzender krijgt bericht."))
