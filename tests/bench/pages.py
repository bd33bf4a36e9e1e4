"""``make bench-pages``: a topic page under load beside a bare Django view, the weight of a first visit, publishing.

Two real gunicorns of the demo's shape on the loopback, with the demo's settings on a scratch database. The page and the
view take turns, so that what else the machine does hits both. A list of milliseconds is from the side of the visitor.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from portal.launch.demo import gunicorn_arguments
from tests.bench.loading import VISITORS, Taken, ask, load, running
from tests.vault.server.running import PROJECT, free_port

TURNS = 5
REQUESTS = 120
BOUND_BYTES = 60 * 1024
LANGUAGES = ("nl", "ar")
ICONS = frozenset({"icon", "apple-touch-icon", "manifest", "stylesheet", "preload", "modulepreload"})
IN_STYLE = re.compile(rb"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
TOPIC = "from pages.models import TopicPage as T; print(T.objects.live().order_by('path').first().url_path)"


class Assets(HTMLParser):
    """What a browser fetches by itself when it shows the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and ICONS & set(given.get("rel", "").split()):
            self.found[given["href"]] = None
        elif tag in {"script", "img", "source", "video", "audio", "iframe", "embed"} and given.get("src"):
            self.found[given["src"]] = None


def first_visit(port: int, path: str) -> dict[str, int]:
    """Address and bytes over the line (bodies, compressed) of the page and of all that it makes a browser fetch."""
    body, _headers = ask(port, path)
    sizes = {path: len(body)}
    waiting = [urljoin(path, found) for found in Assets(_text(port, path)).found]
    while waiting:
        address = waiting.pop()
        if address in sizes or address.startswith("data:"):
            continue
        if "://" in address:
            raise RuntimeError(f"{path} fetches from elsewhere: {address}")
        body, headers = ask(port, address)
        sizes[address] = len(body)
        if headers.get_content_type() == "text/css":
            waiting += [urljoin(address, found) for found in _in_style(port, address)]
    return sizes


def _text(port: int, path: str) -> str:
    return plain(port, path).decode()


def _in_style(port: int, address: str) -> Iterator[str]:
    for first, second in IN_STYLE.findall(plain(port, address)):
        yield (first or second).decode()


def plain(port: int, path: str) -> bytes:
    """The body without compression."""
    return ask(port, path, encodings="identity")[0]


def scratch(folder: Path) -> dict[str, str]:
    """The environment of an installation of its own, as the demo has it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "STORAGE_", "MEDIA_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "LOG_LEVEL": "ERROR",
    }


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What a management command prints."""
    command = [sys.executable, "manage.py", *arguments]
    answer = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return answer.stdout


def gunicorn(port: int, application: str) -> list[str]:
    """The demo's own arguments, for another application."""
    arguments = gunicorn_arguments("127.0.0.1", str(port))
    return [sys.executable, *(application if one == "portal.wsgi:application" else one for one in arguments)]


def serving(folder: Path, environment: dict[str, str]) -> None:
    """The topic page beside the bare view, and what a first visit weighs."""
    topic = manage(environment, "shell", "--no-imports", "-c", TOPIC).strip().split("/", 2)[2]
    port, bare_port = free_port(), free_port()
    for_site = {**environment, "BASE_URL": f"http://127.0.0.1:{port}"}
    with running(gunicorn(port, "portal.wsgi:application"), port, f"/nl/{topic}", for_site):
        for language in LANGUAGES:
            path = f"/{language}/{topic}"
            body = folder / "body.gz"
            body.write_bytes(ask(port, path)[0])
            for_bare = {**environment, "BARE_BODY": str(body)}
            with running(gunicorn(bare_port, "tests.bench.bare:application"), bare_port, "/", for_bare):
                page, bare = Taken(), Taken()
                load(port, path, requests=REQUESTS)
                load(bare_port, "/", requests=REQUESTS)
                for _ in range(TURNS):
                    page.add(load(port, path, requests=REQUESTS))
                    bare.add(load(bare_port, "/", requests=REQUESTS))
            say(path, page)
            say("  a bare Django view of the same size", bare)
            print(f"  ratio: {bare.per_second / page.per_second:.1f} times the work of the bare view")
            sizes = first_visit(port, path)
            total = sum(sizes.values())
            print(f"  first visit: {total} bytes compressed ({total / 1024:.1f} KB) in {len(sizes)} requests")
            for address, size in sorted(sizes.items(), key=lambda item: -item[1]):
                print(f"    {size:7d} {address}")
            if total > BOUND_BYTES:
                print(f"  MISSED: at most {BOUND_BYTES} bytes")


def say(name: str, taken: Taken) -> None:
    """One line of figures."""
    times = ", ".join(f"p{percent} {taken.milliseconds(percent):.1f} ms" for percent in (50, 95, 99))
    print(f"{name}: {taken.per_second:.0f} requests/s, {times} ({VISITORS} visitors at once)", flush=True)


def main() -> int:
    """Prints the figures; 1 if publishing misses its bound."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        environment = scratch(folder)
        manage(environment, "migrate", "--verbosity=0", "--skip-checks")
        manage(environment, "compile_catalogues")
        manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        manage(environment, "load_pages")
        serving(folder, environment)
        sys.stdout.flush()
        return subprocess.run(
            [sys.executable, "-m", "tests.bench.publishing"], cwd=PROJECT, env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
