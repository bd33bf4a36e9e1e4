"""Where the site hooks into the Wagtail admin and its rich text."""

from typing import Any

from wagtail import hooks

from pages import editing_hooks, reading_hooks, writing_hooks  # noqa: F401 -- they register their own hooks
from pages.links import PageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def links_by_language(features: Any) -> None:
    """Links between pages follow the reader's language, and cost one query a page."""
    features.register_link_type(PageLinkHandler)
