"""A log with some acts in it, written the way the product writes it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.models import Entry
from portal.audit.services import record

NURSE = Who(kind="user", user_id="5b6f2f0e-7a43-4b1e-9a86-1f2f0a0c1d11", role="sender", address="192.0.2.7")


def act(**changes: Any) -> Entry:
    """Record one act in a transaction of its own."""
    values: dict[str, Any] = {"event": Event.PACKAGE_READ, "action": Action.READ, "who": NURSE, "subject": "person-1"}
    with transaction.atomic():
        return record(**{**values, **changes})


@pytest.fixture
def log(transactional_db: None) -> Callable[[int], list[Entry]]:
    """``log(n)``: n committed acts, seen by the witness."""
    return lambda count: [act(object_id=f"package-{number}", details={"number": number}) for number in range(count)]
