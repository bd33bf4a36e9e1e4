"""Editing in ten languages, in the Wagtail admin: the overview of translations, and the policy where Wagtail asks."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page

from pages.cms_gate import check_bulk
from pages.models import BasePage
from pages.narrowing import ChosenDocumentsAPI, ChosenImagesAPI, SeenPagesAPI
from pages.policy import editor_of
from pages.sight import seen_pages
from pages.translating import services
from pages.views import localize, translations


@hooks.register("register_admin_urls", order=-10)
def translating() -> list[Any]:
    """Own views, and before wagtail-localize's own the two that stand at its addresses."""
    one = "translations/<int:source_id>/<slug:language>/"
    return [
        path("localize/submit/page/<int:page_id>/", localize.SubmitPage.as_view(), name="pages_submit_translation"),
        path("localize/translate/<int:translation_id>/pofile/upload/", localize.upload_po, name="pages_upload_po"),
        path("translations/", translations.overview, name="pages_translations"),
        path(one, translations.detail, name="pages_translation"),
        path(f"{one}translate/", translations.translate, name="pages_translation_translate"),
        path(f"{one}follows/", translations.follows, name="pages_translation_follows"),
        path(f"{one}checked/", translations.checked, name="pages_translation_checked"),
        path(f"{one}ready/", translations.ready, name="pages_translation_ready"),
    ]


@hooks.register("insert_global_admin_css")
def writing_in_any_script() -> SafeString:
    """Fields of text that follow the direction of what is written in them."""
    return format_html('<link rel="stylesheet" href="{}">', static("pages/cms/writing.css"))


@hooks.register("register_admin_menu_item")
def translations_in_menu() -> MenuItem:
    """The overview."""
    return MenuItem(_("Vertalingen"), reverse("pages_translations"), icon_name="wagtail-localize-language", order=210)


@hooks.register("construct_reports_menu")
def without_their_report(request: HttpRequest, menu_items: list[Any]) -> None:
    """wagtail-localize's report is closed: the overview says more, and to each what is theirs."""
    closed = reverse("wagtail_localize:translations_report")
    menu_items[:] = [item for item in menu_items if getattr(item, "url", "") != closed]


@hooks.register("register_page_header_buttons")
def to_translation(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a translation to how it stands."""
    specific = page.specific
    if isinstance(specific, BasePage) and not specific.is_source:
        source = Page.objects.filter(translation_key=page.translation_key, locale__language_code="nl").first()
        if source is not None:
            yield Button(
                _("Stand van de vertaling"),
                reverse("pages_translation", args=[source.pk, specific.language]),
                icon_name="wagtail-localize-language",
                priority=20,
            )


@hooks.register("before_bulk_action")
def only_own_pages(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """What is ticked in a list is asked one by one.

    Raises:
        Denied: one of them is refused.
    """
    if all(isinstance(one, Page) for one in objects):
        form = action.cleaned_form
        below = bool(form is not None and form.cleaned_data.get("include_descendants"))
        check_bulk(request, action_type, objects, below=below)


@hooks.register("after_create_page")
def own_the_new_page(request: HttpRequest, page: Page) -> None:
    """A new page belongs to its writer's organisation, unless the region's editors say another."""
    editor = editor_of(request.user)
    specific = page.specific
    if not isinstance(specific, BasePage) or specific.owner_organisation_id in editor.writes | editor.publishes:
        return
    acting = request.actor.organisation_pk  # type: ignore[attr-defined]
    owner = acting if acting in editor.organisations else min(editor.organisations)
    services.write(specific, live=True, revision=True, owner_organisation=owner)


@hooks.register("construct_page_chooser_queryset")
def what_everybody_may_read(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """To link to: pages that readers see, and the own. Wagtail's groups reach the drafts of every organisation."""
    return pages.filter(seen_pages(editor_of(request.user)))


@hooks.register("construct_admin_api", order=100)
def seen_only(router: WagtailAPIRouter) -> None:
    """What the menu of pages and the translator's editor ask for, in the place of Wagtail's own, which come first."""
    router.register_endpoint("pages", SeenPagesAPI)
    router.register_endpoint("images", ChosenImagesAPI)
    router.register_endpoint("documents", ChosenDocumentsAPI)


@hooks.register("register_log_actions")
def what_is_said_of_translations(actions: Any) -> None:
    """In a page's history: who said that a translation follows the Dutch text, or read it through."""
    actions.register_action(
        "pages.translation_current", _("Vertaling bijgewerkt"), _("Zei dat de vertaling klopt met het Nederlands")
    )
    actions.register_action("pages.translation_checked", _("Vertaling nagekeken"), _("Keek de vertaling na"))
