"""Every route that exists, for whoever must look at all of them: the system check, the access page, the tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OWN_MODULES = ("portal", "consent", "dossiers", "pages")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route, with the names that ``ResolverMatch`` gives it."""

    view_name: str
    route: str
    callback: Callable[..., Any]
    pattern: URLPattern
    converters: dict[str, Any] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether a view of this project answers, not one of a library."""
        view = getattr(self.callback, "view_class", self.callback)
        return getattr(view, "__module__", "").split(".")[0] in OWN_MODULES


def all_routes() -> list[Route]:
    """The routes of the URL configuration, in its order."""
    return list(_walk(get_resolver().url_patterns, route="", namespaces=(), converters={}))


def _walk(
    patterns: list[URLPattern | URLResolver], *, route: str, namespaces: tuple[str, ...], converters: dict[str, Any]
) -> Iterator[Route]:
    for entry in patterns:
        joined = _join(route, str(entry.pattern))
        known = {**converters, **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, route=joined, namespaces=inner, converters=known)
        else:
            name = entry.name or entry.lookup_str
            yield Route(
                view_name=":".join((*namespaces, name)),
                route=joined,
                callback=entry.callback,
                pattern=entry,
                converters=known,
            )


def _join(outer: str, inner: str) -> str:
    # As URLResolver._join_route: the start of an inner regular expression is not the start of the whole.
    return outer + inner.removeprefix("^") if outer else inner
