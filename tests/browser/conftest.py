"""The whole portal as it is really run: gunicorn, worker and scanner over a demo region of its own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django_otp.oath import TOTP

from portal.launch.children import spawn, stop
from portal.launch.demo import gunicorn_arguments
from portal.launch.environment import ROOT
from tests.services import start_clamd

PERIOD_SECONDS = 30
# The virtual authenticator answers the offer under the mail field by itself, at a moment of its own choice.
WITHOUT_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"
LAST = "test_first_handover.py"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The handover that ends with the retention of ninety days later comes last: it ends every open package."""
    items.sort(key=lambda item: item.path.name == LAST)


@dataclass
class Portal:
    """A running portal, its demo accounts by mail address, and the persons with a dossier, who have none."""

    url: str
    env: dict[str, str]
    accounts: dict[str, dict[str, Any]]
    people: list[dict[str, Any]]
    var: Path
    used_steps: dict[str, int]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a management command on this portal's data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def code(self, email: str) -> str:
        """A code of the account's app that was not used before; waits for the next one if need be."""
        account = self.accounts[email]
        import base64

        key = base64.b32decode(account["totp_secret"])
        while int(time.time()) // PERIOD_SECONDS <= self.used_steps.get(email, -1):
            time.sleep(0.5)
        self.used_steps[email] = int(time.time()) // PERIOD_SECONDS
        return f"{TOTP(key).token():06}"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all browser tests; they do not share persons or packages."""
    var = tmp_path_factory.mktemp("portal")
    scanner = start_clamd(tmp_path_factory.mktemp("portal-clamd"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "VAR_DIR": str(var),
        "CLAMD_URL": scanner.url,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    accounts = var / "accounts.json"
    children: list[subprocess.Popen[bytes]] = []
    with (var / "portal.log").open("wb") as log:
        try:
            subprocess.run(
                [sys.executable, "-m", "portal.launch.prepare", "0", "3", str(accounts)],
                env=env,
                cwd=ROOT,
                check=True,
                stdout=log,
                stderr=log,
            )
            children.append(spawn([sys.executable, "manage.py", "worker"], env=env, cwd=ROOT, output=log))
            web = [sys.executable, *gunicorn_arguments("127.0.0.1", port)]
            children.append(spawn(web, env=env, cwd=ROOT, output=log))
            _wait_for(port, children)
            listed = json.loads(accounts.read_text())
            by_email = {account["email"]: account for account in listed if account["email"]}
            people = [account for account in listed if not account["email"]]
            yield Portal(url=env["BASE_URL"], env=env, accounts=by_email, people=people, var=var, used_steps={})
        finally:
            stop(children)
            scanner.stop()
            sys.stdout.write((var / "portal.log").read_text(errors="replace")[-4000:])


def _wait_for(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        assert all(child.poll() is None for child in children), "the portal did not start"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise AssertionError("the portal does not answer")


def sign_in(page: Any, portal: Portal, email: str, *, second_factor: bool = True) -> None:
    """Signs in through the pages, as a person does."""
    account = portal.accounts[email]
    page.goto(f"{portal.url}/accounts/sign-in/")
    page.fill("input[type=email], input[name=email]", account["email"])
    page.fill("input[type=password]", account["password"])
    page.click("main button[type=submit]")
    if second_factor:
        enter_code(page, portal, email)


def enter_code(page: Any, portal: Portal, email: str) -> None:
    """Fills in the code on the page that asks for it."""
    page.fill("input[autocomplete=one-time-code]", portal.code(email))
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def path_of(page: Any) -> str:
    """The path of the page that is shown."""
    return urlsplit(page.url).path


def axe_violations(page: Any) -> list[str]:
    """What axe-core finds on this page, a line each."""
    from axe_playwright_python.base import AXE_FILE_PATH

    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{row['id']}: {row['help']} {[node['html'][:160] for node in row['nodes'][:3]]}" for row in found]
