"""What every test shares: noise where there is a fault, real services, a clean way between the databases."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.template_variables import UndefinedVariable

pytest_plugins = ["tests.services_fixtures", "tests.shared"]

# How fast a noisy machine is says nothing about the product.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How far the walk over all that can happen to a consent goes."""
    parser.addoption("--consent-steps", type=int, default=10_000, help="steps of tests/consent/test_machine.py")


def pytest_configure(config: pytest.Config) -> None:
    """Undefined variables in our own templates fail; emptying tables may pass the triggers of append-only ones."""
    django_settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()

    def teardown(case: TransactionTestCase) -> None:
        from tests.emptying import empty_tables

        empty_tables()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What the imports made stays to the end, so the collector need not go through it time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Markers that follow from a test itself.

    Everything under ``tests/browser`` is ``browser``. What uses no database is ``sqlite``: it runs once and not on each
    database; but the tests of the vault start processes that may use one.
    What needs the whole site is ``slow``.
    """
    for item in items:
        path = item.path.as_posix()
        if "loaded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
        if "/tests/browser/" in path:
            item.add_marker(pytest.mark.browser)
        elif not (
            "/tests/vault/" in path
            or item.get_closest_marker("django_db")
            or item.get_closest_marker("postgresql")
            or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        ):
            item.add_marker(pytest.mark.sqlite)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test has its own vault, media and witness folders, so that none sees what another left behind."""
    var = tmp_path_factory.mktemp("var")
    settings.VAR_DIR = var
    settings.STORAGE_URL = f"file://{var / 'vault'}"
    settings.MEDIA_ROOT = str(var / "media")
    settings.AUDIT_WITNESS_DIR = var / "witness"
    settings.EMAIL_FILE_PATH = str(var / "mail")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits and route tables that one test counted up do not reach the next."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """``sign_in(client, user, *, second_factor=True, factor_age=0, team=None)``: see ``tests.signing_in``."""
    from tests.signing_in import sign_in as implementation

    return implementation


def pytest_report_header(config: pytest.Config) -> str:
    """Say which database this run is about."""
    engine = django_settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"database: {engine}, CI: {os.environ.get('CI', 'no')}"
