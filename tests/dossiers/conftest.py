"""Handovers in any state, and a clock that can be moved."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dossiers.enums import Status
from tests.dossiers_factories import Handover, package_in


@pytest.fixture
def offered(db: None) -> Handover:
    """A handover that waits for its receiver."""
    return package_in(Status.OFFERED)


@pytest.fixture
def collected(db: None) -> Handover:
    """A handover whose files the receiver may fetch."""
    return package_in(Status.COLLECTED)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """``later(delta)``: from here on it is that much later."""
    real = timezone.now

    def move(delta: timedelta) -> None:
        def now() -> datetime:
            return real() + delta

        monkeypatch.setattr(timezone, "now", now)

    return move
