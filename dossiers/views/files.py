"""Files into a draft, and out to the receiver."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit.enums import Event
from portal.vault.errors import VaultError
from portal.vault.models import Container
from portal.vault.uploads import vault_upload

from ..models import Package
from ..policy import can_edit_package
from ..queries.lookups import get_file_for, get_package_for
from ..services import drafts
from ..services.moving import require
from ..services.receiving import release_file, release_form


def _may_add(request: HttpRequest, public_id: UUID) -> Container:
    package = get_package_for(request.actor, public_id)
    require(can_edit_package(request.actor, package), event=Event.PACKAGE_FILE_ADDED, package=package)
    return package.container


@require_POST
@vault_upload(authorise=_may_add)
def file_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes files into the draft: each streamed into the vault while it arrives. Answers JSON to the page's script."""
    package = get_package_for(request.actor, public_id)
    received = request.FILES.getlist("files")
    refused = [(file.name, str(file.refusal.label)) for file in received if file.refusal]
    try:
        added = drafts.add_files(
            actor=request.actor,
            package=package,
            files=[(file.stored, file.name or "") for file in received if file.stored],
        )
    except drafts.TooManyFiles:
        text = _("Er passen %(count)d bestanden in een overdracht. Deze zijn niet toegevoegd.") % {
            "count": drafts.MAX_FILES
        }
        refused.append(("", text))
        added = []  # what the vault took is nobody's, and is swept up
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {
                "added": [{"file": str(file.public_id), "sha256": file.stored.sha256} for file in added],
                "refused": [{"name": name, "text": text} for name, text in refused],
            },
            status=422 if refused and not added else 200,
        )
    for name, text in refused:
        messages.error(request, f"{name}: {text}" if name else text)
    if not received:
        messages.warning(request, _("U hebt geen bestand gekozen."))
    return redirect(package.path)


@require_safe
def file_collect(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The bytes of one file, for its receiver; recorded before the first byte leaves."""
    package = get_package_for(request.actor, public_id)
    file = get_file_for(request.actor, package, file_id)
    if request.method == "HEAD":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    try:
        stream = release_file(actor=request.actor, package=package, file=file)
        name = drafts.file_name(file)
    except VaultError:
        return _unreadable(request, package)
    return StreamingHttpResponse(
        stream,
        content_type="application/octet-stream",
        headers={
            "Content-Length": str(file.stored.size),
            "Content-Disposition": content_disposition_header(True, name),
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@require_safe
def form_collect(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form, for its receiver; recorded like a file."""
    package = get_package_for(request.actor, public_id)
    if request.method == "HEAD":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    try:
        answers = release_form(actor=request.actor, package=package)
    except VaultError:
        return _unreadable(request, package)
    shown = [(str(question.label), answers.get(question.key, "")) for question in package.kind.questions]
    return render(request, "dossiers/form_read.html", {"package": package, "kind": package.kind, "answers": shown})


def _unreadable(request: HttpRequest, package: Package) -> HttpResponse:
    """The bytes are gone or were damaged: an honest page instead of half a file."""
    return render(request, "dossiers/unreadable.html", {"package": package}, status=410)
