"""A form with files, straight into the vault."""

import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from portal.vault.enums import FileState, RefusalCode
from portal.vault.models import Container, StoredFile
from portal.vault.uploads import vault_upload
from tests.vault import samples
from tests.vault.test_streams import read

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.vault.test_uploads")]


def authorise(request: HttpRequest, container: uuid.UUID) -> Container:
    assert not hasattr(request, "_post"), "the body was read before the permission was checked"
    if "forbidden" in request.GET:
        raise PermissionDenied
    return Container.objects.get(public_id=container)


@vault_upload(authorise=authorise)
def upload(request: HttpRequest, container: uuid.UUID) -> HttpResponse:
    if "broken" in request.GET:
        request.POST.get("title")
        raise PermissionDenied
    files = [
        {"name": file.name, "size": file.size, "refusal": file.refusal, "id": file.stored and file.stored.public_id}
        for file in request.FILES.getlist("file")
    ]
    return JsonResponse({"files": files, "title": request.POST.get("title", "")})


urlpatterns = [path("upload/<uuid:container>/", upload)]


@pytest.fixture(autouse=True)
def bare(settings) -> None:
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]


def post(
    container: Container, *files: tuple[str, bytes], query: str = "", client: Client | None = None, **headers: str
):
    data = {"title": "Dossier", "file": [SimpleUploadedFile(name, content) for name, content in files]}
    return (client or Client()).post(f"/upload/{container.public_id}/{query}", data, headers=headers or None)


def test_files_go_into_the_vault_one_by_one(container) -> None:
    answer = post(
        container,
        ("brief.pdf", samples.pdf(700_000)),
        ("leeg.txt", b""),
        ("virus.exe", samples.program()),
        ("foto.jpg", samples.program()),
        ("..\\دفتر\u202e.docx", samples.word()),
    ).json()
    assert answer["title"] == "Dossier"
    assert [(file["name"], file["refusal"]) for file in answer["files"]] == [
        ("brief.pdf", None),
        ("leeg.txt", "empty"),
        ("virus.exe", "not_allowed"),
        ("foto.jpg", "disguised"),
        ("دفتر.docx", None),
    ]
    stored = [StoredFile.objects.get(public_id=file["id"]) for file in answer["files"] if file["id"]]
    assert read(stored[0]) == samples.pdf(700_000)
    assert StoredFile.objects.count() == 2


def test_too_large_a_file_gets_an_answer_and_the_next_is_taken(container, settings) -> None:
    settings.VAULT_MAX_FILE_BYTES = 600_000
    answer = post(container, ("groot.pdf", samples.pdf(2_000_000)), ("klein.pdf", samples.pdf())).json()
    assert [file["refusal"] for file in answer["files"]] == ["too_large", None]
    assert sorted(StoredFile.objects.values_list("state", flat=True)) == [FileState.STORED, FileState.SWEPT]


def test_beyond_all_measure_nothing_is_kept(container, settings) -> None:
    settings.VAULT_MAX_FILE_BYTES = 300_000
    post(container, ("klein.pdf", samples.pdf()), ("groot.pdf", samples.pdf(3_000_000)))
    assert not StoredFile.objects.filter(state=FileState.STORED).exists()


def test_who_may_not_is_refused_before_the_body_is_read(container) -> None:
    assert post(container, ("brief.pdf", samples.pdf()), query="?forbidden").status_code == 403
    assert not StoredFile.objects.exists()


def test_nothing_is_left_when_the_view_refuses(container) -> None:
    assert post(container, ("brief.pdf", samples.pdf()), query="?broken").status_code == 403
    assert not StoredFile.objects.filter(state=FileState.STORED).exists()


def test_the_csrf_token_is_checked_and_without_it_nothing_is_left(container) -> None:
    client = Client(enforce_csrf_checks=True)
    assert post(container, ("brief.pdf", samples.pdf()), client=client).status_code == 403
    assert not StoredFile.objects.filter(state=FileState.STORED).exists()
    token = "a" * 32
    client.cookies["csrftoken"] = token
    answer = post(container, ("brief.pdf", samples.pdf()), client=client, **{"X-CSRFToken": token})
    assert answer.status_code == 200
    assert StoredFile.objects.filter(state=FileState.STORED).count() == 1


def test_a_browser_that_goes_away_leaves_nothing(container) -> None:
    # The body by hand, cut off in the second file.
    boundary = "grens"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in [("een.pdf", samples.pdf(400_000)), ("twee.pdf", samples.pdf(900_000))]
    )
    Client().post(
        f"/upload/{container.public_id}/",
        body[:-300_000],
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert StoredFile.objects.exists()
    assert set(StoredFile.objects.values_list("state", flat=True)) <= {FileState.SWEPT, FileState.SHREDDED}


def test_refusals_have_a_text_that_says_what_to_do() -> None:
    assert all(len(str(code.label)) > 20 for code in RefusalCode)
    assert json.dumps(RefusalCode.EMPTY) == '"empty"'


def test_a_get_reads_nothing(container) -> None:
    assert Client().get(f"/upload/{container.public_id}/").json()["files"] == []
