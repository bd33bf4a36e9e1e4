"""Every route of the Wagtail admin, with ids of what another organisation has: nothing of it shows, nothing changes.

The routes come from the URL configuration. An argument that :data:`ABSENT` does not know, and a route that is in no
list of :mod:`pages.cms_routes`, fail: a new version of Wagtail is looked at before it is used.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.access import NOBODY, rows_for
from portal.accounts.enums import Role
from portal.accounts.routes import Route, all_routes
from tests.pages.elsewhere import SECRET, TYPED, Elsewhere
from tests.shared import shared

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NUMBER = 987654321
# What an id is that nothing has, by the name of the argument; the others are words.
ABSENT: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("page_id", "page_to_move_id", "parent_page_id", "destination_id", "revision_id", "task_id", "source_id"),
            *("task_state_id", "workflow_state_id", "object_id", "session_id", "translation_id", "string_segment_id"),
            *("overridable_segment_id", "translation_source_id", "document_id", "doc_id", "image_id", "pk"),
            "uploaded_file_id",
        ),
        NUMBER,
    ),
}
WORDS = {
    "action_name": "approve",
    "content_type_app_name": "pages",
    "content_type_model_name": "articlepage",
    "mode": "default",
    "language": "ar",
    "filter_spec": "width-40",
}
# Each of these names something that is not the page itself, so it is also tried below a page of one's own.
PARTS = ("revision_id", "task_state_id", "workflow_state_id", "destination_id", "string_segment_id")
SEARCH = f"q={TYPED}&query={TYPED}&term={TYPED}"
LISTS: dict[str, tuple[str, ...]] = {
    "wagtailadmin_explore": (f"q={TYPED}&search_all=1",),
    "wagtailadmin_api:pages:listing": (
        f"search={TYPED}",
        "child_of={parent}&for_explorer=1",
        "child_of={draft}",
        "fields=*&limit=20",
    ),
    "wagtailadmin_choose_page_chosen_multiple": ("id={draft}&id={live}",),
    "wagtailimages_chooser:choose": ("collection_id={collection}", "select_format=1"),
    "wagtaildocs_chooser:choose": ("collection_id={collection}",),
    "wagtailimages_chooser:chosen_multiple": ("id={image}",),
    "wagtaildocs_chooser:chosen_multiple": ("id={document}",),
    "wagtailimages:index": ("collection_id={collection}", "layout=list"),
    "wagtaildocs:index": ("collection_id={collection}",),
    "pages_tags": ("term=eti",),
    "wagtailadmin_reports:locked_pages": ("export=csv",),
    "wagtailadmin_reports:aging_pages": ("export=csv",),
    "wagtailadmin_reports:workflow": ("export=csv", "reviewable=true"),
    "wagtailadmin_reports:workflow_tasks": ("export=csv", "reviewable=true"),
}
BULK = [
    *(("wagtailcore", "page", action) for action in ("delete", "move", "publish", "unpublish")),
    *(("wagtailimages", "image", action) for action in ("add_tags", "add_to_collection", "delete")),
    *(("wagtaildocs", "document", action) for action in ("add_tags", "add_to_collection", "delete")),
    ("pages", "glossaryterm", "delete"),
]
# What a reader said of a page is read by every writer (pages.policy.languages_heard); of the page its title is not.
HEARD = {"feedback:edit", "searchmiss:edit"}
WHO: dict[str, tuple[tuple[Role, ...], dict[str, Any]]] = {
    "writer": ((Role.EDITOR,), {}),
    "publisher": ((Role.EDITOR, Role.PUBLISHER), {}),
    "translator": ((Role.TRANSLATOR,), {"languages": ("fa",)}),
}


@shared
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest after many refusals."""
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)


def is_shut(route: Route) -> bool:
    return all(row.roles == NOBODY for row in rows_for(view_name=route.view_name, route=route.route))


OPEN = [
    route
    for route in all_routes()
    if route.route.startswith("cms/")
    and not is_shut(route)
    and not route.view_name.startswith("cms_")
    and route.view_name not in {"wagtail_bulk_action", "wagtail.admin.views.home.default"}
]


def ids(route: Route, there: Elsewhere, page: Any) -> dict[str, Any]:
    """The arguments of a route, of what the other organisation has."""
    name = route.view_name
    known: dict[str, Any] = {
        **dict.fromkeys(("page_id", "page_to_move_id", "parent_page_id", "destination_id", "object_id"), page.pk),
        "source_id": page.pk,
        "revision_id": there.revision.pk,
        "task_id": there.state.task_id,
        "task_state_id": there.state.pk,
        "workflow_state_id": there.state.workflow_state_id,
        "session_id": there.session.pk,
        "translation_id": there.translation.pk,
        "translation_source_id": there.translation.source_id,
        "string_segment_id": there.segment.pk,
        "overridable_segment_id": NUMBER,
        "uploaded_file_id": NUMBER,
        "document_id": there.document.pk,
        "doc_id": there.document.pk,
        "image_id": there.image.pk,
        "pk": there.term.pk,
        **WORDS,
    }
    if "image" in name:
        known["pk"] = there.image.pk
    elif "doc" in name:
        known["pk"] = there.document.pk
    elif name.startswith("wagtailadmin_api:pages"):
        known["pk"] = page.pk
    elif name in HEARD:
        known["pk"] = there.feedback.pk if name == "feedback:edit" else there.miss.pk
    return {argument: known[argument] for argument in _arguments(route)}


def _arguments(route: Route) -> tuple[str, ...]:
    return tuple(argument for argument in route.converters if argument not in {"app_label", "model_name"})


def address(route: Route, arguments: dict[str, Any]) -> str:
    if route.view_name == "wagtailadmin_pages:revisions_compare":
        return f"/cms/pages/{arguments.get('page_id', NUMBER)}/revisions/compare/earliest...latest/"
    snippet = "snippet" in route.view_name
    models = {"app_label": "pages", "model_name": "glossaryterm" if snippet else "articlepage"}
    if "editing_sessions" in route.view_name:
        models = {"app_label": "wagtailcore", "model_name": "page"}
    given = {**arguments, **{name: value for name, value in models.items() if name in route.converters}}
    return reverse(route.view_name, kwargs=given)


def addresses(route: Route, there: Elsewhere) -> Iterator[tuple[str, str | None]]:
    """What is asked of a route, and beside it the same of what does not exist, if it names something."""
    compared = route.view_name == "wagtailadmin_pages:revisions_compare"
    if not _arguments(route) and not compared:
        here = address(route, {})
        yield here, None
        yield f"{here}?{SEARCH}", None
        values = {"draft": there.draft.pk, "live": there.live.pk, "parent": there.live.get_parent().pk}
        values |= {"image": there.image.pk, "document": there.document.pk, "collection": there.collection.pk}
        for query in LISTS.get(route.view_name, ()):
            yield f"{here}?{query.format(**values)}", None
        return
    hidden = {"page_id": there.draft.pk} if compared else ids(route, there, there.draft)
    absent = {name: ABSENT.get(name, value) for name, value in hidden.items()}
    yield address(route, hidden), address(route, absent)
    for query in LISTS.get(route.view_name, ()):
        yield f"{address(route, ids(route, there, there.live))}?{query}", None
    # A page that readers see, with a newer draft: of that no word.
    seen = {"page_id": there.live.pk} if compared else ids(route, there, there.live)
    yield address(route, seen), None
    for part in PARTS:
        if part in hidden and len(set(hidden) & ABSENT.keys()) > 1:
            mine = {**ids(route, there, there.mine), "translation_id": there.my_translation.pk, part: hidden[part]}
            mine = {name: value for name, value in mine.items() if name in hidden}
            yield address(route, mine), address(route, {**mine, part: NUMBER})


def shows(response: HttpResponse) -> bool:
    said = b"".join(response) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return SECRET in said.decode(errors="replace") or SECRET in headers


def status(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, re.sub(r"\d+", "N", response.get("Location", ""))


def differences(client: Client, method: str, here: str, nowhere: str | None, data: Any = None) -> Iterator[str]:
    answer = getattr(client, method)(here, data)
    if shows(answer):
        yield f"{method} {here}: {answer.status_code} shows what is not for this editor"
    if nowhere is not None:
        other = getattr(client, method)(nowhere, data)
        if status(answer) != status(other):
            yield f"{method} {here}: {status(answer)}, of what does not exist: {status(other)}"


def methods(route: Route) -> list[str]:
    rows = rows_for(view_name=route.view_name, route=route.route)
    asked = {method for row in rows for method in row.methods}
    return [method.lower() for method in ("GET", "POST", "PUT", "DELETE") if method in asked]


def test_every_open_route_has_an_example(elsewhere: Elsewhere) -> None:
    for route in OPEN:
        for argument in _arguments(route):
            assert argument in ABSENT or argument in WORDS, f"{route.view_name}: no example for {argument}"
        assert list(addresses(route, elsewhere))
    assert len(OPEN) > 110


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_another_organisation(elsewhere: Elsewhere, who: str) -> None:
    roles, more = WHO[who]
    client, before, wrong = elsewhere.editor(*roles, **more), elsewhere.rows(), []
    for route in OPEN:
        for here, nowhere in addresses(route, elsewhere):
            for method in methods(route) if "?" not in here else ["get"]:
                compared = None if route.view_name in HEARD else nowhere
                wrong += differences(client, method, here, compared)
    assert not wrong, "\n".join(wrong)
    after = elsewhere.rows()
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize("who", WHO)
def test_nothing_by_ticking(elsewhere: Elsewhere, who: str) -> None:
    """What is done to many at once: theirs, theirs among the own, all that is below a page, all there is."""
    roles, more = WHO[who]
    client, before, wrong = elsewhere.editor(*roles, **more), elsewhere.rows(), []
    theirs = {"page": elsewhere.draft.pk, "image": elsewhere.image.pk, "document": elsewhere.document.pk}
    mine = {"page": elsewhere.below.pk, "image": elsewhere.my_image.pk, "document": elsewhere.my_document.pk}
    for app, model, action in BULK:
        path = f"/cms/bulk/{app}/{model}/{action}/"
        one = theirs.get(model, elsewhere.term.pk)
        parent = elsewhere.live.get_parent().pk
        queries = [f"id={one}", f"id={one}&id={mine.get(model, NUMBER)}", f"id=all&childOf={parent}"]
        queries += [f"id=all&childOf={parent}&q={TYPED}"] if model == "page" else []
        for query in queries:
            nowhere = f"{path}?id={NUMBER}" if query == f"id={one}" else None
            wrong += differences(client, "get", f"{path}?{query}", nowhere)
            if "all" not in query:
                wrong += differences(client, "post", f"{path}?{query}", nowhere)
    assert not wrong, "\n".join(wrong)
    after = elsewhere.rows()
    assert {name for name in before if before[name] != after[name]} == set()


FORMS: dict[str, dict[str, str]] = {
    "wagtailadmin_pages:copy": {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": "{place}"},
    "wagtailadmin_pages:move": {"new_parent_page": "{place}"},
}


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_put_below_a_page_that_is_not_seen(elsewhere: Elsewhere, name: str) -> None:
    client, before = elsewhere.editor(Role.EDITOR, Role.PUBLISHER), elsewhere.rows()
    data = {field: value.format(place=elsewhere.draft.pk) for field, value in FORMS[name].items()}
    answer = client.post(reverse(name, args=[elsewhere.mine.pk]), data)
    assert answer.status_code == 404
    assert elsewhere.rows() == before


def form(elsewhere: Elsewhere, **fields: Any) -> dict[str, Any]:
    from tests.pages.test_workflow import form as page_form

    return page_form(elsewhere.mine, **fields)


@pytest.mark.parametrize("road", ["edit", "preview_on_edit"])
@pytest.mark.parametrize("what", ["picture", "document", "page", "rich text", "broken form"])
def test_nothing_is_put_on_a_page_that_cannot_be_chosen(elsewhere: Elsewhere, what: str, road: str) -> None:
    """The choosers do not offer it; a form takes any number, and would show what it is."""
    from wagtail.test.utils.form_data import streamfield

    bodies = {
        "picture": [("video", {"title": "x", "poster": str(elsewhere.image.pk), "subtitles-count": "0"})],
        "document": [("download", {"document": str(elsewhere.document.pk), "text": "x"})],
        "broken form": [("download", {"document": str(elsewhere.document.pk), "text": ""})],
        "page": [("heading", "x")],
        "rich text": [("heading", "x")],
    }
    data = form(elsewhere, body=streamfield(bodies[what]))
    if what == "page":
        data["related_pages"] = [str(elsewhere.draft.pk)]
    if what == "rich text":
        raw = (
            '{"blocks":[{"key":"a","text":"x","type":"unstyled","depth":0,"inlineStyleRanges":[],"entityRanges":'
            '[{"offset":0,"length":1,"key":0}],"data":{}}],"entityMap":{"0":{"type":"LINK","mutability":"MUTABLE",'
            f'"data":{{"id":{elsewhere.draft.pk}}}}}}}}}'
        )
        data |= form(elsewhere, body=streamfield([("text", raw)]))
    client = elsewhere.editor(Role.EDITOR, Role.PUBLISHER)
    answer = client.post(reverse(f"wagtailadmin_pages:{road}", args=[elsewhere.mine.pk]), data)
    assert answer.status_code == 404
    assert not shows(answer)


def test_the_own_and_the_shared_are_there(elsewhere: Elsewhere) -> None:
    """Or the rest of this module would prove little."""
    client = elsewhere.editor(Role.EDITOR, Role.PUBLISHER)
    pictures = client.get("/cms/images/chooser/").content.decode()
    assert "Ons plaatje" in pictures
    assert "Gedeeld plaatje" in pictures
    listed = client.get(f"/cms/pages/{elsewhere.mine.get_parent().pk}/").content.decode()
    assert "Onze pagina" in listed
    assert "Openbaar" in listed
    assert client.get(f"/cms/pages/{elsewhere.below.pk}/edit/").status_code == 200
    assert client.get(f"/cms/images/{elsewhere.my_image.pk}/").status_code == 200
    assert client.get(f"/cms/images/{elsewhere.shared_image.pk}/").status_code == 404


def test_their_own_editors_see_all_of_it(elsewhere: Elsewhere) -> None:
    from tests.pages.editing import editor

    client = editor(Role.EDITOR, Role.PUBLISHER, organisation=elsewhere.other)[0]
    for path in (
        f"/cms/pages/{elsewhere.live.get_parent().pk}/",
        f"/cms/pages/{elsewhere.draft.pk}/edit/",
        f"/cms/pages/search/?q={TYPED}",
        "/cms/reports/site-history/",
        "/cms/",
        "/cms/images/",
        f"/cms/documents/edit/{elsewhere.document.pk}/",
    ):
        assert SECRET in client.get(path).content.decode(), path


def test_a_route_of_a_new_version_is_shut(elsewhere: Elsewhere, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.accounts.checks import every_route_is_declared

    settings.ROOT_URLCONF = "tests.pages.new_version_urls"
    path = "/cms/reports/everything/"
    for roles, more in WHO.values():
        answer = elsewhere.editor(*roles, **more).get(path)
        assert answer.status_code == 404
        assert b"secret" not in answer.content
    errors = every_route_is_declared(None)
    assert [(error.id, "wagtailadmin_reports:everything" in error.msg) for error in errors if "E001" in error.id] == [
        ("accounts.E001", True)
    ]


def test_every_name_in_the_lists_is_a_route() -> None:
    from pages.cms_routes import OPEN as NAMES

    names = {route.view_name for route in all_routes()}
    assert names >= NAMES
    with pytest.raises(NoReverseMatch):
        reverse("wagtailadmin_reports:everything")
