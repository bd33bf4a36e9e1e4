"""Who reaches which page in the Wagtail admin: every route that names a page is tried, not only those with a button."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from pages.editors import grant_editing
from pages.models import ArticlePage, HomePage
from pages.policy import Editor, may_check, may_create, may_edit, may_publish, may_translate
from pages.translating.adoption import prepare
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.accounts.routes import all_routes
from tests.factories import OrganisationFactory
from tests.pages.editing import editor, publisher, region, translator, writer
from tests.pages.site import article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

REFUSED = {403, 404, 405}
PAGE_ARGUMENTS = {"page_id", "page_to_move_id", "parent_page_id"}
# Lists of the tree: Wagtail itself leaves out what a group may not see (tried below).
LISTS = {"wagtailadmin_explore", "wagtailadmin_explore_results", "wagtailadmin_choose_page_child"}


@shared
def home() -> HomePage:
    home = make_site(("nl", "ar", "fa"))
    grant_editing()
    return home


@shared
def dutch(home: HomePage) -> ArticlePage:
    return article(home)


@shared
def family(dutch: ArticlePage) -> dict[str, ArticlePage]:
    """The page in each language, with a draft that no reader sees."""
    pages = {"nl": dutch}
    for language, title in (("ar", "طبيب"), ("fa", "پزشک")):
        pages[language] = translate(dutch, language, title=title)
    for page in pages.values():
        page.summary = "Geheim concept."
        page.save_revision()
    return pages


# Every route of the admin that takes the id of a page: a new version's too.
ROUTES = sorted(
    {
        (route.view_name, tuple(route.converters))
        for route in all_routes()
        if route.route.startswith("cms/") and PAGE_ARGUMENTS & route.converters.keys() and route.view_name not in LISTS
    }
)


def address(name: str, arguments: tuple[str, ...], page: Page) -> str | None:
    known = {
        **dict.fromkeys(PAGE_ARGUMENTS, page.pk),
        "destination_id": page.get_parent().pk,
        "revision_id": page.latest_revision_id,
        "content_type_app_name": "pages",
        "content_type_model_name": "articlepage",
        "action_name": "approve",
    }
    try:
        return reverse(name, kwargs={argument: known.get(argument, 1) for argument in arguments})
    except NoReverseMatch:
        return None


class Anywhere:
    """Stands for a page where only the form of an address matters."""

    pk = latest_revision_id = 1

    def get_parent(self) -> "Anywhere":
        return self


# Handing in a Dutch page for translation is tried in test_hands_in_for_the_own_language_only.
PROBES = [
    (name, arguments, language)
    for name, arguments in ROUTES
    for language in ("nl", "fa")
    if address(name, arguments, Anywhere()) and not ("submit" in name and language == "nl")
]


def test_the_routes_are_found() -> None:
    names = {name for name, _arguments in ROUTES}
    assert {"wagtailadmin_pages:edit", "wagtailadmin_pages:history", "pages_submit_translation"} <= names
    assert len(names) > 25


class TestATranslator:
    """Of Arabic."""

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize(("name", "arguments", "language"), PROBES)
    def test_reaches_no_other_language(
        self, family: dict[str, ArticlePage], name: str, arguments: tuple[str, ...], method: str, language: str
    ) -> None:
        path = address(name, arguments, family[language])
        response = getattr(translator("ar"), method)(path)
        assert response.status_code in REFUSED, (path, response.status_code)
        assert b"Geheim concept" not in response.content

    @pytest.mark.parametrize("name", ["edit", "history", "view_draft", "usage", "workflow_history"], ids=str)
    def test_reaches_the_own_language(self, family: dict[str, ArticlePage], name: str) -> None:
        path = reverse(f"wagtailadmin_pages:{name}", args=[family["ar"].pk])
        assert translator("ar").get(path).status_code == 200

    @pytest.mark.parametrize("name", ["delete", "unpublish", "lock", "set_privacy", "move", "copy"])
    def test_takes_nothing_away(self, family: dict[str, ArticlePage], name: str) -> None:
        path = reverse(f"wagtailadmin_pages:{name}", args=[family["ar"].pk])
        for response in (translator("ar").get(path), translator("ar").post(path)):
            assert response.status_code in REFUSED or response["Location"] == reverse("wagtailadmin_home")
        assert ArticlePage.objects.get(pk=family["ar"].pk).live

    @pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
    @pytest.mark.parametrize("language", ["nl", "fa", "ar"])
    def test_bulk_actions(self, family: dict[str, ArticlePage], action: str, language: str) -> None:
        page = family[language]
        path = f"/cms/bulk/wagtailcore/page/{action}/?id={page.pk}&next=/cms/"
        client = translator("ar")
        for answer in (client.get(path), client.post(path), client.post(path.replace(f"id={page.pk}", "id=all"))):
            assert answer.status_code in REFUSED | {200, 302}
        same = ArticlePage.objects.get(pk=page.pk)
        assert (same.live, same.path, same.summary) == (True, page.path, "Een korte zin.")

    def test_the_admins_api(self, family: dict[str, ArticlePage]) -> None:
        client = translator("ar")
        for language in ("nl", "fa"):
            assert client.get(f"/cms/api/main/pages/{family[language].pk}/").status_code in REFUSED
        listed = client.get("/cms/api/main/pages/?fields=*&limit=20").content.decode()
        assert "طبيب" in listed
        assert "پزشک" not in listed

    def test_search_and_lists(self, family: dict[str, ArticlePage]) -> None:
        client = translator("ar")
        for path in (
            "/cms/pages/search/?q=huisarts",
            f"/cms/pages/{family['fa'].get_parent().pk}/",
            "/cms/reports/site-history/",
            "/cms/pages/usage/pages/articlepage/",
        ):
            assert "پزشک" not in client.get(path, follow=True).content.decode(), path

    def test_the_chooser_shows_what_readers_see(self, family: dict[str, ArticlePage]) -> None:
        client = translator("ar")
        hidden = article(HomePage.objects.get(locale__language_code="nl"), title="Nog niet", slug="niet", publish=False)
        answer = client.get(f"/cms/choose-page/{hidden.get_parent().pk}/").content.decode()
        assert "Een huisarts zoeken" in answer
        assert "Nog niet" not in answer

    def test_pinging_somebody_elses_session(self, family: dict[str, ArticlePage]) -> None:
        path = f"/cms/editing-sessions/ping/wagtailcore/page/{family['fa'].pk}/1/"
        assert translator("ar").post(path).status_code in REFUSED

    def test_comparing_versions(self, family: dict[str, ArticlePage]) -> None:
        path = f"/cms/pages/{family['fa'].pk}/revisions/compare/live...latest/"
        assert translator("ar").get(path).status_code in REFUSED
        assert translator("ar").get(path.replace(str(family["fa"].pk), str(family["ar"].pk))).status_code == 200

    @pytest.fixture
    def persian(self, family: dict[str, ArticlePage]) -> Translation:
        return prepare(source=ArticlePage.objects.get(pk=family["nl"].pk), language="fa", user=None)

    def test_wagtail_localize(self, persian: Translation, settings: Any) -> None:
        segment = persian.source.stringsegment_set.first()
        before = list(StringTranslation.objects.values_list("pk", "data"))
        client = translator("ar")
        base = f"/cms/localize/translate/{persian.pk}/"
        for method, path in (
            ("get", "pofile/download/"),
            ("post", "pofile/upload/"),
            ("post", "machine_translate/"),
            ("get", "preview/"),
            ("get", "preview/default/"),
            ("post", "disable/"),
            ("put", f"strings/{segment.pk}/edit/"),
            ("delete", f"strings/{segment.pk}/edit/"),
        ):
            response = getattr(client, method)(base + path)
            assert response.status_code in REFUSED, path
            assert b"Geheim" not in response.content
        for method in (client.get, client.post):
            assert method(f"/cms/localize/update/{persian.source_id}/").status_code in REFUSED
        assert list(StringTranslation.objects.values_list("pk", "data")) == before
        assert Translation.objects.get(pk=persian.pk).enabled

    def test_hands_in_for_the_own_language_only(self, dutch: ArticlePage) -> None:
        client = translator("ar")
        path = reverse("wagtail_localize:submit_page_translation", args=[dutch.pk])
        form = client.get(path).context["form"]
        assert [one.language_code for one in form.fields["locales"].queryset] == ["ar"]
        persian = HomePage.objects.get(locale__language_code="fa").locale_id
        client.post(path, {"locales": [str(persian)], "include_subtree": "on"})
        assert not Page.objects.filter(translation_key=dutch.translation_key, locale_id=persian).exists()

    @pytest.mark.parametrize("act", ["translate", "follows", "checked", "ready"])
    @pytest.mark.parametrize("language", ["fa", "nl", "xx"])
    def test_own_views(self, family: dict[str, ArticlePage], act: str, language: str) -> None:
        path = reverse(f"pages_translation_{act}", args=[family["nl"].pk, language])
        assert translator("ar").post(path).status_code == 404
        assert translator("ar").get(reverse("pages_translation", args=[family["nl"].pk, language])).status_code == 404

    def test_without_languages_translates_nothing(self, family: dict[str, ArticlePage]) -> None:
        client = translator()
        assert client.get(reverse("wagtailadmin_pages:edit", args=[family["ar"].pk])).status_code in REFUSED
        assert client.get(reverse("pages_translations")).context["columns"] == []


class TestAnOrganisation:
    @pytest.fixture
    def utrecht(self) -> Organisation:
        return OrganisationFactory(name="Gemeente Utrecht", kind="municipality")

    @pytest.fixture
    def pages(self, home: HomePage, utrecht: Organisation) -> dict[str, ArticlePage]:
        health = topic(home)
        return {
            "own": article(health, title="Van Utrecht", slug="utrecht", owner_organisation=utrecht),
            "region's": article(health, title="Van de regio", slug="regio", owner_organisation=region()),
            "nobody's": article(health, title="Van niemand", slug="niemand"),
            "other": article(health, title="Van Zeist", slug="zeist", owner_organisation=OrganisationFactory()),
        }

    @pytest.mark.parametrize("make", [writer, publisher])
    @pytest.mark.parametrize(
        ("of", "reached"), [("utrecht", {"own"}), ("region", {"region's", "nobody's"})], ids=["utrecht", "region"]
    )
    def test_edits_its_own_pages(
        self,
        pages: dict[str, ArticlePage],
        utrecht: Organisation,
        make: Callable[..., Client],
        of: str,
        reached: set[str],
    ) -> None:
        client = make(organisation=utrecht if of == "utrecht" else None)
        for name in ("edit", "history", "view_draft", "usage"):
            found = {
                whose
                for whose, page in pages.items()
                if client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 200
            }
            assert found == reached, name

    @pytest.mark.parametrize("of", ["utrecht", "region"])
    @pytest.mark.parametrize("road", ["{parent}/", "search/?q=concept"])
    def test_the_chooser_has_no_drafts_of_others(
        self, pages: dict[str, ArticlePage], utrecht: Organisation, of: str, road: str
    ) -> None:
        parent = pages["own"].get_parent()
        other = pages["other"].owner_organisation
        for name, owner in (("utrecht", utrecht), ("regio", region()), ("niemand", None), ("zeist", other)):
            article(parent, title=f"Concept {name}", slug=f"concept-{name}", owner_organisation=owner, publish=False)
        client = writer(organisation=utrecht if of == "utrecht" else None)
        answer = client.get(f"/cms/choose-page/{road.format(parent=parent.pk)}").content.decode()
        shown = {name for name in ("utrecht", "regio", "niemand", "zeist") if f"Concept {name}" in answer}
        assert shown == ({"utrecht"} if of == "utrecht" else {"regio", "niemand"})

    @pytest.mark.parametrize("action", ["unpublish", "delete"])
    def test_bulk_actions_on_one_page_of_others_do_nothing_at_all(
        self, pages: dict[str, ArticlePage], utrecht: Organisation, action: str
    ) -> None:
        ids = "&".join(f"id={page.pk}" for page in (pages["own"], pages["other"]))
        client = publisher(organisation=utrecht)
        assert client.post(f"/cms/bulk/wagtailcore/page/{action}/?{ids}").status_code == 404
        assert ArticlePage.objects.live().count() == len(pages)

    def test_all_of_a_list_is_asked_one_by_one(self, pages: dict[str, ArticlePage], utrecht: Organisation) -> None:
        parent = pages["own"].get_parent()
        path = f"/cms/bulk/wagtailcore/page/unpublish/?id=all&childOf={parent.pk}"
        assert publisher(organisation=utrecht).post(path).status_code in {302, 404}
        assert ArticlePage.objects.live().filter(owner_organisation=None).exists()
        assert ArticlePage.objects.get(pk=pages["other"].pk).live

    def test_a_publisher_takes_an_own_page_off(self, pages: dict[str, ArticlePage], utrecht: Organisation) -> None:
        client = publisher(organisation=utrecht)
        client.post(reverse("wagtailadmin_pages:unpublish", args=[pages["own"].pk]))
        assert not ArticlePage.objects.get(pk=pages["own"].pk).live

    @pytest.mark.parametrize("whose", ["own", "region's", "other"])
    @pytest.mark.parametrize("name", ["unpublish", "lock", "set_privacy", "move"])
    def test_a_writer_publishes_nothing(
        self, pages: dict[str, ArticlePage], utrecht: Organisation, whose: str, name: str
    ) -> None:
        path = reverse(f"wagtailadmin_pages:{name}", args=[pages[whose].pk])
        assert writer(organisation=utrecht).post(path).status_code in REFUSED

    @pytest.mark.parametrize("field", ["action-publish", "action-workflow-action"])
    def test_a_writer_has_no_publish_button_to_press(
        self, pages: dict[str, ArticlePage], utrecht: Organisation, field: str
    ) -> None:
        path = reverse("wagtailadmin_pages:edit", args=[pages["own"].pk])
        assert writer(organisation=utrecht).post(path, {field: "1"}).status_code == 404

    def test_unpublishing_all_below_asks_for_each(self, pages: dict[str, ArticlePage]) -> None:
        parent = pages["own"].get_parent()
        path = reverse("wagtailadmin_pages:unpublish", args=[parent.pk])
        assert publisher().post(path, {"include_descendants": "on"}).status_code == 404
        assert ArticlePage.objects.live().count() == len(pages)

    def test_a_superuser_without_a_role_does_not_come_in(self, pages: dict[str, ArticlePage]) -> None:
        client, user = editor()
        user.is_superuser = True
        user.save()
        assert client.get(reverse("wagtailadmin_pages:edit", args=[pages["own"].pk])).status_code in REFUSED


TABLE = [
    # who                                     edit   publish translate-ar check-ar of a page without an owner
    (Editor(), (False, False, False, False)),
    (Editor(writes=frozenset({None, 1})), (True, False, True, False)),
    (Editor(publishes=frozenset({None, 1})), (True, True, True, False)),
    (Editor(writes=frozenset({2}), publishes=frozenset({2})), (False, False, False, False)),
    (Editor(translates=frozenset({"ar"})), (False, False, True, True)),
    (Editor(translates=frozenset({"fa"})), (False, False, False, False)),
]


@pytest.mark.parametrize(("who", "expected"), TABLE)
def test_the_policy(family: dict[str, ArticlePage], who: Editor, expected: tuple[bool, ...]) -> None:
    dutch, arabic = family["nl"], family["ar"]
    decided = (may_edit(who, dutch), may_publish(who, dutch), may_translate(who, dutch, "ar"), may_check(who, arabic))
    assert tuple(map(bool, decided)) == expected
    assert not may_translate(who, arabic, "fa")
    assert not may_translate(who, dutch, "nl")
    assert not may_check(who, dutch)
    assert bool(may_create(who)) == bool(who.writes | who.publishes)


def test_groups_follow_the_languages(home: HomePage) -> None:
    _client, user = editor(Role.TRANSLATOR, languages=("ar", "fa"))
    names = set(user.groups.values_list("name", flat=True))
    assert names == {"translator", "translator-ar", "translator-fa"}


def test_granting_twice_is_once(home: HomePage) -> None:
    from wagtail.models import GroupPagePermission, Workflow

    before = (GroupPagePermission.objects.count(), Workflow.objects.count())
    grant_editing()
    assert (GroupPagePermission.objects.count(), Workflow.objects.count()) == before


class TestTheGlossary:
    PATHS = ("", "add/")

    @pytest.mark.parametrize("path", PATHS)
    def test_is_the_regions(self, home: HomePage, path: str) -> None:
        address = f"/cms/snippets/pages/glossaryterm/{path}"
        assert publisher().get(address).status_code == 200
        for client in (writer(), translator("ar"), publisher(organisation=OrganisationFactory())):
            assert client.get(address).status_code in REFUSED

    def test_its_words_are_handed_to_languages_by_the_region(self, home: HomePage) -> None:
        from pages.models import GlossaryTerm

        term = GlossaryTerm.objects.create(key="bsn", term="BSN", explanation="Een nummer.", locale=home.locale)
        address = f"/cms/localize/submit/snippet/pages/glossaryterm/{term.pk}/"
        persian = HomePage.objects.get(locale__language_code="fa").locale_id
        for client in (writer(), translator("ar"), publisher(organisation=OrganisationFactory())):
            assert client.post(address, {"locales": [str(persian)]}).status_code in REFUSED
        assert GlossaryTerm.objects.count() == 1
        assert publisher().get(address).status_code == 200


def test_the_button_that_leads_to_a_closed_door_is_hidden() -> None:
    """wagtail-localize offers it first, to everybody; its script asks nobody."""
    style = Path(str(finders.find("pages/cms/writing.css"))).read_text(encoding="utf-8")
    assert 'a[href*="/convert_to_alias/"] { display: none; }' in style
    assert "/convert_to_alias/" in reverse("wagtail_localize:convert_to_alias", args=[1])
