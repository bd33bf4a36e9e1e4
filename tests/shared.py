"""Rows that the tests of a module share: made once, in a transaction around all of its tests, instead of for each test.

``@shared`` takes the place of ``@pytest.fixture`` above a function that makes rows and needs nothing but other shared
fixtures. Each test gets the rows anew from the database, and its own transaction undoes what it does to them.

The tests of a module run in the order of what they share (by chance among those that share the same), so that a test
that does not ask for a row never sees it. That takes that the fixtures build upon one another; ``in_order`` checks it.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from copy import copy
from itertools import groupby, pairwise
from typing import Any

import pytest
from django.db import models, transaction

PREFIX = "shared_"


def shared(make: Callable[..., Any]) -> Any:
    """Declare a fixture whose rows are made once for all tests of the module.

    Args:
        make: returns a row, or a dict, list, tuple or object of rows; its parameters are other shared fixtures.
    """
    name = make.__name__
    needed = list(inspect.signature(make).parameters)

    def once(**given: Any) -> Any:
        blocker = given.pop("shared_transaction")
        with blocker.unblock():
            return make(**{each.removeprefix(PREFIX): value for each, value in given.items()})

    def anew(**given: Any) -> Any:
        return _fetched(given[PREFIX + name])

    once.__signature__ = _signature("shared_transaction", *(PREFIX + each for each in needed))  # type: ignore[attr-defined]
    anew.__signature__ = _signature(PREFIX + name, "db")  # type: ignore[attr-defined]
    anew.__doc__ = make.__doc__
    setattr(sys.modules[make.__module__], PREFIX + name, pytest.fixture(scope="module", name=PREFIX + name)(once))
    return pytest.fixture(name=name)(anew)


def _signature(*names: str) -> inspect.Signature:
    return inspect.Signature([inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names])


def _fetched(value: Any) -> Any:
    if isinstance(value, models.Model):
        return type(value)._default_manager.get(pk=value.pk)
    if isinstance(value, dict):
        return {key: _fetched(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_fetched(each) for each in value)
    if value is None or isinstance(value, str | int):
        return value
    anew = copy(value)
    vars(anew).update(_fetched(vars(value)))
    return anew


@pytest.fixture(scope="module")
def shared_transaction(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A transaction around the tests of a module, undone at its end."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
    yield django_db_blocker
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order all tests of a run."""
    in_order(items)


def in_order(items: list[pytest.Item]) -> None:
    """Sort the tests of each module by what they share.

    Raises:
        pytest.UsageError: shared fixtures of a module that do not build upon one another, or a test that commits.
    """
    ordered: list[pytest.Item] = []
    for module, group in groupby(items, key=lambda item: getattr(item, "module", None)):
        tests = sorted(group, key=lambda item: len(_shared_by(item)))
        for one, other in pairwise(tests):
            if not _shared_by(one) <= _shared_by(other):
                raise pytest.UsageError(f"{module}: {one.name} and {other.name} share what cannot be there together")
        for test in tests:
            marker = test.get_closest_marker("django_db")
            if _shared_by(test) and marker and marker.kwargs.get("transaction"):
                raise pytest.UsageError(f"{module}: {test.name} commits, so it can share nothing")
        ordered += tests
    items[:] = ordered


def _shared_by(item: pytest.Item) -> frozenset[str]:
    return frozenset(name for name in getattr(item, "fixturenames", ()) if name.startswith(PREFIX))
