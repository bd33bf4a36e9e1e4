"""The whole site from its files, loaded once for all tests that ask for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from pages.loading import Report, load


class WholeSite:
    """The site while its transaction is open: over the tests of all modules that follow one another and ask for it."""

    def __init__(self) -> None:
        self.report: Report | None = None
        self.is_needed_next = False
        self._atomic: Any = None

    def open(self) -> Report:
        if self.report is None:
            self._atomic = transaction.atomic()
            self._atomic.__enter__()
            self.report = load()
        return self.report

    def close(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)
        self.report = None


WHOLE = WholeSite()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests on the whole site follow one another."""
    first = next((place for place, item in enumerate(items) if _is_on_the_whole_site(item)), None)
    if first is not None:
        rest = items[first:]
        items[first:] = [item for item in rest if _is_on_the_whole_site(item)] + [
            item for item in rest if not _is_on_the_whole_site(item)
        ]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Tell the fixture below whether the next test goes on with the site."""
    WHOLE.is_needed_next = nextitem is not None and _is_on_the_whole_site(nextitem)


def _is_on_the_whole_site(item: pytest.Item) -> bool:
    return "loaded" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Report]:
    """All pages in all languages. Each test's own transaction lies inside this one, and undoes what it changed."""
    with django_db_blocker.unblock():
        report = WHOLE.open()
    yield report
    if not WHOLE.is_needed_next:
        with django_db_blocker.unblock():
            WHOLE.close()


@pytest.fixture
def site(loaded: Report, db: None) -> Report:
    """The whole site, and the database."""
    return loaded
