"""What a provider, or somebody who plays one, can say, and why it does not count."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from portal.accounts.models import OidcProvider
from portal.accounts.oidc import client as asking
from portal.audit.enums import Event
from portal.audit.models import Entry

from .conftest import come_back, leave, travel
from .provider import (
    CLIENT_ID,
    KEY,
    NEW_KEY,
    OTHER_KEY,
    send_bytes,
    send_json,
    sign_a_list,
    sign_none,
    sign_rs256,
    sign_with_new_key,
    sign_with_own_key_in_header,
    sign_with_public_key,
)

pytestmark = pytest.mark.django_db

NOW = int(time.time())


def refused(client, response) -> str:
    """That nobody came in; the code in the log."""
    assert response.status_code == 403
    assert SESSION_KEY not in client.session
    rows = Entry.objects.filter(event=Event.IDENTITY_REFUSED)
    return rows.get().reason if rows else ""


CLAIMS = {
    "another issuer": ({"iss": "https://evil.example"}, "token_not_for_us"),
    "an issuer with a slash more": ({"iss": "SLASH"}, "token_not_for_us"),
    "no issuer": ({"iss": None}, "token_not_for_us"),
    "another audience": ({"aud": "another"}, "token_not_for_us"),
    "no audience": ({"aud": None}, "token_not_for_us"),
    "an audience of another kind": ({"aud": {CLIENT_ID: 1}}, "token_not_for_us"),
    "two audiences and no authorized party": ({"aud": [CLIENT_ID, "another"]}, "token_not_for_us"),
    "another authorized party": ({"azp": "another"}, "token_forged"),
    "another nonce": ({"nonce": "x" * 43}, "token_replayed"),
    "no nonce": ({"nonce": None}, "token_replayed"),
    "a nonce that is a number": ({"nonce": 1}, "token_replayed"),
    "expired": ({"exp": NOW - 3600}, "token_forged"),
    "no end": ({"exp": None}, "token_forged"),
    "an end that never comes": ({"exp": float("nan")}, "token_time"),
    "an infinite end": ({"exp": float("inf")}, "token_time"),
    "an end in words": ({"exp": "tomorrow"}, "token_forged"),
    "an end that is true": ({"exp": True}, "token_forged"),
    "made in the future": ({"iat": NOW + 3600}, "token_forged"),
    "made long ago": ({"iat": NOW - 3600}, "token_time"),
    "no making": ({"iat": None}, "token_forged"),
    "not valid yet": ({"nbf": NOW + 3600}, "token_forged"),
    "signed in in the future": ({"auth_time": NOW + 3600}, "token_time"),
    "no subject": ({"sub": None}, "token_forged"),
    "an empty subject": ({"sub": ""}, "no_subject"),
    "a subject that is a number": ({"sub": 1}, "no_subject"),
    "a long subject": ({"sub": "x" * 256}, "no_subject"),
    "a subject with a line break": ({"sub": "subject-1\n"}, "no_subject"),
    "a subject beyond ASCII": ({"sub": "ſubject-1"}, "no_subject"),
    "methods that are no list": ({"amr": "mfa"}, "token_forged"),
    "the hash of another access token": ({"at_hash": "x" * 22}, "token_forged"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims(client, local, identity, provider, name):
    claims, code = CLAIMS[name]
    local.claims = {key: local.issuer + "/" if value == "SLASH" else value for key, value in claims.items()}
    found = refused(client, travel(client, local, provider))
    assert found in {code, "token_time", "token_forged", "no_subject"}


SIGNATURES = {
    "none": sign_none,
    "HS256 with the public key": sign_with_public_key,
    "another key under the same name": lambda claims: sign_rs256(claims, key=OTHER_KEY),
    "a key of its own in the header": sign_with_own_key_in_header,
    "a key that the provider does not have": sign_with_new_key,
    "a strong algorithm that is not on the list": lambda claims: sign_rs256(claims, header={"alg": "RS384"}),
    "a changed body": lambda claims: _change(sign_rs256(claims)),
    "no token": lambda claims: "",
    "not a token": lambda claims: "a.b.c",
    "encrypted": lambda claims: "a.b.c.d.e",
    "huge": lambda claims: sign_rs256(claims | {"x": "x" * 20_000}),
    "claims that are a list": sign_a_list,
}


def _change(token: str) -> str:
    header, body, signature = token.split(".")
    return f"{header}.{body[:-4]}AAAA.{signature}"


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(client, local, identity, provider, name, recwarn):
    sign = SIGNATURES[name]
    try:
        local.sign = sign
        response = travel(client, local, provider)
    finally:
        local.sign = sign_rs256
    assert refused(client, response) in {"token_forged", "no_id_token", "code_refused"}


def test_a_key_that_came_new_is_fetched_once(client, local, identity, provider):
    travel(Client(), local, provider)
    local.keys, local.sign = [KEY, NEW_KEY], sign_with_new_key
    assert travel(client, local, provider).status_code == 302
    assert local.asked.count("/keys") == 2
    travel(Client(), local, provider)
    assert local.asked.count("/keys") == 2


def test_two_audiences_with_us_as_the_authorized_party(client, local, identity, provider):
    """Allowed by the standard, and only like this; a minute of leeway for clocks."""
    local.claims = {"aud": [CLIENT_ID], "azp": CLIENT_ID, "iat": int(time.time()) + 30}
    assert travel(client, local, provider).status_code == 302


class TestTheWayBack:
    def test_an_answer_counts_once(self, client, local, identity, provider):
        parameters = local.visit(leave(client, provider))
        assert come_back(client, provider, parameters).status_code == 302
        client.post(reverse("accounts:sign_out"))
        local.codes["code-1"] = {"nonce": "x", "code_challenge": "x"}
        assert come_back(client, provider, parameters).status_code == 403
        assert SESSION_KEY not in client.session

    def test_nor_in_another_browser(self, client, local, identity, provider):
        """Somebody sends the victim a link that would sign the victim in as somebody else."""
        parameters = local.visit(leave(client, provider))
        other = Client()
        assert come_back(other, provider, parameters).status_code == 403
        leave(other, provider)
        assert come_back(other, provider, parameters).status_code == 403
        assert SESSION_KEY not in other.session
        assert local.asked.count("/token") == 0
        assert not Entry.objects.exists(), "strangers do not fill the log"

    def test_nor_at_another_provider(self, client, local, identity, provider):
        twin = OidcProvider.objects.create(
            name="Other", organisation=provider.organisation, issuer=local.issuer, client_id="other"
        )
        parameters = local.visit(leave(client, provider))
        assert come_back(client, twin, parameters).status_code == 403
        assert come_back(client, provider, parameters).status_code == 403, "and the trip is over"

    def test_nor_after_ten_minutes(self, client, local, identity, provider):
        parameters = local.visit(leave(client, provider))
        session = client.session
        session["oidc_trip"] = session["oidc_trip"] | {"began_at": time.time() - 601}
        session.save()
        assert refused(client, come_back(client, provider, parameters)) == "trip_too_long"

    def test_nor_with_another_code(self, client, local, identity, provider):
        parameters = local.visit(leave(client, provider)) | {"code": "guessed"}
        assert refused(client, come_back(client, provider, parameters)) == "code_refused"

    @pytest.mark.parametrize("changes", [{"error": "access_denied"}, {"code": ""}, {"code": "x" * 5000}])
    def test_a_provider_that_says_no(self, client, local, identity, provider, changes):
        parameters = local.visit(leave(client, provider)) | changes
        assert refused(client, come_back(client, provider, parameters)) == "provider_said_no"

    def test_an_answer_in_the_name_of_another_issuer(self, client, local, identity, provider):
        parameters = local.visit(leave(client, provider)) | {"iss": "https://evil.example"}
        assert refused(client, come_back(client, provider, parameters)) == "other_issuer"

    def test_somebody_signed_in_meanwhile(self, client, local, identity, provider, sign_in, user):
        parameters = local.visit(leave(client, provider))
        trip = client.session["oidc_trip"]
        sign_in(client, user)
        session = client.session
        session["oidc_trip"] = trip
        session.save()
        assert come_back(client, provider, parameters).status_code == 403

    @pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
    def test_onward_on_this_site_only(self, client, local, identity, provider, next_path):
        local.claims = {"acr": "urn:two"}
        response = travel(client, local, provider, next=next_path)
        assert response["Location"].startswith("/")
        assert "evil" not in response["Location"]

    def test_get_and_nothing_else(self, client, provider):
        address = reverse("accounts:oidc_callback", args=[provider.public_id])
        for method in (client.post, client.put, client.delete, client.head):
            assert method(address).status_code == 405
        assert client.get(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 405

    def test_leaving_needs_a_form_of_ours(self, provider):
        """Nobody elsewhere can send a browser on its way (RFC 9700, 4.7)."""
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 403


def redirect_to(address):
    return lambda handler: send_bytes(handler, b"{}", status=302, Location=address)


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.05)


DISCOVERY = "/.well-known/openid-configuration"
HOSTILE = {
    "not json": lambda handler: send_bytes(handler, b"<html>"),
    "a list": lambda handler: send_json(handler, []),
    "deep": lambda handler: send_bytes(handler, b"[" * 100_000),
    "huge": lambda handler: send_bytes(handler, b'{"x": "' + b"x" * (asking.ANSWER_BYTES + 1) + b'"}'),
    "slow": drip,
    "compressed": lambda handler: send_bytes(handler, b"\x1f\x8b", Content_Encoding="gzip"),
    "an error": lambda handler: send_json(handler, {}, status=500),
    "somewhere else": redirect_to("http://127.0.0.1:1/"),
    "nothing": lambda handler: handler.connection.close(),
}


@pytest.fixture
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(asking, "WAIT_SECONDS", 1)
    monkeypatch.setattr(asking, "BUDGET_SECONDS", 0.2)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", [DISCOVERY, "/keys", "/token"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_answers_that_are_none(client, local, identity, provider, in_a_hurry, name, path):
    local.answers[path] = HOSTILE[name]
    if path == DISCOVERY:
        response = client.post(reverse("accounts:oidc_begin", args=[provider.public_id]))
        assert response.status_code == 403
        assert client.post(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 403
        assert local.asked.count(DISCOVERY) == 1, "not asked again at once"
    else:
        refused(client, travel(client, local, provider))


METADATA = {
    "another issuer": {"issuer": "https://evil.example"},
    "tokens elsewhere": {"token_endpoint": "http://169.254.169.254/latest"},
    "keys elsewhere": {"jwks_uri": "http://127.0.0.1:1/keys"},
    "sign-in elsewhere": {"authorization_endpoint": "https://evil.example/authorize"},
    "a host in a name": {"token_endpoint": "http://127.0.0.1@evil.example/token"},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "not an address": {"jwks_uri": 7},
    "no address": {"token_endpoint": None},
}


@pytest.mark.parametrize("name", METADATA)
def test_a_document_sends_us_nowhere_else(client, local, provider, name):
    local.answers[DISCOVERY] = lambda handler: send_json(handler, local.metadata() | METADATA[name])
    assert client.post(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 403
    assert local.asked == [DISCOVERY]


def test_keys_with_a_shared_secret_are_passed_over(client, local, identity, provider):
    shared = {"kty": "oct", "kid": "first", "k": "c2VjcmV0"}
    local.answers["/keys"] = lambda handler: send_json(handler, {"keys": [shared]})
    assert refused(client, travel(client, local, provider)) == "no_keys"


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://login.example/tenant/v2.0", True),
        ("http://127.0.0.1:8080/realm", True),
        ("http://login.example", False),
        ("https://user:secret@login.example", False),
        ("https://login.example/?x=1", False),
        ("https://login.example/#x", False),
        ("https://", False),
        ("https://[x", False),
        ("https://login.example:0", False),
        ("https://login.example:x", False),
        ("ftp://login.example", False),
        ("https://login.example/\\x", False),
        ("", False),
    ],
)
def test_what_may_be_an_issuer(address, fits):
    assert asking.is_issuer(address) is fits


def test_only_a_demo_trusts_its_own_machine_by_http(monkeypatch):
    monkeypatch.setattr(asking, "is_demo", lambda: False)
    assert asking.is_issuer("http://127.0.0.1:8080/realm") is False
