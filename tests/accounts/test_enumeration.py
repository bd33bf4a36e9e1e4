"""Nobody learns from the sign-in whether an account exists: 500 attempts a class, all of it compared.

Compared are counts, which a busy machine does not change: what is shown, queries by kind, hashes, rows in the log.
Times are measured by ``python -m tests.bench.sign_in``.
"""

import logging
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD

SAMPLES = 500
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


CLASSES = ("unknown", "wrong", "inactive, right password", "dormant, right password", "no password")


def attempts(user_class: str) -> list[tuple[str, str]]:
    """Addresses and passwords of a class: another account for each, so that no earlier count is in the way."""
    names = [f"{CLASSES.index(user_class)}-{at}@example.org" for at in range(SAMPLES)]
    password = PASSWORD if user_class.endswith("right password") else "fout wachtwoord"
    if user_class != "unknown":
        hashed = make_password(None if user_class == "no password" else PASSWORD)
        asleep = timezone.now() if user_class.startswith("dormant") else None
        User.objects.bulk_create(
            [
                User(
                    email=name,
                    name="X",
                    password=hashed,
                    is_active=not user_class.startswith(("inactive", "dormant")),
                    dormant_since=asleep,
                )
                for name in names
            ]
        )
    return [(name, password) for name in names]


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
    tried = [attempts(user_class) for user_class in CLASSES]
    hashed.clear()
    outcomes: dict[str, Counter[tuple[object, ...]]] = {user_class: Counter() for user_class in CLASSES}
    for at in range(SAMPLES):
        for turn, user_class in enumerate(CLASSES):
            # Another address for each sample: what is counted by address belongs to no account.
            client = Client(REMOTE_ADDR=f"10.{turn}.{at // 250}.{at % 250}")
            outcomes[user_class][seen(client, *tried[turn][at], hashed)] += 1
    reference = outcomes["unknown"]
    assert len(reference) == 1
    for user_class, counter in outcomes.items():
        assert dict(counter) == dict(reference), user_class
    (status, _body, _headers, _cookies, hashes, _statements) = next(iter(reference))
    assert (status, hashes) == (422, 1)
    rows = Entry.objects.filter(event=Event.SIGN_IN_FAILED)
    assert {(row.outcome, row.reason, row.actor_kind) for row in rows} == {(Outcome.FAILED, "wrong", "anonymous")}
    assert rows.count() == len(CLASSES) * SAMPLES + 1
    assert not User.objects.filter(last_login__isnull=False).exists()
