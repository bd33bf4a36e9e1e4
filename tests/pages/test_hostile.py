"""Every field of every form of an editor takes hostile and naughty strings: an answer, never a fault."""

from collections.abc import Iterator
from html import escape

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.test.utils.form_data import rich_text

from pages.editors import grant_editing
from pages.loading import Report
from pages.models import ArticlePage, BasePage, GlossaryTerm
from pages.queries import page_kinds
from tests.pages.editing import publisher
from tests.pages.naughty import NAUGHTY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Of those that are long one is enough here: a form has some fifty fields.
STRINGS = [text for text in NAUGHTY if len(text) < 1_000] + ["a" * 2_000]


def fill(block: blocks.Block, prefix: str, text: str) -> Iterator[tuple[str, str]]:
    """The fields that the editor's form sends for a block, each with this text; one child of each type in a stream."""
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from fill(child, f"{prefix}-{name}", text)
    elif isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        stream = isinstance(block, blocks.StreamBlock)
        children = list(block.child_blocks.items()) if stream else [("item", block.child_block)]
        yield f"{prefix}-count", str(len(children))
        for place, (name, child) in enumerate(children):
            yield f"{prefix}-{place}-deleted", ""
            yield f"{prefix}-{place}-order", str(place)
            yield f"{prefix}-{place}-id", ""
            if stream:
                yield f"{prefix}-{place}-type", name
            yield from fill(child, f"{prefix}-{place}-value", text)
    elif isinstance(block, blocks.RichTextBlock):
        yield prefix, rich_text(f"<p>{escape(text)}</p>".replace("\x00", ""))
    else:
        yield prefix, text


def form_of(client: Client, page: BasePage, text: str) -> dict[str, str]:
    """What the browser would send, with this text in every field that a person fills."""
    soup = BeautifulSoup(client.get(f"/cms/pages/{page.pk}/edit/").content, "html.parser")
    form = soup.find("form", id="page-edit-form")
    assert form is not None
    hidden = form.find_all("input", attrs={"type": "hidden", "name": True})
    data = {field["name"]: field.get("value", "") for field in hidden}
    kind = type(page).get_edit_handler().get_form_class()
    for name in kind.base_fields:
        field = page._meta.get_field(name) if name in {one.name for one in page._meta.get_fields()} else None
        if isinstance(field, StreamField):
            data |= dict(fill(field.stream_block, name, text))
        elif name != "slug":  # a page that goes away from its address is another test
            data[name] = text
    return data


@pytest.fixture
def editing(site: Report) -> Client:
    grant_editing()
    return publisher()


# Every kind gets those that are worst, on each database; the others are spread over the kinds, running text gets all of
# them, and one database is enough.
WORST = ["huis\x00arts", "\ud7ff\ue000\U0010ffff", "<script>alert(1)</script>", "9" * 400]
REST = [text for text in STRINGS if text not in WORST]
KINDS = list(page_kinds())
TRIED = [pytest.param(kind, WORST, id=f"{kind.__name__}-worst") for kind in KINDS] + [
    pytest.param(
        kind,
        REST if kind is ArticlePage else REST[number::12],
        marks=pytest.mark.sqlite,
        id=f"{kind.__name__}-rest",
    )
    for number, kind in enumerate(KINDS)
]


@pytest.mark.parametrize(("kind", "texts"), TRIED)
def test_every_field_of_a_page(editing: Client, client: Client, kind: type[BasePage], texts: list[str]) -> None:
    page = kind.objects.filter(locale__language_code="nl").first()
    assert page is not None
    for text in texts:
        data = form_of(editing, page, text) | {"action-publish": "1"}
        answer = editing.post(f"/cms/pages/{page.pk}/edit/", data)
        assert answer.status_code in (200, 302), text
        assert "<script>alert(1)" not in answer.content.decode()
        shown = client.get(f"/nl/{page.url_path.split('/', 2)[2]}")
        assert shown.status_code in (200, 302, 404), text
        assert "<script>alert(1)" not in shown.content.decode()


@pytest.mark.parametrize("broken", ["", "no json", "[]", "{}", '{"blocks": 1}', "null", "\x00", "9" * 400])
def test_a_rich_text_that_no_editor_sends(editing: Client, broken: str) -> None:
    page = ArticlePage.objects.first()
    assert page is not None
    data = form_of(editing, page, "gewoon")
    data |= {name: broken for name, value in data.items() if "blocks" in value}
    assert broken in data.values()
    assert editing.post(f"/cms/pages/{page.pk}/edit/", data).status_code in (200, 302, 400)


@pytest.mark.parametrize("text", [*WORST, *(pytest.param(text, marks=pytest.mark.sqlite) for text in REST)])
def test_every_field_of_a_word(editing: Client, text: str) -> None:
    word = GlossaryTerm.objects.filter(locale__language_code="nl").first()
    assert word is not None
    listed = BeautifulSoup(editing.get("/cms/snippets/pages/glossaryterm/").content, "html.parser")
    address = next((a["href"] for a in listed.find_all("a", href=True) if "/edit/" in a["href"]), "")
    assert address
    form = BeautifulSoup(editing.get(address).content, "html.parser").find("form", attrs={"method": "POST"})
    assert form is not None
    names = [field["name"] for field in form.find_all(["input", "textarea", "select"], attrs={"name": True})]
    assert editing.post(address, {name: text for name in names if "csrf" not in name}).status_code in (200, 302)
