"""Finding one person who told their V-number and birth date."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..errors import NotRecorded
from ..forms import FindForm
from ..services import look_up_person
from .teams import acting_team


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The form, and on an exact hit the way to the person."""
    form = FindForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person = look_up_person(actor=request.actor, team=acting_team(request), **form.cleaned_data)
            except NotRecorded as refusal:
                form.add_error(None, refusal.message)
                status = 429
            else:
                if person is not None:
                    return redirect("dossiers:person", public_id=person.public_id)
                form.add_error(
                    None,
                    _("Niemand gevonden met dit V-nummer en deze geboortedatum. Kijk allebei na."),
                )
    return render(request, "consent/find.html", {"form": form}, status=status)
