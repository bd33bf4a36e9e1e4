"""Private pages and documents: nobody without the second factor, nothing kept by a cache."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from pages.loading import load
from pages.models import ArticlePage
from portal.accounts.enums import Role
from tests.factories import member

pytestmark = pytest.mark.django_db


def private_page(kind: str) -> str:
    load()
    page = ArticlePage.objects.filter(locale__language_code="nl").first()
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=kind)
    return page.get_url()


def private_document(kind: str) -> str:
    collection = Collection.get_first_root_node().add_child(name="Besloten")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind)
    document = get_document_model().objects.create(
        title="Besloten", collection=collection, file=ContentFile(b"%PDF-1.7", name="besloten.pdf")
    )
    return document.url


@pytest.mark.parametrize("make", [private_page, private_document])
def test_only_for_whoever_is_verified(client: Client, sign_in: Callable[..., Client], make) -> None:
    address = make("login")
    assert client.get(address).status_code == 404
    user = member(Role.RECEIVER)
    sign_in(client, user, second_factor=False)
    assert client.get(address).status_code == 404
    sign_in(client, user)
    response = client.get(address)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert b"".join(response)  # and the file is closed


@pytest.mark.parametrize("make", [private_page, private_document])
def test_a_group_that_one_is_not_in(client: Client, sign_in: Callable[..., Client], make) -> None:
    address = make("groups")
    sign_in(client, member(Role.RECEIVER))
    assert client.get(address).status_code == 404


def test_a_public_document_needs_nobody(client: Client) -> None:
    document = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", name="folder.pdf"))
    response = client.get(document.url)
    assert response.status_code == 200
    assert b"".join(response) == b"%PDF-1.7"
    assert client.get("/documents/999999/folder.pdf").status_code == 404
