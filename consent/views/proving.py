"""The privacy officer's way to a proof: look for a person's records of consent, and take one along."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..forms.proving import ProofForm
from ..queries import conversations_to_prove, get_conversation_to_prove, get_person_to_prove
from ..receipts import PdfUnavailable
from ..records.proof import proof_archive
from ..services.reading import record_proofs_listed, record_receipt_read, search_to_prove


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def proofs(request: HttpRequest) -> HttpResponse:
    """The form, and on a hit the way to the records of that person."""
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = search_to_prove(actor=request.actor, text=form.cleaned_data["number"])
        if person is not None:
            return redirect("consent:proofs_of", public_id=person.public_id)
        form.add_error("number", _("Bij dit nummer hoort niemand. Kijk het nummer na."))
    return render(request, "consent/proofs.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@never_cache
@transaction.atomic
def proofs_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All records of consent about a person, without a name: each with its proof."""
    person = get_person_to_prove(request.actor, public_id)
    conversations = list(conversations_to_prove(request.actor, person))
    record_proofs_listed(actor=request.actor, person=person, count=len(conversations))
    return render(request, "consent/proofs_of.html", {"person": person, "conversations": conversations})


@require_safe
@never_cache
def proof(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The archive; where this machine cannot make a PDF, the page says so."""
    held = get_conversation_to_prove(request.actor, public_id)
    try:
        content = proof_archive(held)  # before the transaction: on SQLite that would hold the one write lock meanwhile
    except PdfUnavailable as reason:
        context = {"form": ProofForm(), "problem": f"{reason.message} ({type(reason).__name__})"}
        return render(request, "consent/proofs.html", context, status=503)
    with transaction.atomic():
        record_receipt_read(actor=request.actor, conversation=held, form="proof")
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{held.public_id}.zip"'
    return response
