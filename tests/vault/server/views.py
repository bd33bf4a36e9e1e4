"""Upload and download, through the vault and without it, and how much memory the process took."""

import hashlib
import uuid
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt

from portal.vault.models import Container, StoredFile
from portal.vault.services import open_stream
from portal.vault.uploads import vault_upload

from .models import Attachment


def container_for(request: HttpRequest, container: uuid.UUID) -> Container:
    return get_object_or_404(Container, public_id=container)


@vault_upload(authorise=container_for)
def upload(request: HttpRequest, container: uuid.UUID) -> HttpResponse:
    answers = []
    for received in request.FILES.getlist("file"):
        if received.stored:
            Attachment.objects.create(stored=received.stored)
            answers.append({"id": received.stored.public_id, "sha256": received.stored.sha256})
        else:
            answers.append({"name": received.name, "refusal": received.refusal})
    return JsonResponse({"files": answers, "title": request.POST.get("title")})


def download(request: HttpRequest, file: uuid.UUID) -> HttpResponse:
    stored = get_object_or_404(StoredFile.objects.select_related("container"), public_id=file)
    return StreamingHttpResponse(open_stream(file=stored), content_type=stored.media_type)


def _plain_path() -> Path:
    return Path(settings.VAR_DIR) / "plain"


@csrf_exempt
def plain_upload(request: HttpRequest) -> HttpResponse:
    sha256 = hashlib.sha256()
    with _plain_path().open("wb") as target:
        for chunk in request.FILES["file"].chunks():
            sha256.update(chunk)
            target.write(chunk)
    return JsonResponse({"sha256": sha256.hexdigest()})


def plain_download(request: HttpRequest) -> FileResponse:
    return FileResponse(_plain_path().open("rb"))


def memory(request: HttpRequest) -> HttpResponse:
    """The most memory this process has held so far, in kB."""
    status = Path("/proc/self/status").read_text()
    return HttpResponse(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
