"""Strangers cannot have the machine print without end."""

import pytest

from portal.print.slots import Busy, slot


def test_no_more_than_allowed_at_a_time(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path
    settings.PRINT_AT_ONCE = 2
    with slot(), slot(), pytest.raises(Busy), slot():
        pass
    with slot(), slot():
        pass


def test_a_place_comes_back_after_a_failure(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path
    settings.PRINT_AT_ONCE = 1
    with pytest.raises(RuntimeError), slot():
        raise RuntimeError
    with slot():
        pass
