"""Where the site hooks into the Wagtail admin and its rich text."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from pages.links import PageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def links_by_language(features: Any) -> None:
    """Links between pages follow the reader's language, and cost one query a page."""
    features.register_link_type(PageLinkHandler)


@hooks.register("register_log_actions")
def what_is_said_of_translations(actions: Any) -> None:
    """In a page's history: who said that a translation follows the Dutch text, or read it through."""
    actions.register_action(
        "pages.translation_current", _("Vertaling bijgewerkt"), _("Zei dat de vertaling klopt met het Nederlands")
    )
    actions.register_action("pages.translation_checked", _("Vertaling nagekeken"), _("Keek de vertaling na"))
