"""Every address of the Wagtail admin that names a page asks :mod:`pages.policy`, before Wagtail does.

Wagtail's permissions are groups on trees: they cannot say "the pages of this organisation", some of its views ask
nothing at all, and a new version may bring a view that nobody here has looked at. So the pages are read from the
address itself: a route that this module does not know is treated as editing the page.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from pages.models import BasePage
from pages.policy import Editor, editor_of, may_create, may_edit, may_publish, may_publish_unowned
from pages.translating.services import refuse
from portal.accounts.policy import Decision, Denied, deny
from portal.audit.enums import Event

View = Callable[..., HttpResponse]
PAGE_ARGUMENTS = ("page_id", "page_pk", "page_to_move_id")
# What an editor needs of a page: nothing to look around in the tree (Wagtail shows what the groups allow); to publish
# for whatever readers see at once; all else is editing.
LOOK = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_choose_page_child",
    }
)
CREATE = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:preview_on_add", "wagtailadmin_pages:add_subpage"})
PUBLISH = frozenset(
    {
        "wagtailadmin_pages:unpublish",
        "wagtailadmin_pages:lock",
        "wagtailadmin_pages:set_privacy",
        "wagtailadmin_pages:move",
        "wagtailadmin_pages:move_confirm",
        "wagtailadmin_pages:set_page_position",
        "wagtailadmin_pages:revisions_unschedule",
        "wagtailadmin_pages:workflow_action",
        "wagtailadmin_pages:collect_workflow_action_data",
    }
)
# A copy of the Dutch page in the tree of another language would pass for a translation.
# The report names the pages of all languages to everybody; the overview of translations stands in its place.
CLOSED = frozenset(
    {
        "wagtail_localize:convert_to_alias",
        "wagtail_localize:submit_page_translation",
        "wagtail_localize:upload_pofile",
        "wagtail_localize:translations_report",
        "wagtail_localize:translations_report_results",
    }
)
# It hands a page to a language and asks the policy about both (pages.views.localize).
OWN_POLICY = frozenset({"pages_submit_translation"})
# The words of the glossary have no owner and are online at once: they are for publishers of the region.
GLOSSARY = ("wagtailsnippets_", "wagtail_localize:submit_snippet_translation", "wagtail_localize:snippets_api")
# The last: to approve is to publish.
PUBLISHING_BUTTONS = frozenset({"action-publish", "publish_translations", "action-workflow-action"})


def guarded(view: View) -> View:
    """For ``decorate_urlpatterns`` over the whole admin."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check(request)
        return view(request, *args, **kwargs)

    return inner


def check(request: HttpRequest) -> None:
    """Refuse what the policy refuses.

    Raises:
        Denied: with the rule that was not met; the answer is a 404.
    """
    match = request.resolver_match
    if match is None or not request.user.is_authenticated:
        return
    name, editor = match.view_name, editor_of(request.user)
    if name in CLOSED:
        raise _closed(name)
    if name in OWN_POLICY:
        return
    if name in LOOK:
        return
    if name == "wagtail_bulk_action":
        _check_action(editor, match.kwargs)
    if name.startswith(GLOSSARY) and not may_publish_unowned(editor):
        raise _denied(may_publish_unowned(editor), name)
    if name in CREATE:
        if not may_create(editor):
            raise _denied(may_create(editor), name)
        return
    publishes = request.method == "POST" and bool(PUBLISHING_BUTTONS & request.POST.keys())
    publishes |= request.method == "POST" and request.POST.get("action") == "publish"
    for page in named_pages(request):
        refuse(_decide(editor, page, name=name, publishes=publishes), page)
    if name == "wagtailadmin_pages:unpublish" and request.POST.get("include_descendants"):
        for page in named_pages(request):
            refuse_below(editor, page)


def check_bulk(request: HttpRequest, action: str, pages: Iterable[Page], *, below: bool) -> None:
    """The same for the pages that were ticked in a list.

    Args:
        below: the action goes down to all that stands below them.

    Raises:
        Denied: if one of them is refused; nothing is done then.
    """
    editor = editor_of(request.user)
    for page in pages:
        specific = page.specific
        if not isinstance(specific, BasePage):
            raise Http404
        decision = may_edit(editor, specific) if action == "delete" else may_publish(editor, specific)
        refuse(decision, specific)
        if below:
            refuse_below(editor, specific)


def refuse_below(editor: Editor, page: BasePage) -> None:
    """Stop if something below the page is not the editor's to publish.

    Raises:
        Denied: naming the first such page.
    """
    for below in page.get_descendants().specific():
        if isinstance(below, BasePage):
            refuse(may_publish(editor, below), below)


def named_pages(request: HttpRequest) -> list[BasePage]:
    """The pages that an address is about, by their ids in it or by the translation it names; a draft's too."""
    match = request.resolver_match
    if match is None:
        return []
    kwargs = match.kwargs
    ids = {int(kwargs[name]) for name in PAGE_ARGUMENTS if str(kwargs.get(name, "")).isdigit()}
    if match.view_name == "wagtailadmin_pages:revisions_compare":
        ids |= {int(match.args[0])}
    if kwargs.get("model_name") == "page" and kwargs.get("app_label") == "wagtailcore":
        ids |= {int(one) for one in [*request.GET.getlist("id"), kwargs.get("object_id", "")] if str(one).isdigit()}
    found = list(Page.objects.filter(pk__in=ids).select_related("locale").specific())
    found += list(_translated(kwargs))
    return [page for page in found if isinstance(page, BasePage)]


def _translated(kwargs: dict[str, Any]) -> Iterable[Any]:
    if "translation_id" in kwargs:
        translation = Translation.objects.select_related("source", "target_locale").filter(pk=kwargs["translation_id"])
        for row in translation:
            yield row.get_target_instance()
    if "translation_source_id" in kwargs:
        for source in TranslationSource.objects.filter(pk=kwargs["translation_source_id"]):
            yield source.get_source_instance()


def _check_action(editor: Editor, kwargs: dict[str, Any]) -> None:
    """What is done to pages in a list is for whoever may do it to some page at all."""
    if kwargs["model_name"] != "page":
        return
    able = may_create(editor) if kwargs["action"] == "delete" else bool(editor.publishes)
    if not able:
        raise _denied(deny("not_own_page"), "wagtail_bulk_action")


def _decide(editor: Editor, page: BasePage, *, name: str, publishes: bool) -> Decision:
    if name in PUBLISH or publishes:
        return may_publish(editor, page)
    if name == "wagtailadmin_pages:copy" and not may_create(editor):
        return may_create(editor)
    if name == "wagtailadmin_pages:delete" and page.owner_organisation_id not in editor.writes | editor.publishes:
        return deny("not_own_page")
    return may_edit(editor, page)


def _closed(name: str) -> Denied:
    return _denied(deny("closed_route"), name)


def _denied(decision: Decision, name: str) -> Denied:
    return Denied(decision=decision, event=Event.ROUTE_DENIED, object_type="route", object_id=name[:64])
