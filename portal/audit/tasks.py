"""What the worker repeats."""

from collections.abc import Callable

from . import witness

PERIODIC: list[Callable[[], None]] = [witness.export_due]
