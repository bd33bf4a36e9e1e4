"""A form of the Wagtail admin that no page of it sends: empty, garbled. The answer is a 4xx, nothing breaks."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.pages.elsewhere import Elsewhere
from tests.pages.test_other_organisation import OPEN, WHO, address, ids, methods

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

GARBLED = {
    "id": "x\x00",
    "page": "-1",
    "p": "x",
    "title": "\u202e\U0001f600" * 300,
    "session_id": "zz",
    "content_type": "q",
    "format": "zz",
    "collection": "abc",
    "action": "approve",
    "q": "\x00",
}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest after many refusals."""
    monkeypatch.setattr("portal.accounts.middleware.gate.DENIALS_A_MINUTE", 10**6)


def answers(client: Client, there: Elsewhere) -> Iterator[tuple[str, HttpResponse]]:
    own: dict[str, Any] = {
        "image_id": there.my_image.pk,
        "document_id": there.my_document.pk,
        "doc_id": there.my_document.pk,
        "translation_id": there.my_translation.pk,
    }
    for route in OPEN:
        known = ids(route, there, there.mine)
        here = address(route, known | {name: own[name] for name in known if name in own})
        for method, data in itertools.product(methods(route), ({}, GARBLED)):
            yield f"{method} {here} {bool(data)}", getattr(client, method)(here, data)


def test_nothing_breaks() -> None:
    there = Elsewhere()
    roles, more = WHO["publisher"]
    client = there.editor(*roles, **more)
    assert client.post(f"/cms/pages/{there.mine.pk}/edit/", {}).status_code == 400
    assert client.post("/cms/choose-external-link/", {}).status_code == 400
    assert client.get("/cms/images/chooser/chosen-multiple/?id=x").status_code == 400
    assert client.get("/cms/choose-page/chosen-multiple/?id=%00").status_code == 400
    told = {asked: answer.status_code for asked, answer in answers(client, there)}
    assert len(told) > 250
    assert {asked: status for asked, status in told.items() if status >= 500} == {}
