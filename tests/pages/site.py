"""A small site in a few languages, made in a moment: for tests that need pages and not the content of the real one."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from wagtail.models import Locale, Page, Site

from pages.models import ArticlePage, BasePage, HomePage, TopicPage


def locale(language: str) -> Locale:
    """The locale, made if need be."""
    return Locale.objects.get_or_create(language_code=language)[0]


def make_site(languages: Sequence[str] = ("nl", "en", "ar")) -> HomePage:
    """A home page in each language and the site that begins at the Dutch one.

    Returns:
        The Dutch home page.
    """
    root = Page.get_first_root_node()
    root.get_children().delete()
    root = Page.get_first_root_node()
    home = None
    for language in languages:
        page = HomePage(
            title=f"Begin {language}", summary="Wat u hier vindt.", slug=f"home-{language}", locale=locale(language)
        )
        if home is not None:
            page.translation_key = home.translation_key
        root.add_child(instance=page)
        page.save_revision().publish()
        home = home or page
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home, "hostname": "127.0.0.1", "port": 8000, "site_name": settings.WAGTAIL_SITE_NAME},
    )
    Site.clear_site_root_paths_cache()
    assert home is not None
    return home


def add(parent: Page, kind: type[BasePage], *, publish: bool = True, **fields: Any) -> Any:
    """A page below another, in the language of its parent, with ``body`` as ``[(type, value), …]``."""
    fields.setdefault("summary", "Een korte zin.")
    fields.setdefault("title", "Een pagina")
    fields.setdefault("slug", str(fields["title"]).lower().replace(" ", "-"))
    page = kind(locale=parent.locale, live=False, **fields)
    parent.add_child(instance=page)
    revision = page.save_revision()
    if publish:
        revision.publish()
    return kind.objects.get(pk=page.pk)


def topic(home: HomePage, *, title: str = "Gezondheid", slug: str = "gezondheid", **fields: Any) -> TopicPage:
    """A topic below the home page."""
    return add(home, TopicPage, title=title, slug=slug, **fields)  # type: ignore[no-any-return]


def article(parent: Page, *, title: str = "Een huisarts zoeken", slug: str = "huisarts", **fields: Any) -> ArticlePage:
    """An article below a topic; below a home page a topic is made first."""
    if isinstance(parent, HomePage):
        parent = TopicPage.objects.child_of(parent).first() or topic(parent)
    return add(parent, ArticlePage, title=title, slug=slug, **fields)  # type: ignore[no-any-return]


def translate(page: BasePage, language: str, *, publish: bool = True, **fields: Any) -> Any:
    """A translation at the same place in the other language's tree; parents that are missing come as drafts.

    It counts as made from the Dutch text as that is now.
    """
    from pages.staleness import segments_of

    copy = page.copy_for_translation(locale(language), copy_parents=True)
    copy = type(page).objects.get(pk=copy.pk)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.draft_title = copy.title
    copy.slug = page.slug
    copy.source_segments = segments_of(type(page).objects.get(pk=page.pk))
    copy.save()
    revision = copy.save_revision()
    if publish:
        revision.publish()
    return type(page).objects.get(pk=copy.pk)
