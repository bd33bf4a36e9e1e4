"""``make bench-files``: 100 MB through the vault, beside a plain Django upload and ``FileResponse``, in one run.

A real gunicorn with one worker on the loopback; the median of three turns, taken in alternation.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.vault.server.running import VaultServer, manage
from tests.vault.server.sending import fetch, pdf_pieces, send

SIZE = 100 * 1024 * 1024
TURNS = 3
BOUND = 64 * 1024 * 1024
NEW_CONTAINER = "from portal.vault.services import create_container; print(create_container())"


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> int:
    """Prints the figures; 1 if memory grew by 64 MB or more."""
    with tempfile.TemporaryDirectory() as folder:
        server = VaultServer(Path(folder))
        container = manage(server.environment, "shell", "--no-imports", "-c", NEW_CONTAINER).strip()
        upload, plain_upload = f"/upload/{container}/", "/plain/upload/"
        files = [("groot.pdf", SIZE, lambda: pdf_pieces(SIZE))]
        with server:
            [small] = send(server.port, upload, [("klein.pdf", 900, lambda: pdf_pieces(900))])["files"]
            fetch(server.port, f"/download/{small['id']}/")
            before = server.peak_memory()
            [large] = send(server.port, upload, files)["files"]
            after_upload = server.peak_memory()
            download = f"/download/{large['id']}/"
            fetch(server.port, download)
            after_download = server.peak_memory()
            send(server.port, plain_upload, files)
            taken: dict[str, list[float]] = {}
            for _ in range(TURNS):
                for name, act in {
                    "upload": lambda: send(server.port, upload, files),
                    "plain upload": lambda: send(server.port, plain_upload, files),
                    "download": lambda: fetch(server.port, download),
                    "plain download": lambda: fetch(server.port, "/plain/download/"),
                }.items():
                    taken.setdefault(name, []).append(seconds(act))
    median = {name: statistics.median(times) for name, times in taken.items()}
    megabytes = SIZE / 1024 / 1024
    for name, plain in [("upload", "plain Django upload"), ("download", "FileResponse")]:
        vault, other = median[name], median[f"plain {name}"]
        print(f"{name} of 100 MB through the vault: {vault:.2f} s ({megabytes / vault:.0f} MB/s)")
        print(f"  {plain}: {other:.2f} s ({megabytes / other:.0f} MB/s); ratio {vault / other:.2f}")
    growth = after_upload - before, after_download - before
    print(f"memory grew by {growth[0] / 2**20:.1f} MB in the upload, {growth[1] / 2**20:.1f} MB with the download too")
    print("bound: 64 MB")
    return int(max(growth) >= BOUND)


if __name__ == "__main__":
    sys.exit(main())
