"""Who may read the log: pure functions, deny by default."""

from typing import Protocol

from portal.access import Proof

from .actor import Who

PRIVACY_OFFICER = "privacy_officer"


class Reader(Protocol):
    """What this app needs to know of the actor; ``portal.accounts`` has the whole of it and stands above this app."""

    @property
    def who(self) -> Who: ...

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def proof(self) -> Proof: ...


def may_read_log(reader: Reader) -> bool:
    """Whether this reader may see and verify the log.

    1. The reader is a privacy officer in the organisation acted for. Nobody else: no administrator, no superuser.
    2. The second factor was used a short time ago.
    """
    return PRIVACY_OFFICER in reader.roles and reader.proof >= Proof.RECENT_SECOND_FACTOR
