"""Who acts, as the audit log writes it down: identifiers only, never names or addresses of people."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Who:
    """The acting party of NEN 7513: who, in which role, for which organisation, on whose behalf, from where.

    All ids are public ids (UUID as text). ``kind`` is ``user``, ``person``, ``system`` or ``anonymous``. ``session`` is
    a truncated hash of the session key, ``address`` the network address, ``on_behalf_of`` the person that an assisted
    session speaks for.
    """

    kind: str
    user_id: str = ""
    role: str = ""
    organisation_id: str = ""
    team_id: str = ""
    on_behalf_of: str = ""
    session: str = ""
    address: str = ""
    request_id: str = ""


SYSTEM = Who(kind="system")
ANONYMOUS = Who(kind="anonymous")
