"""A team checks and applies what a person asked to correct."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..errors import NotRecorded
from ..forms.rights import RectifyForm
from ..queries import get_rectification_for, rectifications_for
from ..services.reading import record_rectification_shown
from ..services.rectifying import rectify
from .teams import acting_team


@require_safe
@never_cache
def rectifications(request: HttpRequest) -> HttpResponse:
    """What persons of the own teams asked to correct, without a name: the page of each says who."""
    return render(request, "consent/rectifications.html", {"requests": list(rectifications_for(request.actor))})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rectification(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The present data beside what is proposed; applied as filled in."""
    held = get_rectification_for(request.actor, public_id)
    private, words = held.person.private, held.words
    present = {field: getattr(private, field) for field in ("name", "birth_date", "v_number", "phone", "email")}
    proposed = {field: words.get(f"new_{field}") or value for field, value in present.items()}
    form = RectifyForm(request.POST or None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            rectify(actor=request.actor, team=acting_team(request), request=held, **form.cleaned_data)
        except NotRecorded as refused:
            form.add_error(None, refused.message)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("De gegevens zijn verbeterd. De persoon ziet het op de eigen pagina."))
            return redirect("consent:rectifications")
    record_rectification_shown(actor=request.actor, person=held.person)
    context = {"held": held, "present": private, "words": words, "form": form}
    return render(request, "consent/rectification.html", context, status=422 if form.is_bound else 200)
