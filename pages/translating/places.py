"""A place in the tree of a language for a translation whose parents are not translated."""

from wagtail.models import Locale, Page

from pages.editors import grant_editing
from pages.models import BasePage


def make_room(source: BasePage, locale: Locale) -> Page:
    """The page below which the translation of ``source`` comes; what is missing above it is made.

    Such a place is never live and has no version of its own: readers get the parent in another language, and an editor
    sees that it is missing. wagtail-localize itself would put a live copy of the Dutch text there.
    """
    above = source.get_parent().specific
    if above.is_root():
        return above
    found = Page.objects.filter(translation_key=above.translation_key, locale=locale).first()
    if found is not None:
        return found
    room = make_room(above, locale)
    slug = f"{above.slug.removesuffix('-nl')}-{locale.language_code}" if room.is_root() else above.slug
    place = type(above)(
        title=above.title,
        draft_title=above.title,
        summary=above.summary,
        slug=slug,
        locale=locale,
        translation_key=above.translation_key,
        live=False,
        show_in_menus=above.show_in_menus,
        audience=above.audience,
        owner_organisation=above.owner_organisation,
        **{name: getattr(above, name) for name in above.content_facts},
    )
    room.add_child(instance=place)
    if room.is_root():
        grant_editing()  # a tree of a new language: its translators reach it from now on
    return place


def is_place_only(page: BasePage) -> bool:
    """Whether a page only holds a place in the tree, or the Dutch text: nobody ever wrote anything there."""
    return page.alias_of_id is not None or (not page.live and page.latest_revision_id is None)
