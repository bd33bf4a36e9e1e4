"""What the tests of the demo share."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command

from dossiers.demo.files import Subject
from tests.triggers import without_triggers


@pytest.fixture
def empty_database() -> Callable[[], None]:
    """``empty_database()`` takes everything out of the test database."""

    def empty() -> None:
        with without_triggers():
            call_command("flush", interactive=False, verbosity=0)

    return empty


@pytest.fixture
def subject() -> Subject:
    """A fictitious child of six."""
    return Subject(
        name="Dima Al-Qasim",
        native_name="ديما القاسم",
        v_number="V9000000990",
        birth_date=date(2020, 2, 29),
        sex="f",
        language="ar",
        centre="Zeist",
        municipality="Houten",
    )
