"""How many PDFs this machine sets at a time for whoever asks: a stranger with a script must not use it all up."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class Busy(Exception):
    """All places are taken; ask again in ``seconds``."""

    seconds = 10


@contextmanager
def slot() -> Iterator[None]:
    """One of ``settings.PRINT_AT_ONCE`` places on this machine, whichever process asks.

    A lock on a file is given back by the kernel when its process dies.

    Raises:
        Busy: if none is free; it does not wait, because waiting would hold a process that serves pages.
    """
    folder = settings.VAR_DIR / "print"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(settings.PRINT_AT_ONCE):
        with (folder / f"slot-{number}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Busy
