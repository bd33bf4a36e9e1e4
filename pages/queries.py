"""Which pages a reader may see, and the few queries that a page view is made of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Page, PageViewRestriction, Site

from pages.families import Member, address_of, best, chain, direction, members

Kind = TypeVar("Kind", bound=Page)

# What the home page opens beside the road and the topics, and the pictogram on each door.
DOORS = {
    "MunicipalitiesPage": "place",
    "DirectoryPage": "people",
    "InitiativesPage": "talk",
    "EventsPage": "calendar",
    "OpportunitiesPage": "star",
    "ProvidersPage": "school",
    "GlossaryPage": "book",
}
# Of these, the lists that can be narrowed to one municipality (pages.forms.NarrowForm).
NARROWED = ("DirectoryPage", "InitiativesPage", "EventsPage", "OpportunitiesPage")


def page_kinds() -> list[type[Any]]:
    """Every kind of page that this app defines."""
    base = apps.get_model("pages", "HomePage").__mro__[1]
    return [kind for kind in apps.get_app_config("pages").get_models() if issubclass(kind, base)]


def _private_types() -> list[int]:
    kinds = [kind for kind in page_kinds() if kind.is_private]
    return [found.pk for found in ContentType.objects.get_for_models(*kinds).values()] if kinds else []


def public_pages(kind: type[Kind] = Page) -> QuerySet[Kind]:
    """What any reader without an account may see: live, of no private kind, below no restriction.

    Search, feeds, the site map, lists and statistics start here. It is one query, whatever the number of restrictions.
    """
    return unrestricted_pages(kind).exclude(content_type_id__in=_private_types())


def unrestricted_pages(kind: type[Kind] = Page) -> QuerySet[Kind]:
    """Live and below no restriction, private kinds included: for whoever may read those.

    Pages without a kind are no pages of the site: the root of the tree, and what Wagtail itself puts there.
    """
    bare = ContentType.objects.get_for_model(Page)
    return kind.objects.live().exclude(content_type=bare).exclude(_shut())


def _shut() -> Exists:
    """Whether a page is below a restriction, or has one itself."""
    asked = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    return Exists(PageViewRestriction.objects.annotate(asked=asked).filter(asked__startswith=F("page__path")))


@dataclass(frozen=True, kw_only=True)
class Place:
    """What stands at an address: the pages with this path, one a language, of which one may be for the reader.

    Each has ``shut``: whether it is below a restriction. ``moved`` are pages of the same families in the reader's own
    language that have another path.
    """

    found: Sequence[Any]
    moved: Sequence[Any] = ()

    def in_language(self, language: str) -> Any | None:
        """The page of exactly this language."""
        return next((page for page in self.found if page.locale.language_code == language), None)

    def elsewhere(self, page: Page) -> Any | None:
        """The same page in the reader's language, at another address; not one that is shut."""
        family = (one for one in self.moved if one.translation_key == page.translation_key and not one.shut)
        return next(family, None)


def at(path: str, reader: str = "") -> Place:
    """The live pages of all languages that have this path below their home page.

    Args:
        path: the slugs below the home page, as the address has them.
        reader: also find where the same page is in this language, if it is at another address.
    """
    return at_each([path], reader)[0]


def at_each(paths: Sequence[str], reader: str = "") -> list[Place]:
    """:func:`at` for several paths, in one query in all."""
    roots = home_paths()
    tails = ["".join(f"{part}/" for part in path.split("/") if part) for path in paths]
    wanted = Q(url_path__in=[root + tail for root in roots for tail in tails])
    if reader:
        keys = Page.objects.live().filter(wanted).values("translation_key")
        wanted |= Q(translation_key__in=keys, locale__language_code=reader)
    rows = list(Page.objects.live().filter(wanted).annotate(shut=_shut()).select_related("locale", "content_type"))
    places = []
    for tail in tails:
        here = {root + tail for root in roots}
        found = [row for row in rows if row.url_path in here]
        keys_here = {row.translation_key for row in found}
        moved = [row for row in rows if row.translation_key in keys_here and row.url_path not in here]
        places.append(Place(found=found, moved=[row for row in moved if row.locale.language_code == reader]))
    return places


def home_paths() -> list[str]:
    """The ``url_path`` of the home page of every language; kept by Wagtail's cache until a page or site moves."""
    return [root.root_path for root in Site.get_site_root_paths()]


def restrictions_of(page: Page) -> list[PageViewRestriction]:
    """The restrictions on a page and on all above it, in one query."""
    above = [page.path[:length] for length in range(page.steplen, len(page.path) + 1, page.steplen)]
    return list(PageViewRestriction.objects.filter(page__path__in=above).select_related("page"))


def family_of(page: Page) -> list[Member]:
    """The live pages that are translations of each other, the page itself included; no others that are shut."""
    shown = (Q(live=True) & ~Q(_shut())) | Q(pk=page.pk)
    found = members(Page.objects.filter(shown, translation_key=page.translation_key))
    return sorted(found, key=lambda one: one.path)


def surroundings(page: Page, reader: str) -> tuple[list[Member], list[Member]]:
    """The line from the home page down to above the page, and what stands directly below the home page.

    One query: each row is there in the languages that the reader might get, and the best is chosen here. A parent that
    is not translated has a stand-in: its child is never cut off.
    """
    above = [page.path[:length] for length in range(page.steplen * 2, len(page.path), page.steplen)]
    keys = Page.objects.filter(path__in=above).values("translation_key")
    shown = Q(show_in_menus=True) | Q(content_type_id__in=list(types_around()))
    public: QuerySet[Page] = public_pages().filter(depth=3)
    # Whoever reads a page that is shut may know what it is below; other translations of that are no more open for it.
    line = Q(translation_key__in=keys) & (Q(path__in=above) | ~Q(_shut()))
    wanted = line | (Q(pk__in=public.values("pk")) & shown)
    rows = members(Page.objects.live().filter(wanted, locale__language_code__in=chain(reader)))
    depth_of_home = 2
    by_key: dict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        by_key[row.translation_key].append(row)
    chosen = in_source_order(by_key.values(), reader)
    lined = {row.translation_key for row in rows if row.path in above}
    crumbs = [one for one in chosen if one.translation_key in lined]
    top = [one for one in chosen if one.depth == depth_of_home + 1]
    return sorted(crumbs, key=lambda one: one.depth), top


def types_around() -> dict[int, str]:
    """Kinds that stand around every page (foot, need, doors of the home page), by the key of their content type."""
    kinds = [apps.get_model("pages", name) for name in ("InfoPage", "EmergencyPage", *DOORS)]
    found = ContentType.objects.get_for_models(*kinds)
    return {found[kind].pk: kind.__name__ for kind in kinds}


def in_source_order(families: Iterable[Sequence[Member]], reader: str) -> list[Member]:
    """The best of each family, in the order of the Dutch tree."""
    source = chain(reader)[-1]

    def place(family: Sequence[Member]) -> str:
        return min(family, key=lambda one: (one.language != source, one.path)).path

    ordered = sorted((family for family in families if family), key=place)
    return [one for one in (best(family, reader) for family in ordered) if one is not None]


def children_for(
    family: Iterable[Member],
    reader: str,
    kind: type[Kind],
    *,
    among: QuerySet[Kind] | None = None,
    streams: bool = False,
) -> list[Kind]:
    """The pages of a kind below any member of a family, each in the best language for the reader; one query.

    A child is in the list when it exists in Dutch or in the reader's language, whether or not its parent does.
    Each has ``address`` (for this reader), ``language`` and ``dir`` set for the template; stream fields are not loaded.

    Args:
        among: choose from these instead of from what everybody may see.
        streams: load the stream fields too.
    """
    order = chain(reader)
    parents = [one for one in family if one.language in order]
    below = Q(pk__in=[])
    for parent in parents:
        below |= Q(path__startswith=parent.path, depth=parent.depth + 1)
    found: Any = (public_pages(kind) if among is None else among).filter(below, locale__language_code__in=order)
    by_key: dict[UUID, list[Kind]] = defaultdict(list)
    found = found.select_related("locale")
    for child in found if streams else found.defer_streamfields():
        by_key[child.translation_key].append(child)
    source = order[-1]
    families = sorted(
        by_key.values(), key=lambda rows: min(rows, key=lambda one: (one.language != source, one.path)).path
    )
    chosen = [one for one in (best(rows, reader) for rows in families) if one is not None]
    for child in chosen:
        child.address = address_of(child.url_path, reader)
        child.dir = direction(child.language)
    return chosen


def related_to(page: Page, family: Iterable[Member], reader: str) -> list[Member]:
    """What the editors of the Dutch page say belongs to it, in the best language for the reader; one query."""
    through = type(page).related_pages.through
    source = next((one.pk for one in family if one.language == chain(reader)[-1]), page.pk)
    owner = through._meta.get_field(type(page)._meta.model_name).attname
    keys = Page.objects.filter(
        pk__in=through.objects.filter(**{owner: source}).values("page_id"),
    ).values("translation_key")
    rows = members(public_pages().filter(translation_key__in=keys, locale__language_code__in=chain(reader)))
    by_key: dict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        by_key[row.translation_key].append(row)
    return in_source_order(by_key.values(), reader)
