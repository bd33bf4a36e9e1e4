"""``python -m tests.bench.sign_in``: whether the time of a refused sign-in tells if the account exists.

Five hundred attempts a class, in turns so that what else the machine does hits all of them, with the real Argon2id, on
a scratch database. For each class: the median in milliseconds, and beside the unknown address the Mann-Whitney z and
the Kolmogorov-Smirnov distance with its bound at one in a thousand.
"""

import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence

SAMPLES = int(os.environ.get("SAMPLES", "500"))


def mann_whitney_z(one: Sequence[float], other: Sequence[float]) -> float:
    """How many standard deviations the rank sum lies from that of two samples of one distribution."""
    both = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    rank_sum = sum(rank for rank, (_value, owner) in enumerate(both, start=1) if owner == 0)
    first, second = len(one), len(other)
    statistic = rank_sum - first * (first + 1) / 2
    deviation = math.sqrt(first * second * (first + second + 1) / 12)
    return (statistic - first * second / 2) / deviation


def kolmogorov_smirnov(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The largest distance between the two distributions, and what chance exceeds once in a thousand."""
    ones, others = sorted(one), sorted(other)
    largest, at, beside = 0.0, 0, 0
    while at < len(ones) and beside < len(others):
        if ones[at] <= others[beside]:
            at += 1
        else:
            beside += 1
        largest = max(largest, abs(at / len(ones) - beside / len(others)))
    bound = 1.95 * math.sqrt((len(ones) + len(others)) / (len(ones) * len(others)))
    return largest, bound


def main() -> None:
    """Prints the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEST_DATABASE_FILE"] = f"{folder}/bench.sqlite3"
        import django
        from django.conf import settings
        from django.test.utils import setup_databases, setup_test_environment, teardown_databases

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        django.setup()
        setup_test_environment()
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            _measure()
        finally:
            teardown_databases(databases, verbosity=0)


def _measure() -> None:
    import logging

    from django.test import Client
    from django.urls import reverse

    from tests.factories import PASSWORD, UserFactory

    logging.disable(logging.CRITICAL)
    url = reverse("accounts:sign_in")
    # One account for ten attempts: hashing a password for each of 1,500 would take longer than what is measured.
    users = [(UserFactory(), UserFactory(is_active=False)) for _ in range(math.ceil(SAMPLES / 4))]
    taken: dict[str, list[float]] = {}
    for at in range(-5, SAMPLES):  # the first few warm up
        known, inactive = users[max(at, 0) // 4]
        turn = [
            ("unknown", f"niemand-{max(at, 0) // 4}@example.org", "fout wachtwoord"),
            ("wrong", known.email, "fout wachtwoord"),
            ("inactive", inactive.email, PASSWORD),
        ]
        shift = at % len(turn)
        for number, (name, email, password) in enumerate(turn[shift:] + turn[:shift]):
            client = Client(REMOTE_ADDR=f"10.{number}.{max(at, 0) // 250}.{max(at, 0) % 250}")
            start = time.perf_counter()
            response = client.post(url, {"email": email, "password": password})
            if at >= 0:
                taken.setdefault(name, []).append((time.perf_counter() - start) * 1000)
            assert response.status_code == 422, response.status_code
    print(f"{SAMPLES} attempts a class")
    for name, times in taken.items():
        z = mann_whitney_z(times, taken["unknown"])
        distance, bound = kolmogorov_smirnov(times, taken["unknown"])
        print(
            f"{name:10} median {statistics.median(times):7.2f} ms   Mann-Whitney z {z:+.2f}   "
            f"KS {distance:.3f} (bound {bound:.3f})"
        )


if __name__ == "__main__":
    main()
