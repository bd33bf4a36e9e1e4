"""``kill -9`` of the web server while files come in."""

import hashlib
import http.client
import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.vault.server.running import VaultServer, manage
from tests.vault.server.sending import fetch, pdf_pieces, send

ROUNDS = 50
BLOBS = "vault"

FACTS = """
import json
from portal.vault.models import FileKey, StoredFile
from tests.vault.server.models import Attachment
rows = [dict(id=str(f.public_id), state=f.state, sha256=f.sha256, name=f.storage_name,
             key=FileKey.objects.filter(file=f).exists(), owned=Attachment.objects.filter(stored=f).exists())
        for f in StoredFile.objects.all()]
print(json.dumps(rows))
"""
NEW_CONTAINER = "from portal.vault.services import create_container; print(create_container())"
SWEEP = "from datetime import timedelta; from portal.vault.services import sweep; print(sweep(older_than=timedelta(0)))"


def shell(server: VaultServer, code: str) -> str:
    return manage(server.environment, "shell", "--no-imports", "-c", code).strip()


def blobs(server: VaultServer) -> set[str]:
    root = server.folder / BLOBS
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """What was acknowledged is there by SHA-256; what was not is invisible, and swept up."""
    moments = random.Random(20261123)
    acknowledged: dict[str, str] = {}
    cut_off = 0
    server = VaultServer(tmp_path)
    container = shell(server, NEW_CONTAINER)
    with server:
        for round_number in range(ROUNDS):
            seed = f"round {round_number}".encode()
            sizes = [moments.choice([700, 300_000, 2_000_000, 12_000_000]) for _ in range(2)]
            files = [
                (
                    f"{index}.pdf",
                    size,
                    lambda size=size, index=index, seed=seed: pdf_pieces(size, seed + bytes([48 + index])),
                )
                for index, size in enumerate(sizes)
            ]
            killer = threading.Timer(moments.uniform(0, 0.25), server.kill)
            killer.start()
            while killer.is_alive():
                try:
                    answer = send(server.port, f"/upload/{container}/", files)
                except (OSError, http.client.HTTPException, json.JSONDecodeError):
                    cut_off += 1
                    break
                for file, (_, _, pieces) in zip(answer["files"], files, strict=True):
                    sha256 = hashlib.sha256(b"".join(pieces())).hexdigest()
                    assert file["sha256"] == sha256
                    acknowledged[file["id"]] = sha256
            killer.join()
            server.kill()
            server.start()

        assert cut_off > ROUNDS // 2, "the moments were not in the middle of uploads"
        before: list[dict[str, Any]] = json.loads(shell(server, FACTS))
        unfinished = [row for row in before if row["state"] == "receiving"]
        assert unfinished, "no upload was caught half-way"
        for row in unfinished:
            with pytest.raises((RuntimeError, http.client.HTTPException)):
                fetch(server.port, f"/download/{row['id']}/")
        time.sleep(0.01)
        shell(server, SWEEP)

        rows = {row["id"]: row for row in json.loads(shell(server, FACTS))}
        for public_id, sha256 in acknowledged.items():
            assert (rows[public_id]["state"], rows[public_id]["sha256"]) == ("stored", sha256)
            assert fetch(server.port, f"/download/{public_id}/")[1] == sha256
        assert {row["state"] for row in rows.values()} <= {"stored", "swept"}
        gone = [row for row in rows.values() if row["state"] == "swept"]
        kept = [row for row in rows.values() if row["state"] == "stored"]
        assert all(row["owned"] for row in kept)
        assert not any(row["key"] for row in gone)
        assert blobs(server) == {row["name"] for row in kept}


def test_a_connection_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    server = VaultServer(tmp_path)
    container = shell(server, NEW_CONTAINER)

    class GoneError(Exception):
        pass

    def go_away(total: int) -> None:
        if total > 3_000_000:
            raise GoneError

    with server:
        with pytest.raises(GoneError):
            send(
                server.port,
                f"/upload/{container}/",
                [("heel.pdf", 900, lambda: pdf_pieces(900)), ("half.pdf", 9_000_000, lambda: pdf_pieces(9_000_000))],
                sent=go_away,
            )
        limit = time.monotonic() + 20
        while blobs(server) and time.monotonic() < limit:
            time.sleep(0.05)
        assert not blobs(server)
        states = {row["state"] for row in json.loads(shell(server, FACTS))}
        assert not states & {"stored", "receiving"}
