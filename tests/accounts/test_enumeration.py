"""Nobody learns from the sign-in whether an account exists: 500 attempts with one and without, all of it compared."""

import logging
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD, UserFactory

SAMPLES = 500
SAMPLES_OF_KINDS = 100  # other reasons not to get in
# A nonce, and the time of the answer.
MOVING = {"Content-Security-Policy", "Expires"}
VARYING = ("csrfmiddlewaretoken", "nonce=", "value=")


@pytest.fixture
def hashed(monkeypatch):
    """How many passwords were hashed so far."""
    count = Counter()
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        count["hashes"] += 1
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return count


@pytest.fixture
def quiet():
    """Writing down thousands of refusals for a report takes longer than refusing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def classes(at: int) -> dict[str, tuple[str, str]]:
    """Address and password of each class, fresh for each sample, so that no count of an earlier one is in the way."""
    main = {
        "unknown": (f"niemand-{at}@example.org", "fout wachtwoord"),
        "wrong": (UserFactory().email, "fout wachtwoord"),
    }
    if at >= SAMPLES_OF_KINDS:
        return main
    passwordless = UserFactory()
    passwordless.set_unusable_password()
    passwordless.save()
    return main | {
        "inactive, right password": (UserFactory(is_active=False).email, PASSWORD),
        "dormant, right password": (UserFactory(dormant_since=timezone.now()).email, PASSWORD),
        "no password": (passwordless.email, "fout wachtwoord"),
    }


def seen(client: Client, email: str, password: str, hashed: Counter[str]) -> tuple[object, ...]:
    """Everything that an answer shows, and the work behind it."""
    before = hashed["hashes"]
    connection.queries_log.clear()  # it holds 9,000 and no more
    with CaptureQueriesContext(connection) as queries:
        response = client.post(reverse("accounts:sign_in"), {"email": email, "password": password})
    lines = response.content.decode().replace(email, "…").splitlines()
    body = "\n".join(line for line in lines if not any(word in line for word in VARYING))
    headers = {
        name: value for name, value in response.headers.items() if name not in {"Content-Security-Policy", "Expires"}
    }
    # The length may differ by that of the typed address alone.
    headers["Content-Length"] = str(int(headers.get("Content-Length", 0)) and 0)
    cookies = sorted((name, morsel["max-age"]) for name, morsel in response.cookies.items())
    statements = tuple(query["sql"].split(" ", 1)[0] for query in queries.captured_queries)
    return (
        response.status_code,
        body,
        tuple(sorted(headers.items())),
        tuple(cookies),
        hashed["hashes"] - before,
        statements,
    )


@pytest.mark.sqlite
@pytest.mark.django_db
def test_five_hundred_of_each_class_are_one(hashed, quiet):
    Client().post(reverse("accounts:sign_in"), {"email": "eerst@example.org", "password": "x"})
    outcomes: dict[str, Counter[tuple[object, ...]]] = {}
    for at in range(SAMPLES):
        # Another address for each sample: what is counted by address belongs to no account.
        client = Client(REMOTE_ADDR=f"10.{at // 250}.{at % 250}.1")
        for turn, (name, (email, password)) in enumerate(classes(at).items()):
            client.defaults["REMOTE_ADDR"] = f"10.{turn}.{at // 250}.{at % 250}"
            outcomes.setdefault(name, Counter())[seen(client, email, password, hashed)] += 1
    counts = {name: sum(counter.values()) for name, counter in outcomes.items()}
    assert (counts.pop("unknown"), counts.pop("wrong")) == (SAMPLES, SAMPLES)
    assert set(counts.values()) == {SAMPLES_OF_KINDS}
    reference = outcomes.pop("unknown")
    assert len(reference) == 1
    for name, counter in outcomes.items():
        assert set(counter) == set(reference), name
    (status, _body, _headers, _cookies, hashes, _statements) = next(iter(reference))
    assert (status, hashes) == (422, 1)
    rows = Entry.objects.filter(event=Event.SIGN_IN_FAILED)
    assert {(row.outcome, row.reason, row.actor_kind) for row in rows} == {(Outcome.FAILED, "wrong", "anonymous")}
    assert rows.count() == 2 * SAMPLES + 3 * SAMPLES_OF_KINDS + 1
    assert not User.objects.filter(last_login__isnull=False).exists()
