"""Text does not grow old unseen: owners are told in time and once, and the start page says what waits."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from pages import daily, tasks
from pages.enums import LinkState
from pages.freshness import due, remind, step_of
from pages.linkcheck.gathering import key_of
from pages.models import ArticlePage, CheckedLink, DailyWork, Feedback, HomePage, ReviewReminder, SearchMiss
from pages.panels import outdated, waiting
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.messages import deliver_due
from portal.accounts.models import OutgoingMessage, Team
from tests.factories import MembershipFactory, TeamFactory
from tests.pages.editing import sign_in_as
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TODAY = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.freshness.timezone.localdate", lambda: TODAY)
    daily._done.clear()


@pytest.fixture
def team() -> Team:
    """A team of the region in which somebody edits."""
    return MembershipFactory(role=Role.EDITOR, team__organisation__kind=OrganisationKind.REGION).team


@shared
def home() -> HomePage:
    return make_site()


def page_due(days: int, **fields: Any) -> ArticlePage:
    return article(HomePage.objects.get(locale__language_code="nl"), next_review=TODAY + timedelta(days=days), **fields)


@pytest.mark.parametrize(
    ("days", "step"), [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (6, 7), (1, 7), (0, 0), (-1, 0), (-400, 0)]
)
def test_which_step_is_reached(days: int, step: int | None) -> None:
    assert step_of(TODAY + timedelta(days=days), TODAY) == step


def test_an_owner_is_told_three_times_and_each_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    page_due(40, owner_organisation=team.organisation)
    told = []
    for offset in range(60):
        day = TODAY + timedelta(days=offset)
        monkeypatch.setattr("pages.freshness.timezone.localdate", lambda day=day: day)
        told += [40 - offset for _ in range(2) if remind()]

    assert told == [30, 7, 0]
    assert ReviewReminder.objects.count() == 3


def test_a_new_date_begins_anew(team: Team) -> None:
    page = page_due(0)
    assert remind() == 1
    page.next_review = TODAY + timedelta(days=7)
    page.save_revision().publish()

    assert (remind(), remind()) == (1, 0)


def test_what_no_worker_saw_is_told_once_and_late(team: Team) -> None:
    page_due(-3)

    assert (remind(), remind()) == (1, 0)


def test_drafts_need_no_review(team: Team) -> None:
    page_due(0, publish=False)

    assert remind() == 0


def test_one_mail_a_team_with_no_name_in_it(team: Team) -> None:
    home = HomePage.objects.get(locale__language_code="nl")
    for number in range(5):
        article(
            home, title=f"Geheim {number}", slug=f"g{number}", next_review=TODAY, owner_organisation=team.organisation
        )

    assert remind() == 1
    message = OutgoingMessage.objects.get()
    assert (message.team, message.kind, message.path) == (team, MessageKind.PAGES_TO_REVIEW, "/cms/nakijken/")
    assert deliver_due() == 1
    assert mail.outbox[0].to == [team.mailbox]
    assert "Geheim" not in str(mail.outbox[0].message())
    assert "/cms/nakijken/" in mail.outbox[0].body
    assert "nakijken" in mail.outbox[0].body.replace("na te kijken", "nakijken")


@pytest.mark.parametrize("role", list(Role))
def test_whom_it_goes_to(role: Role) -> None:
    membership = MembershipFactory(role=role)
    page_due(0, owner_organisation=membership.team.organisation)

    assert remind() == (role in (Role.EDITOR, Role.PUBLISHER))


def test_without_editors_of_its_own_the_region_is_told(team: Team) -> None:
    other = TeamFactory()
    page_due(0, owner_organisation=other.organisation)

    assert remind() == 1
    assert OutgoingMessage.objects.get().team == team


def test_without_anybody_nothing_breaks() -> None:
    page_due(0)

    assert remind() == 0


def test_the_list_is_one_query_most_urgent_first(django_assert_num_queries: Any) -> None:
    home = HomePage.objects.get(locale__language_code="nl")
    for days in (5, -5, 0, 31):
        article(home, title=f"d{days}", slug=f"d{days + 50}", next_review=TODAY + timedelta(days=days))
    with django_assert_num_queries(1):
        found = due(within_days=30)

    assert [(one.title, one.is_overdue) for one in found] == [("d-5", True), ("d0", False), ("d5", False)]


def test_daily_work_is_done_once_a_day_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate
    assert [daily.claim("x"), daily.claim("x"), daily.claim("y")] == [True, False, True]
    daily._done.clear()  # another worker
    assert daily.claim("x") is False
    monkeypatch.setattr("pages.daily.timezone.localdate", lambda: today() + timedelta(days=1))
    assert [daily.claim("x"), daily.claim("x")] == [True, False]
    assert DailyWork.objects.get(name="x").day == today() + timedelta(days=1)


def test_the_worker_knows_the_work() -> None:
    from portal.background import periodic_callables

    assert {tasks.remind_owners, tasks.forget_old, tasks.check_due} <= set(periodic_callables())
    for work in tasks.PERIODIC:
        work()


def lines(client: Client) -> dict[str, str]:
    import re

    html = client.get("/cms/").content.decode()
    panel = html.split('id="work-content"')[1].split("</table>")[0] if 'id="work-content"' in html else html
    return dict(re.findall(r'<a href="([^"?]+)[^"]*">[^<]+</a>\s*</td>\s*<td>\s*<strong>(\d+)</strong>', panel))


def test_the_start_page_says_what_waits(client: Client, sign_in: Any) -> None:
    page = page_due(-1)
    translated = translate(page, "ar", title="طبيب")
    outdated_before = outdated(frozenset({"ar", "en"}))
    page = ArticlePage.objects.get(pk=page.pk)
    page.summary = "Nu anders."
    page.save_revision().publish()
    Feedback.objects.create(page=translated, language="ar", helped=False)
    Feedback.objects.create(page=page, language="nl", helped=False, state="closed")
    SearchMiss.objects.create(language="ar", query="طبيب")
    CheckedLink.objects.create(url="https://x.example", url_hash=key_of("x"), state=LinkState.BROKEN)
    sign_in_as(client, sign_in, Role.PUBLISHER)

    assert lines(client) == {
        "/cms/translations/": str(outdated_before + 1),
        "/cms/nakijken/": str(len(due(within_days=0))),
        "/cms/reacties/": "1",
        "/cms/niet-gevonden/": "1",
        "/cms/links/": "1",
    }
    for path in ("/cms/nakijken/", "/cms/reacties/", "/cms/niet-gevonden/", "/cms/links/"):
        assert client.get(path).status_code == 200


def test_the_start_page_asks_the_same_however_much_waits(django_assert_num_queries: Any) -> None:
    page = page_due(-1)
    user = MembershipFactory(role=Role.EDITOR).user
    waiting(user)
    del user._pages_editor
    with django_assert_num_queries(7):
        waiting(user)
    for _ in range(10):
        Feedback.objects.create(page=page, language="nl", helped=False)
    del user._pages_editor
    with django_assert_num_queries(7):
        waiting(user)


@shared
def reactions(home: HomePage) -> dict[str, Feedback]:
    page = page_due(0)
    return {
        code: Feedback.objects.create(page=page, language=code, helped=False, text=f"tekst in {code}")
        for code in ("nl", "ar", "ti")
    }


@pytest.mark.parametrize(
    ("role", "languages", "seen"),
    [
        (Role.EDITOR, [], {"nl", "ar", "ti"}),
        (Role.PUBLISHER, [], {"nl", "ar", "ti"}),
        (Role.TRANSLATOR, ["ar"], {"ar"}),
        (Role.TRANSLATOR, ["ar", "ti"], {"ar", "ti"}),
        (Role.TRANSLATOR, ["fr"], set()),
    ],
)
def test_who_reads_and_closes_which_reactions(
    client: Client, sign_in: Any, reactions: dict[str, Feedback], role: Role, languages: list[str], seen: set[str]
) -> None:
    sign_in_as(client, sign_in, role, languages=languages)
    html = client.get("/cms/reacties/").content.decode()
    for code, row in reactions.items():
        assert (f"tekst in {code}" in html) is (code in seen)
        address = f"/cms/reacties/edit/{row.pk}/"
        assert (client.get(address).status_code == 200) is (code in seen)
        client.post(address, {"state": "closed", "answer": "Telefoonnummer toegevoegd."})
        row.refresh_from_db()
        assert (row.state, bool(row.answer)) == (("closed", True) if code in seen else ("open", False))


@pytest.mark.parametrize("path", ["/cms/reacties/", "/cms/niet-gevonden/", "/cms/links/", "/cms/nakijken/"])
def test_readers_reach_none_of_it(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    assert client.get(path + "new/").status_code == 302


@pytest.mark.parametrize("role", [Role.EDITOR, Role.TRANSLATOR])
@pytest.mark.parametrize("rest", ["new/", "delete/1/", "copy/1/"])
def test_nobody_adds_or_deletes_what_readers_said(
    client: Client, sign_in: Any, reactions: dict[str, Feedback], role: Role, rest: str
) -> None:
    sign_in_as(client, sign_in, role, languages=["ar"])

    assert client.get(f"/cms/reacties/{rest}").status_code == 404


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_answers_and_filters(client: Client, sign_in: Any, reactions: dict[str, Feedback], text: str) -> None:
    sign_in_as(client, sign_in, Role.EDITOR)
    row = reactions["nl"]

    answer = client.post(f"/cms/reacties/edit/{row.pk}/", {"state": text, "answer": text})
    assert answer.status_code in (200, 302)
    assert client.post(f"/cms/reacties/edit/{row.pk}/", {"state": "closed", "answer": text}).status_code in (200, 302)
    listed = client.get("/cms/reacties/", {"state": text, "language": text, "helped": text, "page": text, "p": text})
    assert listed.status_code in (200, 404)
