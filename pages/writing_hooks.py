"""Writing plainly and reading aloud, in the Wagtail admin."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from pages import writing
from pages.models import BasePage
from pages.views import plain_language, sound


@hooks.register("register_admin_urls")
def writing_urls() -> list[Any]:
    """Views of our own below ``/cms/``."""
    return [
        path("leesniveau/", plain_language.reading_level, name="pages_reading_level"),
        path("voorlezen/<int:page_id>/", sound.recording, name="pages_recording"),
    ]


@hooks.register("register_page_header_buttons")
def to_recording(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a page that readers see to its recording."""
    if page.live and isinstance(page.specific, BasePage):
        yield Button(_("Voorlezen"), reverse("pages_recording", args=[page.pk]), icon_name="media", priority=30)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def log_reason(request: HttpRequest, page: Page) -> None:
    """Why a hard text went online."""
    specific = page.specific
    if isinstance(specific, BasePage):
        writing.log_reason(request=request, page=specific)


@hooks.register("before_bulk_action", order=10)
def hard_texts_one_by_one(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> Any:
    """A list has no field for a reason: a hard text is published from its own page, after others have said who may."""
    if action_type != "publish":
        return None
    pages = [page for page in objects if isinstance(page, Page)]
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        pages += [draft for page in objects for draft in page.get_descendants().not_live()]
    hard = writing.hard_among(pages)
    if not hard:
        return None
    text = _("Deze teksten zijn moeilijk: %(titles)s. Open ze één voor één en schrijf waarom u ze publiceert.")
    messages.error(request, text % {"titles": ", ".join(hard)})
    return redirect(action.next_url)


class PlainLanguageItem(ContentCheckerItem):
    """Wagtail's content checks, and ours: the preview of a text that reads too hard carries a mark."""

    axe_run_only = [*ContentCheckerItem.axe_run_only, "plain-language"]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {
            "id": "plain-language",
            "impact": "moderate",
            "selector": "[data-plain-language]",
            "tags": ["best-practice"],
            "any": ["plain-language-within-limit"],
            "enabled": True,
        },
    ]
    axe_custom_checks = [
        *ContentCheckerItem.axe_custom_checks,
        {
            "id": "plain-language-within-limit",
            "evaluate": "attr-non-space-content-evaluate",
            "options": {"attribute": "data-within-limit"},
        },
    ]
    axe_messages = {
        **ContentCheckerItem.axe_messages,
        "plain-language": {
            "error_name": _("Deze tekst is moeilijk"),
            "help_text": _("Onder aan de tekst staat welke zinnen lang zijn en welke woorden moeilijk zijn."),
        },
    }


@hooks.register("construct_wagtail_userbar")
def check_plain_language(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """Our check in the place of Wagtail's, in the editor as in its bar on the page."""
    items[:] = [
        PlainLanguageItem(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]


@hooks.register("register_log_actions")
def what_is_said_of_texts(actions: Any) -> None:
    """In a page's history."""
    actions.register_action("pages.recording", _("Opname veranderd"), _("Veranderde de opname van deze tekst"))

    @actions.register_action(writing.ACTION)
    class HardTextFormatter(LogFormatter):
        label = _("Moeilijke tekst gepubliceerd")

        def format_message(self, log_entry: Any) -> str:
            return (
                gettext("Publiceerde een moeilijke tekst (%(measure)s %(score)s). Reden: %(reason)s") % log_entry.data
            )
