"""Links: those between pages survive a rename; those to elsewhere are asked politely, rarely called broken wrongly."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pages.enums import LinkState
from pages.linkcheck import checking, fetching
from pages.linkcheck.fetching import Answer, ask, is_public
from pages.linkcheck.gathering import gather, key_of
from pages.models import CheckedLink
from tests.pages import link_server
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site

pytestmark = pytest.mark.django_db


def add_link(url: str, **fields: Any) -> CheckedLink:
    return CheckedLink.objects.create(url=url, url_hash=key_of(url), **{"host": "example.org", **fields})


def text(html: str) -> list[tuple[str, Any]]:
    return [("text", html)]


@pytest.fixture
def own_network(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test server is on this machine, where the checker otherwise never looks; and waits are short."""
    settings.LINK_CHECK_OWN_NETWORK = True
    settings.LINK_CHECK_SECONDS = 1.2
    monkeypatch.setattr(fetching, "WAIT_SECONDS", 0.5)


@pytest.mark.slow
def test_two_hundred_links(own_network: None) -> None:
    truth = link_server.addresses()
    assert len(truth) == 200
    with link_server.running() as base:
        links = {path: add_link(base + path, host=path) for path in truth}
        for _ in range(3):
            for link in links.values():
                link.refresh_from_db()
                checking.note(link=link, answer=ask(link.url))

    states = dict(CheckedLink.objects.values_list("host", "state"))
    wrong = {path for path, gone in truth.items() if (states[path] == LinkState.BROKEN) is not gone}
    assert len(wrong) <= 4, sorted(wrong)
    # What answers a person has to be called fine, not "not sure": an editor would look at it for nothing.
    healthy = ("fine", "head-405", "head-404", "head-501", "moved", "moved-twice", "slow", "large", "flaky-404")
    doubted = {path for path, state in states.items() if path.split("/")[1] in healthy and state != LinkState.FINE}
    assert len(doubted) <= 4, sorted(doubted)


def test_little_is_read(own_network: None) -> None:
    with link_server.running() as base:
        assert ask(f"{base}/large/0").outcome == "fine"
        assert ask(f"{base}/fine/0").outcome == "fine"

    assert link_server.Handler.visits == {"/large/0": 1, "/fine/0": 1}


GONE = Answer(outcome="gone", reason="status_404")
FINE = Answer(outcome="fine")
UNSURE = Answer(outcome="unsure", reason="status_503")
UNKNOWN = Answer(outcome="unresolved", reason="name_unknown", resolved=False)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([FINE], "fine"),
        ([GONE], "unsure"),
        ([GONE, GONE], "broken"),
        ([GONE, FINE, GONE], "unsure"),
        ([GONE, UNSURE, GONE], "unsure"),
        ([UNSURE] * 5, "unsure"),
        ([UNKNOWN] * 2, "unsure"),
        ([UNKNOWN] * 3, "broken"),
        ([UNKNOWN, UNKNOWN, FINE, UNKNOWN], "unsure"),
        ([GONE, GONE, FINE], "fine"),
        *([Answer(outcome="unsure", reason=f"status_{status}")] * 3 and ([UNSURE] * 2, "unsure") for status in (401,)),
    ],
)
def test_only_certainties_are_called_broken(answers: list[Answer], state: str) -> None:
    add_link("https://other.example/", host="other.example", state="fine", checked_at=timezone.now())
    link = add_link("https://example.org/a")
    for answer in answers:
        checking.note(link=link, answer=answer)

    link.refresh_from_db()
    assert link.state == state


def test_when_no_name_is_found_our_own_line_is_down() -> None:
    links = [add_link(f"https://{n}.example/", host=f"{n}.example") for n in range(3)]
    for _ in range(5):
        for link in links:
            checking.note(link=link, answer=UNKNOWN)

    assert set(CheckedLink.objects.values_list("state", flat=True)) == {"unsure"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        *((address, False) for address in ("127.0.0.1", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254")),
        *((address, False) for address in ("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::")),
        *((address, False) for address in ("fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")),
        *((address, False) for address in ("2002:7f00:1::", "ff02::1", "::ffff:10.0.0.1")),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_our_own_network_is_not_asked(host: str) -> None:
    with link_server.running() as base:
        port = base.rsplit(":", 1)[1]
        for url in (f"http://{host}:{port}/fine/0", f"http://{host}/"):
            answer = ask(url)
            assert answer.outcome in ("unsure", "unresolved")
        assert not link_server.Handler.visits


def test_a_redirect_into_our_own_network_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def request(method: str, url: str, end: float) -> tuple[int, dict[str, str], bytes]:
        asked.append(url)
        if url.startswith("https://example.org"):
            return 302, {"Location": "http://127.0.0.1/secret"}, b""
        return real(method, url, end)

    real = fetching._request
    monkeypatch.setattr(fetching, "_request", request)

    assert ask("https://example.org/") == Answer(outcome="unsure", reason="not_public")


@pytest.mark.parametrize(
    "url",
    [
        *NAUGHTY,
        "ftp://example.org/",
        "http://",
        "http://[",
        "http://user:pw@example.org/",
        "http://a b/",
        "http://example.org:99999/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_no_address_is_no_fault(url: str) -> None:
    assert ask(url[:2000]).outcome in ("unsure", "unresolved")


def test_a_host_that_asks_for_peace_gets_it() -> None:
    link, other = add_link("https://example.org/a"), add_link("https://example.org/b")
    elsewhere = add_link("https://other.example/", host="other.example")
    checking.note(link=link, answer=Answer(outcome="unsure", reason="status_429", retry_after=7200))

    limit = timezone.now() + timedelta(hours=1)
    rows = {row.pk: row.due_at > limit for row in CheckedLink.objects.all()}
    assert rows == {link.pk: True, other.pk: True, elsewhere.pk: False}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("1", 60),
        ("999999999999", 86_400),
        ("soon", 3600),
        ("", 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60),
    ],
)
def test_retry_after(value: str, seconds: int) -> None:
    assert fetching._retry_after(value) == seconds


def test_one_address_a_turn_and_a_host_in_peace(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LINK_CHECK = True
    asked: list[str] = []
    monkeypatch.setattr(checking, "claim", lambda name: False)
    monkeypatch.setattr(checking, "ask", lambda url: asked.append(url) or FINE)
    for url in ("https://a.example/1", "https://a.example/2", "https://b.example/1"):
        add_link(url, host=url.split("/")[2])

    assert [checking.check_due() for _ in range(4)] == [1, 1, 0, 0]
    assert asked == ["https://a.example/1", "https://b.example/1"]


def test_nothing_is_asked_where_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "ask", lambda url: pytest.fail("asked"))
    add_link("https://example.org/")

    assert checking.check_due() == 0


def test_addresses_are_gathered_from_public_pages_and_forgotten_again() -> None:
    home = make_site()
    page = article(
        home,
        body=[
            ("text", '<p><a href="https://example.org/a?x=1&amp;y=2#deel">a</a> <a href="tel:112">112</a></p>'),
            ("contact", {"name": "Wij", "text": "", "telephone": "", "email": "", "website": "https://example.org/b"}),
        ],
    )
    article(home, slug="concept", publish=False, body=text('<p><a href="https://example.org/draft">d</a></p>'))

    assert gather() == 2
    assert set(CheckedLink.objects.values_list("url", "pages")) == {
        ("https://example.org/a?x=1&y=2", page.pk),
        ("https://example.org/b", page.pk),
    }
    page.unpublish()
    assert gather() == 0
    assert not CheckedLink.objects.exists()


def test_a_rename_breaks_no_link_between_pages_and_an_absent_page_does(client: Any) -> None:
    home = make_site()
    target = article(home, title="Doel", slug="doel")
    article(home, slug="bron", body=text(f'<p><a linktype="page" id="{target.pk}">naar</a></p>'))
    target.slug = "heel-anders"
    target.save_revision().publish()

    assert '<a href="/nl/gezondheid/heel-anders/">naar</a>' in client.get("/nl/gezondheid/bron/").content.decode()
    assert gather() == 0

    target.unpublish()
    assert gather() == 1
    assert CheckedLink.objects.get().state == LinkState.BROKEN
    target.save_revision().publish()
    assert gather() == 0
