"""A provider that runs, a row for it here, and somebody on the way."""

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import ProviderUse, Role
from portal.accounts.models import OidcIdentity, OidcProvider
from portal.accounts.sealing import seal
from tests.factories import member

from .provider import CLIENT_ID, CLIENT_SECRET, LocalProvider, sign_rs256


@pytest.fixture(scope="session")
def running_provider() -> Iterator[LocalProvider]:
    local = LocalProvider()
    yield local
    local.stop()


@pytest.fixture
def local(running_provider) -> LocalProvider:
    """The provider, honest again."""
    fresh = running_provider
    fresh.claims, fresh.answers, fresh.keys, fresh.sign = {}, {}, fresh.keys[:1], sign_rs256
    fresh.asked.clear()
    fresh.codes.clear()
    return fresh


@pytest.fixture
def user(db):
    return member(Role.RECEIVER)


@pytest.fixture
def provider(local, user) -> OidcProvider:
    row = OidcProvider(
        name="Gemeente-account",
        organisation=user.memberships.get().team.organisation,
        issuer=local.issuer,
        client_id=CLIENT_ID,
        second_factor_acr=["urn:two"],
        second_factor_amr=["mfa"],
    )
    row.sealed_client_secret = seal(CLIENT_SECRET.encode(), owner=str(row.public_id))
    row.save()
    return row


@pytest.fixture
def identity(provider, user) -> OidcIdentity:
    return OidcIdentity.objects.create(provider=provider, subject="subject-1", user=user)


@pytest.fixture
def persons(local, db) -> OidcProvider:
    row = OidcProvider(
        name="DigiD",
        use=ProviderUse.PERSONS,
        issuer=local.issuer,
        client_id=CLIENT_ID,
        acr_values="urn:two",
        second_factor_acr=["urn:two"],
    )
    row.sealed_client_secret = seal(CLIENT_SECRET.encode(), owner=str(row.public_id))
    row.save()
    return row


def leave(client: Client, provider: OidcProvider, route: str = "accounts:oidc_begin", **data: str) -> str:
    """Press the button; the address at the provider that the page goes on to."""
    response = client.post(reverse(route, args=[provider.public_id]), data)
    assert response.status_code == 200
    (address,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())
    return html.unescape(address)


def come_back(client: Client, provider: OidcProvider, parameters: dict[str, str]):
    return client.get(reverse("accounts:oidc_callback", args=[provider.public_id]), parameters)


def travel(
    client: Client, local: LocalProvider, provider: OidcProvider, route: str = "accounts:oidc_begin", **data: str
):
    """There and back again."""
    return come_back(client, provider, local.visit(leave(client, provider, route, **data)))
