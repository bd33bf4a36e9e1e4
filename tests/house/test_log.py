"""The log tells an operator what went wrong, and nobody who it was about."""

import json
import logging
import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse

from portal.request_log import RequestLogMiddleware
from portal.settings.logging import logging_config

TOKEN = "tok3n-that-nobody-may-see"
ADDRESS = "203.0.113.9"
BROWSER = "Browser of somebody"


def lines(caplog: pytest.LogCaptureFixture, *, as_json: bool = True) -> list[str]:
    """What the handler writes for the records of this test."""
    form = dict(logging_config(level="INFO", as_json=as_json)["formatters"]["line"])
    formatter = form.pop("()")(**form)
    return [formatter.format(record) for record in caplog.records]


def ask(path: str, *, status: int) -> None:
    """One request through the middleware, answered with this status."""

    def view(request: Any) -> HttpResponse:
        request.resolver_match = resolve(request.path_info)
        return HttpResponse(status=status)

    RequestLogMiddleware(view)(RequestFactory(headers={"user-agent": BROWSER}).get(path, REMOTE_ADDR=ADDRESS))


@pytest.mark.parametrize("status", [200, 302, 403, 404, 422])
def test_a_request_is_not_worth_a_line_by_default(caplog: pytest.LogCaptureFixture, status: int) -> None:
    ask(reverse("accounts:sign_in"), status=status)
    assert lines(caplog) == []


@pytest.mark.parametrize("status", [200, 404])
def test_a_request_is_logged_by_its_route(caplog: pytest.LogCaptureFixture, status: int) -> None:
    with caplog.at_level(logging.INFO, logger="django_structlog"):
        ask(reverse("accounts:enrol", args=[TOKEN]) + f"?next=/{TOKEN}", status=status)
    (line,) = lines(caplog)
    said = json.loads(line)
    assert said.keys() == {"event", "level", "logger", "timestamp", "request_id", "request", "code"}
    assert (said["event"], said["code"], said["level"]) == ("request_finished", status, "info")
    assert said["request"].startswith("GET accounts/enrol/")


def test_nothing_of_the_visitor_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        ask(reverse("accounts:enrol", args=[TOKEN]), status=500)
    text = "\n".join(lines(caplog))
    assert "request_finished" in text
    assert not [secret for secret in (TOKEN, ADDRESS, BROWSER) if secret in text]


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "route",
    [
        "accounts:enrol",
        "accounts:passkey_enrol_begin",
        "accounts:invitation",
        "accounts:reset",
        "accounts:reset_stop",
        "accounts:password_renew",
        "accounts:passkey_renew_begin",
        "my:letter",
        "my:key",
    ],
)
@pytest.mark.parametrize("before", ["", "/accounts/sign-in/?next="])
def test_a_library_that_logs_an_address_logs_no_token(
    caplog: pytest.LogCaptureFixture, route: str, before: str, as_json: bool
) -> None:
    address = reverse(route, args=[TOKEN])
    address = before + quote(address, safe="") if before else address
    logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "no cookie", address)
    (line,) = lines(caplog, as_json=as_json)
    assert f"Forbidden (no cookie): {address.partition(TOKEN)[0]}" in line
    assert TOKEN not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_no_values(caplog: pytest.LogCaptureFixture, as_json: bool) -> None:
    def fail(name: str) -> None:
        raise ZeroDivisionError

    child = "Rima"
    try:
        fail(child)
    except ZeroDivisionError:
        logging.getLogger("portal.somewhere").exception("it went wrong")
    (line,) = lines(caplog, as_json=as_json)
    assert "it went wrong" in line
    assert "in fail" in line
    assert "ZeroDivisionError" in line
    assert "Rima" not in line


def test_a_server_in_trouble_writes_its_own_lines_only() -> None:
    """A process of its own: in this one pytest has handlers on each logger."""
    code = f"""
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={{"user-agent": "{BROWSER}"}})
for path in ["/absent/{TOKEN}/", "/accounts/enrol/{TOKEN}/", "/readyz"]:
    print(client.get(path, REMOTE_ADDR="{ADDRESS}").status_code)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "sqlite:////nowhere/at-all.sqlite3"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["302", "302", "503"]
    assert "the database does not answer" in ran.stderr
    assert "code=503" in ran.stderr
    assert "code=302" not in ran.stderr
    assert not [secret for secret in (TOKEN, ADDRESS, BROWSER) if secret in ran.stderr]
