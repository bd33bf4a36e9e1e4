"""What the vault raises, named after what happened. The caller turns it into a message and an audit row."""

from .enums import RefusalCode


class VaultError(Exception):
    """Anything that kept the vault from doing what was asked."""


class FileRefused(VaultError):
    """The file is not taken, and nothing of it is left. ``code`` says why."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code


class Unreadable(VaultError):
    """The bytes are missing, or were changed after they were stored, or belong elsewhere."""


class Shredded(VaultError):
    """The keys are gone, and with them the content, for ever."""


class NotStored(VaultError):
    """The file is not (or not any more) in the state ``stored``."""
