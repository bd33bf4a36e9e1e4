"""Who may read what is not for everybody."""

from collections.abc import Iterable

from portal.access import Proof
from portal.accounts.enums import Role


def may_read_private(*, proof: Proof, roles: Iterable[Role]) -> bool:
    """Whether somebody may read the pages for professionals (``is_private``).

    - The second factor was used in this session.
    - They hold a role in an organisation, and another than that of the person whom a file is about.
    """
    return proof >= Proof.SECOND_FACTOR and bool(frozenset(roles) - {Role.PERSON})
