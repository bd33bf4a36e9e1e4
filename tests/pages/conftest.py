"""The whole site from its files, loaded once for all tests of a module that ask for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from pages.loading import Report, load


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Report]:
    """All pages in all languages. Each test's own transaction lies inside this one, and undoes what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def site(loaded: Report, db: None) -> Report:
    """The whole site, and the database."""
    return loaded
