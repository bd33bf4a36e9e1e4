"""The panel that tells an editor, while typing, how hard the text reads."""

from typing import Any

from django.forms import Media
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.admin.staticfiles import versioned_static

from pages import plain_language
from pages.page_forms import BasePageForm
from pages.queries import page_kinds


class ReadingLevelPanel(Panel):
    """Score, level and the hard sentences; of a Dutch text only, because the measure is Dutch."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "pages/admin/reading_level.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and is_dutch(self.instance))

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            measured = plain_language.measure(plain_language.text_of(self.instance))
            limit = plain_language.limit_for(self.instance.audience)
            return {**context, "measured": measured, "too_hard": measured.is_too_hard(limit), "limit": limit}

        @property
        def media(self) -> Media:
            script, style = "pages/cms/reading_level.js", "pages/cms/writing.css"
            return super().media + Media(js=[versioned_static(script)], css={"all": [versioned_static(style)]})


class ReasonPanel(FieldPanel):
    """The field for the reason, beside a Dutch text only."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(super().is_shown() and is_dutch(self.instance))


def is_dutch(page: Any) -> bool:
    """Whether a page, maybe one that is being made, is a Dutch text."""
    return page.locale_id is None or bool(page.is_source)


def install() -> None:
    """Put the panel and its form at every kind of page. Called once, when the apps are ready.

    Not written into each kind: the form has to know the kinds, and a kind that forgets it would ask for no reason.
    """
    for kind in page_kinds():
        kind.base_form_class = BasePageForm
        panel = MultiFieldPanel([ReadingLevelPanel(), ReasonPanel("publish_reason")], heading=_("Leesniveau"))
        kind.content_panels = [*kind.content_panels, panel]
