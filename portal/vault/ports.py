"""Where the floors above plug in. The vault knows nobody: they register themselves in ``AppConfig.ready``.

Every listener runs inside the transaction of the act it listens to: if it raises, the act did not happen.
"""

from collections.abc import Callable

from .models import StoredFile

ScannedListener = Callable[[StoredFile], None]
SweptListener = Callable[[list[StoredFile]], None]
Rewrapper = Callable[[], int]
RotatedListener = Callable[[int], None]

scanned_listeners: list[ScannedListener] = []
swept_listeners: list[SweptListener] = []
rewrappers: list[Rewrapper] = []
rotated_listeners: list[RotatedListener] = []


def on_scanned(listener: ScannedListener) -> ScannedListener:
    """Call ``listener(file)`` when the result of a scan is stored."""
    if listener not in scanned_listeners:
        scanned_listeners.append(listener)
    return listener


def on_swept(listener: SweptListener) -> SweptListener:
    """Call ``listener(files)`` when abandoned uploads were swept up; for the audit row."""
    if listener not in swept_listeners:
        swept_listeners.append(listener)
    return listener


def on_rotate(rewrapper: Rewrapper) -> Rewrapper:
    """Call ``rewrapper()`` in a rotation: wraps its own keys anew (``crypto.rewrap_subject_key``), counts them."""
    if rewrapper not in rewrappers:
        rewrappers.append(rewrapper)
    return rewrapper


def on_rotated(listener: RotatedListener) -> RotatedListener:
    """Call ``listener(count)`` after a rotation of ``count`` keys; for the audit row."""
    if listener not in rotated_listeners:
        rotated_listeners.append(listener)
    return listener
