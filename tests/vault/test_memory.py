"""100 MB through a real web server: nothing is ever held whole."""

from pathlib import Path

from tests.vault.server.running import VaultServer
from tests.vault.server.sending import fetch, pdf_pieces, send
from tests.vault.test_kill import NEW_CONTAINER, shell

SIZE = 100 * 1024 * 1024
BOUND = 64 * 1024 * 1024


def test_memory_grows_by_less_than_64_mb(tmp_path: Path) -> None:
    server = VaultServer(tmp_path)
    container = shell(server, NEW_CONTAINER)
    with server:
        send(server.port, f"/upload/{container}/", [("klein.pdf", 900, lambda: pdf_pieces(900))])
        before = server.peak_memory()
        answer = send(server.port, f"/upload/{container}/", [("groot.pdf", SIZE, lambda: pdf_pieces(SIZE))])
        after_upload = server.peak_memory()
        [file] = answer["files"]
        assert fetch(server.port, f"/download/{file['id']}/") == (SIZE, file["sha256"])
        after_download = server.peak_memory()
    assert after_upload - before < BOUND
    assert after_download - before < BOUND
