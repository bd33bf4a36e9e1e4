"""Receipts of packages: fetched by sender and receiver, checked by anyone who works here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consent.receipts import PdfUnavailable, render_pdf
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..forms import ReceiptCheckForm
from ..models import Package
from ..queries.lookups import get_package_for
from ..services import receipts
from ..services.reading import record_receipt_check, record_receipt_read


def _sealed_package(request: HttpRequest, public_id: UUID) -> Package:
    package = get_package_for(request.actor, public_id)
    if package.manifest is None:
        raise Denied(
            decision=deny("not_sealed"),
            event=Event.RECEIPT_READ,
            subject=str(package.person.public_id),
            object_type="package",
            object_id=str(public_id),
        )
    record_receipt_read(actor=request.actor, package=package)
    return package


@require_safe
def receipt_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The signed receipt."""
    package = _sealed_package(request, public_id)
    return JsonResponse(
        receipts.receipt_of(package),
        json_dumps_params={"indent": 2},
        headers={"Content-Disposition": f'attachment; filename="bewijs-{package.public_id}.json"'},
    )


@require_safe
def receipt_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The receipt to print."""
    package = _sealed_package(request, public_id)
    try:
        pdf = render_pdf(
            template="dossiers/receipt_pdf.html", context=receipts.receipt_context(package), languages=("nl",)
        )
    except PdfUnavailable:
        messages.warning(request, _("Een PDF maken kan nu niet op deze computer. Neem het JSON-bestand."))
        return redirect(package.path)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="bewijs-{package.public_id}.pdf"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is this receipt one of ours, and unchanged?"""
    form = ReceiptCheckForm(request.POST or None, request.FILES or None)
    genuine: bool | None = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["receipt"]
        text = upload.read() if upload.size <= receipts.MAX_BYTES else b""
        genuine, package_id = receipts.is_genuine(text)
        record_receipt_check(actor=request.actor, package_id=package_id, valid=genuine)
    return render(request, "dossiers/receipt_check.html", {"form": form, "genuine": genuine})
