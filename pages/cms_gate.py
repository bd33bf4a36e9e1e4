"""Every address of the Wagtail admin that names a page or a file asks :mod:`pages.policy`, before Wagtail does.

Wagtail's permissions are groups on trees: they cannot say "the pages of this organisation", some of its views ask
nothing at all, and a new version may bring a view that nobody here has looked at. So pages and files are read from the
address itself: a route that this module does not know is treated as editing. :mod:`pages.narrowing` does the lists.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.models import Page, TaskState
from wagtail_localize.models import Translation, TranslationSource

from pages.files_gate import check_files, numbers
from pages.models import BasePage
from pages.policy import Editor, editor_of, may_create, may_edit, may_look, may_publish, may_publish_unowned
from pages.sight import looking, readers_see
from pages.translating.services import refuse
from portal.accounts.policy import Decision, Denied, deny
from portal.audit.enums import Event

View = Callable[..., HttpResponse]
PAGE_ARGUMENTS = ("page_id", "page_pk", "page_to_move_id")
# What an editor needs of a page: to publish for whatever readers see at once; to look to come by it in the tree, to
# link to it, to hang an own page below it; all else is editing.
LOOK = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_chosen_multiple",
    }
)
# Where a page is put: in the address, or in the form of moving, copying or beginning one.
PLACE_ARGUMENTS = ("parent_page_id", "destination_id")
PLACE_FIELDS = ("new_parent_page", "parent_page", "chooser")
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
# Its view reads this field before it looks whether it is there.
LINK, LINK_FIELD = "wagtailadmin_choose_page_external_link", "external-link-chooser-url"
# It hands a page to a language and asks the policy about both (pages.views.localize).
OWN_POLICY = frozenset({"pages_submit_translation"})
# The words of the glossary have no owner and are online at once: they are for publishers of the region.
GLOSSARY = ("wagtailsnippets_", "wagtail_localize:submit_snippet_translation")
UNOWNED = ("pages", "glossaryterm")
PAGES = ("wagtailcore", "page")
# What can be ticked in a list; whatever else a library brings is closed.
BULK = frozenset({PAGES, UNOWNED, ("wagtailimages", "image"), ("wagtaildocs", "document")})
# The last: to approve is to publish.
PUBLISHING_BUTTONS = frozenset({"action-publish", "publish_translations", "action-workflow-action"})


def guarded(view: View) -> View:
    """For ``decorate_urlpatterns`` over the whole admin: asks first, and has the screen drawn for who looks at it."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Wagtail lets a superuser do everything, in some thirty places. Here that flag opens nothing.
        request.user.is_superuser = False
        check(request)
        check_form(request)
        with looking(editor_of(request.user)):
            try:
                response = view(request, *args, **kwargs)
            except MultiValueDictKeyError as absent:
                raise BadRequest("a field of the form is absent") from absent
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
        return response

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
    if name in OWN_POLICY:
        return
    for page in _places(request, name):
        refuse(may_look(editor, page, is_read=readers_see(page)), page)
    if name in LOOK:
        return
    check_files(request, name)
    _check_unowned(editor, match.kwargs, name)
    if name == "wagtail_bulk_action":
        _check_action(editor, match.kwargs)
    if name in CREATE:
        if not may_create(editor):
            raise _denied(may_create(editor), name)
        return
    publishes = request.method == "POST" and bool(PUBLISHING_BUTTONS & request.POST.keys())
    publishes |= request.method == "POST" and request.POST.get("action") == "publish"
    pages = named_pages(request)
    for page in pages:
        refuse(_decide(editor, page, name=name, publishes=publishes), page)
    _check_step(match.kwargs, pages, name)
    if name == "wagtailadmin_pages:unpublish" and request.POST.get("include_descendants"):
        for page in pages:
            refuse_below(editor, page)


def check_form(request: HttpRequest) -> None:
    """Stop what no page of the admin sends and what Wagtail breaks on: ids that are no numbers, a link without address.

    Raises:
        BadRequest: the answer is a 400.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method == "POST" and name == LINK and LINK_FIELD not in request.POST:
        raise BadRequest("no address of the link")
    said = request.GET.getlist("id")
    if name.endswith("chosen_multiple") and len(numbers(said)) != len(set(said)):
        raise BadRequest("an id that is no number")


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
    said = [kwargs.get(name, "") for name in PAGE_ARGUMENTS]
    if match.view_name == "wagtailadmin_pages:revisions_compare":
        said.append(match.args[0])
    if (kwargs.get("app_label"), kwargs.get("model_name")) == PAGES:
        said += [*request.GET.getlist("id"), kwargs.get("object_id", "")]
    translated = [one for one in _translated(kwargs) if isinstance(one, BasePage)]
    return _pages(said) + translated


def _places(request: HttpRequest, name: str) -> list[BasePage]:
    """The pages that something is looked up or put below, and those that were chosen in a list to link to."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    said = [kwargs.get(argument, "") for argument in PLACE_ARGUMENTS]
    if request.method == "POST":
        said += [one for field in PLACE_FIELDS for one in request.POST.getlist(field)]
    if name in LOOK:
        said += request.GET.getlist("id")
    return _pages(said)


def _pages(said: Iterable[Any]) -> list[BasePage]:
    """The pages of these numbers. What does not exist is refused here, so that it is answered as what is not one's own.

    Raises:
        Denied: one of them is absent.
    """
    ids = numbers(said)
    found = list(Page.objects.filter(pk__in=ids).select_related("locale").specific()) if ids else []
    for absent in sorted(ids - {page.pk for page in found}):
        raise Denied(decision=deny("absent"), event=Event.ROUTE_DENIED, object_type="page", object_id=str(absent)[:64])
    return [page for page in found if isinstance(page, BasePage)]


def _check_step(kwargs: dict[str, Any], pages: Iterable[BasePage], name: str) -> None:
    """A step of approval is one of the page that the address is about."""
    steps = numbers([kwargs.get("task_state_id", "")])
    there = TaskState.objects.filter(pk__in=steps, workflow_state__object_id__in=[str(page.pk) for page in pages])
    if steps and not there.exists():
        raise _denied(deny("absent"), name)


def _translated(kwargs: dict[str, Any]) -> Iterable[Any]:
    if "translation_id" in kwargs:
        translation = Translation.objects.select_related("source", "target_locale").filter(pk=kwargs["translation_id"])
        if not translation:
            raise _denied(deny("absent"), "translation")
        for row in translation:
            yield row.get_target_instance()
    if "translation_source_id" in kwargs:
        for source in TranslationSource.objects.filter(pk=kwargs["translation_source_id"]):
            yield source.get_source_instance()


def _check_unowned(editor: Editor, kwargs: dict[str, Any], name: str) -> None:
    """What has no owner: the words of the glossary, by their own addresses, in lists, and as a translation."""
    is_unowned = name.startswith(GLOSSARY) or (kwargs.get("app_label"), kwargs.get("model_name")) == UNOWNED
    is_unowned |= any(not isinstance(one, Page) for one in _translated(kwargs))
    if is_unowned and not may_publish_unowned(editor):
        raise _denied(may_publish_unowned(editor), name)


def _check_action(editor: Editor, kwargs: dict[str, Any]) -> None:
    """What is done to pages in a list is for whoever may do it to some page at all."""
    if (kwargs["app_label"], kwargs["model_name"]) not in BULK:
        raise _denied(deny("closed_route"), "wagtail_bulk_action")
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


def _denied(decision: Decision, name: str) -> Denied:
    return Denied(decision=decision, event=Event.ROUTE_DENIED, object_type="route", object_id=name[:64])
