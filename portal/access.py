"""The one access table: which role reaches which route, by which method, with which proof.

Every installed app declares the rows of its own routes as ``ACCESS`` in its ``access.py``. This module collects
them through the app registry, so the ground floor imports nobody. A route that no row declares is closed to
everybody: :func:`row_for` answers ``None`` and the gate refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise


class Proof(IntEnum):
    """What a visitor must have shown, each including the ones before it."""

    NOTHING = 0
    PASSWORD = 1
    SECOND_FACTOR = 2
    RECENT_SECOND_FACTOR = 3


ANY_ROLE: frozenset[str] = frozenset({"*"})
# Everybody but a person with a dossier, who has business at few doors: whoever works somewhere, did, or will.
ANY_COLLEAGUE: frozenset[str] = frozenset({"*", "-person"})
PERSON = frozenset({"person"})
# No role: shut for all, whatever flag somebody's account carries.
NOBODY: frozenset[str] = frozenset({"nobody"})
READ = frozenset({"GET", "HEAD"})
WRITE = frozenset({"POST"})
READ_WRITE = READ | WRITE


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """One row: a route, its methods, who may come in and why.

    ``route`` is the name under which a URL reverses (``dossiers:package``). Third-party trees that have hundreds of
    routes of their own (the Wagtail admin) use ``tree`` instead: the start of the path pattern, such as ``cms/``.
    ``known`` names the routes of the tree that the row stands for: what a new version of the library brings along is
    not among them, and is closed. Only a tree that is shut for all needs no names.
    ``purpose`` is what a page that asks for a fresh second factor says it is for, in the words of its readers.
    ``roles`` holds values of ``portal.accounts.enums.Role``, or is :data:`ANY_ROLE` or :data:`ANY_COLLEAGUE`; with
    ``Proof.NOTHING`` it is unused.
    """

    why: str
    route: str = ""
    tree: str = ""
    known: frozenset[str] = frozenset()
    methods: frozenset[str] = READ
    proof: Proof = Proof.RECENT_SECOND_FACTOR
    roles: frozenset[str] = frozenset()
    purpose: Promise | str = ""

    def __post_init__(self) -> None:
        if bool(self.route) == bool(self.tree):
            raise ValueError("an access row names a route or a tree, not both and not neither")
        if self.proof is not Proof.NOTHING and not self.roles:
            raise ValueError(f"{self.route or self.tree}: a closed route names its roles")
        if self.known and not self.tree:
            raise ValueError(f"{self.route}: a row for one route knows no others")

    def stands_for(self, view_name: str) -> bool:
        """Whether the row of a tree speaks about a route in it."""
        return view_name in self.known or self.is_shut

    @property
    def is_shut(self) -> bool:
        """Whether nobody comes in by this row."""
        return self.proof is not Proof.NOTHING and self.roles == NOBODY

    def admits(self, *, proof: Proof, roles: Iterable[str]) -> bool:
        """Whether somebody with this proof and these roles comes in by this row."""
        if self.proof is Proof.NOTHING:
            return True
        if proof < self.proof:
            return False
        return self.suits(roles)

    def suits(self, roles: Iterable[str]) -> bool:
        """Whether the row is for somebody with these roles, whatever they have shown."""
        held = frozenset(roles)
        if self.roles == ANY_COLLEAGUE:
            return held != PERSON
        return self.roles == ANY_ROLE or bool(self.roles & held)


@cache
def table() -> tuple[AccessRow, ...]:
    """All rows of all installed apps, in the order of ``INSTALLED_APPS``."""
    rows: list[AccessRow] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.access"
        if name != __name__ and find_spec(name) is not None:
            rows.extend(getattr(import_module(name), "ACCESS", ()))
    return tuple(rows)


def rows_for(*, view_name: str, route: str) -> tuple[AccessRow, ...]:
    """The rows that speak about a resolved route: those that name it, else those of its longest tree that knows it.

    Args:
        view_name: ``ResolverMatch.view_name``.
        route: ``ResolverMatch.route``, the path pattern.
    """
    named = tuple(row for row in table() if row.route and row.route == view_name)
    if named:
        return named
    trees = [row for row in table() if row.tree and route.startswith(row.tree) and row.stands_for(view_name)]
    longest = max((len(row.tree) for row in trees), default=0)
    return tuple(row for row in trees if len(row.tree) == longest)


def row_for(*, view_name: str, route: str, method: str) -> AccessRow | None:
    """The row for one method of a route, or ``None`` when nothing declares it (which means: closed)."""
    for row in rows_for(view_name=view_name, route=route):
        if method in row.methods:
            return row
    return None
