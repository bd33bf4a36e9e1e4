"""Whose address a request carries: what our own proxies say, and nothing that a visitor writes."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from qsessions.models import Session

from portal.audit.models import Entry
from portal.proxies import ClientAddressMiddleware, client_address
from tests.factories import PASSWORD, UserFactory

OURS = ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.10"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        # nobody's proxy: the header is the visitor's own words
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("203.0.113.5", "10.0.0.1", "203.0.113.5"),
        # ours: the rightmost that is not ours
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4,198.51.100.1 , 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("192.0.2.10", "198.51.100.1:5050", "198.51.100.1"),
        ("192.0.2.11", "198.51.100.1", "192.0.2.11"),
        ("2001:db8:1::7", "2001:db8:2::1", "2001:db8:2::1"),
        ("2001:db8:1::7", '"[2001:db8:2::1]:443"', "2001:db8:2::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        # nonsense ends the search
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, <script>, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "," * 9999, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, 999.1.1.1", "10.0.0.1"),
        # a socket without a word about it
        ("", "198.51.100.1", ""),
        ("fe80::1%eth0", "198.51.100.1", "fe80::1"),
    ],
)
def test_who_asks(remote, forwarded, address):
    assert client_address(remote, forwarded, OURS) == address


def test_without_proxies_of_ours_nobody_is_believed():
    assert client_address("127.0.0.1", "198.51.100.1", []) == "127.0.0.1"


def test_a_socket_that_is_ours():
    assert client_address("", "1.2.3.4, 198.51.100.1", ["unix"]) == "198.51.100.1"
    assert client_address("", "", ["unix"]) == ""
    assert client_address("203.0.113.5", "198.51.100.1", ["unix"]) == "203.0.113.5"


def test_a_word_that_is_no_network():
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        client_address("10.0.0.1", "", ["everybody"])


def test_nothing_further_in_sees_the_header(rf):
    seen = {}

    def view(request):
        seen.update(request.META)
        return HttpResponse()

    ClientAddressMiddleware(view)(rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.1", REMOTE_ADDR="203.0.113.5"))
    assert seen["REMOTE_ADDR"] == "203.0.113.5"
    assert "HTTP_X_FORWARDED_FOR" not in seen


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("remote", "address"), [("203.0.113.5", "203.0.113.5"), ("10.0.0.1", "198.51.100.1")], ids=["spoofed", "forwarded"]
)
def test_log_and_session_have_the_same(settings, remote, address):
    settings.TRUSTED_PROXIES = OURS
    client = Client(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR="1.2.3.4, 198.51.100.1")
    client.post(reverse("accounts:sign_in"), {"email": UserFactory().email, "password": PASSWORD})
    assert Entry.objects.get().address == address
    assert Session.objects.get().ip == address
