"""Files from a browser's form into a draft: what comes in, what is told, and that nothing is left of what does not."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dossiers.enums import Status
from dossiers.models import PackageFile
from dossiers.services import drafts
from portal.accounts.enums import OrganisationKind, Role
from portal.audit import services as audit
from portal.vault import tasks
from portal.vault.enums import FileState, Scan
from portal.vault.models import StoredFile
from portal.vault.receiving import Receiver
from tests.dossiers_factories import CONTENT, FILE_NAME, Handover, be_scanned, handover, package_in
from tests.factories import member
from tests.vault import samples

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def where() -> Handover:
    where = handover()
    where.draft()
    return where


@pytest.fixture
def sender(client: Client, sign_in: Callable[..., Client], where: Handover) -> Client:
    return sign_in(client, where.sender)


def address(where: Handover) -> str:
    return reverse("dossiers:file_add", args=[where.package.public_id])


def send(client: Client, where: Handover, *files: tuple[str, bytes], **options: object) -> HttpResponse:
    data = {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    return client.post(address(where), {**data, **options.pop("data", {})}, **options)  # type: ignore[arg-type]


def blobs() -> list[Path]:
    """What lies in the vault's folder."""
    return [path for path in Path(django_settings.STORAGE_URL.removeprefix("file://")).rglob("*") if path.is_file()]


def nothing_is_left() -> bool:
    return not PackageFile.objects.exists() and not StoredFile.objects.filter(state=FileState.STORED).exists()


def test_a_good_file_is_in_the_draft_and_encrypted(sender: Client, where: Handover) -> None:
    response = send(sender, where, (FILE_NAME, CONTENT))
    assert response.status_code == 302
    assert response["Location"] == where.package.path
    file = PackageFile.objects.get(package=where.package)
    assert drafts.file_name(file) == FILE_NAME
    assert (file.stored.size, file.stored.scan) == (len(CONTENT), Scan.PENDING)
    assert blobs()
    assert not any(CONTENT[:200] in path.read_bytes() for path in blobs())
    assert FILE_NAME in sender.get(where.package.path).content.decode()


def test_the_script_gets_its_answer_in_json(sender: Client, where: Handover) -> None:
    response = send(sender, where, (FILE_NAME, CONTENT), ("leeg.txt", b""), headers=JSON)
    answer = response.json()
    assert response.status_code == 200
    assert [entry["sha256"] for entry in answer["added"]] == [PackageFile.objects.get().stored.sha256]
    assert [entry["name"] for entry in answer["refused"]] == ["leeg.txt"]
    assert "leeg" in answer["refused"][0]["text"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("leeg.pdf", b"", "Dit bestand is leeg"),
        ("programma.exe", samples.program(), "Dit soort bestand mag niet"),
        ("foto.jpg", samples.program(), "De inhoud past niet bij de naam"),
        ("groot.pdf", samples.pdf(900_000), "Dit bestand is te groot"),
    ],
)
def test_what_is_not_taken_is_told_and_the_rest_stays(
    sender: Client, where: Handover, settings, name: str, content: bytes, told: str
) -> None:
    settings.VAULT_MAX_FILE_BYTES = 500_000
    response = send(sender, where, (name, content), headers=JSON)
    assert response.status_code == 422
    assert nothing_is_left()
    assert blobs() == []
    response = send(sender, where, (name, content), (FILE_NAME, CONTENT))
    page = sender.get(response["Location"]).content.decode()
    assert told in page
    assert FILE_NAME in page
    assert PackageFile.objects.count() == 1


def test_nothing_chosen_is_told(sender: Client, where: Handover) -> None:
    page = sender.get(send(sender, where)["Location"]).content.decode()
    assert "U hebt geen bestand gekozen." in page


def test_too_many_are_told(sender: Client, where: Handover, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "MAX_FILES", 1)
    response = send(sender, where, ("een.pdf", CONTENT), ("twee.pdf", CONTENT), headers=JSON)
    assert response.status_code == 422
    assert "Er passen 1 bestanden" in response.json()["refused"][0]["text"]
    assert not PackageFile.objects.exists()


def test_a_consent_taken_back_between_two_bytes_loses_nothing(sender: Client, where: Handover, monkeypatch) -> None:
    where.consent()
    write = Receiver.write

    def take_back_first(self: Receiver, *args: object) -> object:
        where.withdraw()  # the second time there is nothing left to take back
        return write(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Receiver, "write", take_back_first)
    assert send(sender, where, (FILE_NAME, CONTENT), headers=JSON).json()["added"]
    file = PackageFile.objects.get(package=where.package)
    assert (file.stored.state, file.stored.size) == (FileState.STORED, len(CONTENT))
    page = sender.get(where.package.path).content.decode()
    assert "De toestemming is ingetrokken." in page
    assert FILE_NAME in page
    where.close()
    be_scanned(file)
    where.package.refresh_from_db()
    assert (where.package.status, where.package.offered_at) == (Status.AWAITING_CONSENT, None)


def test_a_virus_comes_in_and_goes_no_further(sender: Client, where: Handover, clamd: object) -> None:
    where.consent()
    assert send(sender, where, ("notitie.txt", samples.EICAR.encode())).status_code == 302
    sender.post(
        reverse("dossiers:package_form", args=[where.package.public_id]),
        {"summary": "Kort", "contact": "Jet", "close": "1"},
    )
    assert where.now().status == Status.SCANNING
    assert tasks.scan_due() == 1
    assert where.now().status == Status.QUARANTINED
    page = sender.get(where.package.path).content.decode()
    assert "Een bestand is niet veilig" in page
    assert "In dit bestand zit een virus" in page


def test_without_the_token_of_the_form_nothing_is_left(sign_in: Callable[..., Client], where: Handover) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), where.sender)
    for data in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        assert send(client, where, (FILE_NAME, CONTENT), data=data).status_code == 403
    assert nothing_is_left()
    assert blobs() == []
    page = client.get(where.package.path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    response = send(client, where, (FILE_NAME, CONTENT), headers={"X-CSRFToken": token[1]})
    assert response.status_code == 302
    assert PackageFile.objects.count() == 1


@pytest.mark.parametrize("who", ["anonymous", "password", "colleague elsewhere", "receiver", "receiver of it"])
def test_a_refusal_comes_before_the_first_byte(client, sign_in, where: Handover, who: str, monkeypatch) -> None:
    if who == "password":
        sign_in(client, where.sender, second_factor=False)
    elif who == "colleague elsewhere":
        sign_in(client, member(Role.SENDER, kind=OrganisationKind.JGZ_CENTRE))
    elif who == "receiver":
        sign_in(client, member(Role.RECEIVER))
    elif who == "receiver of it":
        sign_in(client, where.receiver)
    monkeypatch.setattr("django.http.HttpRequest._load_post_and_files", lambda request: pytest.fail("was read"))
    response = send(client, where, (FILE_NAME, CONTENT))
    assert response.status_code == (302 if who in {"anonymous", "password"} else 404)
    assert not StoredFile.objects.exists()
    assert blobs() == []


@pytest.mark.parametrize("status", [Status.SCANNING, Status.OFFERED, Status.ENTERED_IN_ERROR])
def test_nothing_comes_into_what_is_closed(client, sign_in, status: Status) -> None:
    where = package_in(status)
    sign_in(client, where.sender)
    before = StoredFile.objects.count()
    assert send(client, where, ("nog een.pdf", CONTENT)).status_code == 404
    assert (StoredFile.objects.count(), PackageFile.objects.count()) == (before, 1)


def test_what_cannot_be_written_down_leaves_nothing(sender: Client, where: Handover, monkeypatch) -> None:
    def no_log(entry: object) -> None:
        raise OSError("no room for the log")

    sender.raise_request_exception = False
    monkeypatch.setattr(audit, "_append", no_log)
    assert send(sender, where, (FILE_NAME, CONTENT)).status_code >= 500
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("brief\u202efdp.pdf", "brieffdp.pdf"),
        ("رسالة.pdf", "رسالة.pdf"),
        ("<script>alert(1)</script>.pdf", ".pdf"),
        ("x" * 400 + ".pdf", ".pdf"),
    ],
)
def test_hostile_names_do_no_harm(sender: Client, where: Handover, sent: str, shown: str) -> None:
    assert send(sender, where, (sent, CONTENT)).status_code == 302
    name = drafts.file_name(PackageFile.objects.get())
    assert name.endswith(shown)
    assert "/" not in name
    assert "\u202e" not in name
    page = sender.get(where.package.path)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
