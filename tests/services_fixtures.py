"""Fixtures over the real services: a scanner and a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.launch.scanner import Clamd
from tests.services import CHROMIUM_ARGUMENTS, chromium_path, start_clamd


@pytest.fixture(scope="session")
def clamd_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A clamd for the whole run; it knows one signature, EICAR."""
    scanner = start_clamd(tmp_path_factory.mktemp("clamd"))
    yield scanner
    scanner.stop()


@pytest.fixture
def clamd(clamd_process: Clamd, settings: Any) -> Clamd:
    """A running scanner to which ``CLAMD_URL`` points in this test."""
    settings.CLAMD_URL = clamd_process.url
    return clamd_process


@pytest.fixture
def no_clamd(settings: Any, tmp_path: Path) -> None:
    """``CLAMD_URL`` points at a socket that nobody listens on."""
    settings.CLAMD_URL = f"unix://{tmp_path / 'absent.sock'}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One headless Chromium for the whole run (``playwright.sync_api.Browser``)."""
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """``new_page(**options)`` opens a page in a browser context of its own: its own cookies, size and language.

    A script error or a refusal by the content security policy on any of these pages fails the test.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def watch_console(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(**options: Any) -> Any:
        context = chromium.new_context(**{"locale": "nl-NL", "viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", watch_console)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One browser page, Dutch, 1280 pixels wide."""
    return new_page()
