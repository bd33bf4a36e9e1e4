"""Before anything is loaded: nothing is there, and the server says so."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/nl/", "/ar/", "/nl/zoeken/?q=arts", "/nl/folder.pdf", "/nl/p/1/"])
def test_a_fresh_database_answers(client: Client, path: str) -> None:
    assert client.get(path).status_code in {200, 404}
    assert client.get("/nl/").status_code == 404
