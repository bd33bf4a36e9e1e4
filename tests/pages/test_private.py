"""What is private, or not yet or no longer public, is nowhere: for nobody, by no road, in no cache."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from pages.models import (
    ArticlePage,
    BasePage,
    DirectoryPage,
    EventPage,
    EventsPage,
    HomePage,
    InfoPage,
    KnowledgeBasePage,
    KnowledgePage,
    OrganisationPage,
)
from portal.accounts.enums import Role
from tests.factories import member
from tests.pages.site import add, article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


def private_page(kind: str) -> str:
    page = article(make_site(("nl",)))
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=kind)
    return f"/nl/{page.url_path.split('/', 2)[2]}"


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


# In title, summary, text, address and place of everything that readers may not see; "zoekmij" is what they look for.
SECRET = "geheimenis"
LANGUAGES = ("nl", "en", "ar")
VISITORS = ("anonymous", "password", "person", "receiver")


def shut(page: Page, kind: str = "login") -> None:
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type=kind)


def secret(name: str, **fields: Any) -> dict[str, Any]:
    """The words of a page that nobody may find."""
    body = [("text", f"<p>Zoekmij {SECRET} {name}</p>")]
    words = {"title": f"{SECRET} {name}", "slug": f"{SECRET}-{name}", "summary": f"Zoekmij {SECRET}.", "body": body}
    return {**words, "show_in_menus": True, **fields}


class Hidden:
    """A small public site, and beside every public page one that is not, by every way there is of not being public."""

    def __init__(self) -> None:
        self.home: HomePage = make_site(LANGUAGES)
        self.topic = topic(self.home, show_in_menus=True)
        now = timezone.now()
        self.pages: dict[str, BasePage] = {}
        self._hide("login", article(self.topic, **secret("login")))
        self._hide("groups", article(self.topic, **secret("groups")), "groups")
        shut_topic = topic(self.home, **secret("topic"))
        self.pages["below"] = article(shut_topic, **secret("below"))
        self._hide("topic", shut_topic)
        self._hide("info", add(self.home, InfoPage, **secret("info")))
        base = add(self.home, KnowledgeBasePage, **secret("base"))
        self.pages |= {"base": base, "knowledge": add(base, KnowledgePage, **secret("knowledge"))}
        self.pages["draft"] = article(self.topic, publish=False, **secret("draft"))
        gone = article(self.topic, **secret("unpublished"))
        gone.unpublish()
        self.pages["unpublished"] = gone
        self.pages["expired"] = article(self.topic, expire_at=now + timedelta(hours=1), **secret("expired"))
        Page.objects.filter(pk=self.pages["expired"].pk).update(expire_at=now - timedelta(hours=1))
        later = now + timedelta(days=1)
        self.pages["scheduled"] = article(self.topic, go_live_at=later, **secret("scheduled"))
        call_command("publish_scheduled")
        agenda = add(self.home, EventsPage, title="Agenda", slug="agenda")
        when = {"starts_at": later, "ends_at": later + timedelta(hours=1), "place": SECRET}
        self._hide("event", add(agenda, EventPage, **secret("event", **when)))
        places = add(self.home, DirectoryPage, title="Gids", slug="gids")
        self._hide("place", add(places, OrganisationPage, **secret("place", street=SECRET)))
        for name, page in list(self.pages.items()):
            if name in {"login", "knowledge", "unpublished", "event"}:
                self._translated(name, page)
        self.public = self._public()

    def _hide(self, name: str, page: BasePage, kind: str = "login") -> None:
        shut(page, kind)
        self.pages[name] = page

    def _translated(self, name: str, page: BasePage) -> None:
        other = translate(page, "en", title=f"{SECRET} {name} en")
        if name in {"login", "event"}:
            shut(other)
        if name == "unpublished":
            other.unpublish()
        self.pages[f"{name}-en"] = other

    def _public(self) -> ArticlePage:
        """A page that names all the others in its text and beside it, and whose own translation is private."""
        links = " ".join(f'<a linktype="page" id="{page.pk}">meer</a>' for page in self.pages.values())
        page = article(self.topic, title="Voor iedereen", slug="iedereen", body=[("text", f"<p>{links}</p>")])
        page.related_pages.set(Page.objects.filter(pk__in=[hidden.pk for hidden in self.pages.values()]))
        page.save_revision().publish()
        other = translate(page, "en", title=f"{SECRET} translation")
        other.slug = f"{SECRET}-translation"
        other.save()
        shut(other)
        self.pages["translation"] = type(page).objects.get(pk=other.pk)
        above = translate(self.topic, "ar", title=f"{SECRET} above")
        shut(above)
        self.pages["above"] = above
        return page

    def own_paths(self) -> dict[str, str]:
        """The path of each hidden page below a language."""
        return {name: page.url_path.split("/", 2)[2] for name, page in self.pages.items()}


ROADS = [
    *("/sitemap.xml", "/robots.txt", "/sw.js", "/.well-known/security.txt", "/api/v2/pages/", "/api/v1/pages/"),
    *(
        f"/{language}/{path}"
        for language in LANGUAGES
        for path in (
            "",
            "gezondheid/",
            "gezondheid/iedereen/",
            "gezondheid/iedereen/folder.pdf",
            "gezondheid/folder.pdf",
            "agenda/",
            "agenda.ics",
            "gids/",
            "gids/?gemeente=",
            "zoeken/?q=zoekmij",
            "zoeken/?q=login",
            "zoeken/?q=geheimeni",
            "wijzigingen.rss",
            "wijzigingen.atom",
            "manifest.webmanifest",
            "geen-internet/",
            "gemeenten/utrecht/gezondheid/iedereen/",
        )
    ),
]


@shared
def hidden() -> Hidden:
    return Hidden()


def enter(client: Client, sign_in: Callable[..., Client], visitor: str) -> None:
    """Sign in as one of :data:`VISITORS`."""
    if visitor == "password":
        sign_in(client, member(Role.RECEIVER), second_factor=False)
    elif visitor == "person":
        sign_in(client, member(Role.PERSON))
    elif visitor == "receiver":
        sign_in(client, member(Role.RECEIVER))


def told(client: Client, address: str, **headers: str) -> str:
    """All that an answer says: the way there, its headers, its text, and the text of a PDF."""
    response = client.get(address, headers=headers)
    assert response.status_code < 500, address
    content = b"".join(response)  # type: ignore[arg-type]
    if content.startswith(b"%PDF"):
        from tests.print.reading import text_of

        content = text_of(content).encode()
    asked = address.partition("?q=")[2]
    text = content.decode(errors="replace")
    if asked:  # the search says what it was asked
        text = text.replace(asked, "")
    return "\n".join([*(f"{name}: {value}" for name, value in response.headers.items()), text])


@pytest.mark.parametrize("visitor", VISITORS)
def test_it_is_named_nowhere(client: Client, sign_in: Callable[..., Client], hidden: Hidden, visitor: str) -> None:
    enter(client, sign_in, visitor)
    found = [address for address in ROADS if SECRET in told(client, address).lower()]
    # The address of a page that is for everybody who has signed in.
    assert found == (["/ar/gezondheid/"] if visitor in {"person", "receiver"} else [])


@pytest.mark.parametrize("visitor", VISITORS)
def test_its_own_addresses(client: Client, sign_in: Callable[..., Client], hidden: Hidden, visitor: str) -> None:
    """In each language, as a leaflet, a calendar, by number: as if it did not exist, unless it is for this visitor."""
    enter(client, sign_in, visitor)
    may = {"login", "topic", "below", "info", "event", "place", "login-en", "event-en", "translation", "above"}
    may |= {"base", "knowledge", "knowledge-en"} if visitor == "receiver" else set()
    may = may if visitor in {"person", "receiver"} else set()
    seen = []
    for name, path in hidden.own_paths().items():
        for language in LANGUAGES:
            shapes = [f"{path}", f"{path}folder.pdf", f"{path}folder-nl.pdf", f"{path.rstrip('/')}.ics"]
            shapes += [f"p/{hidden.pages[name].pk}/", f"gemeenten/utrecht/{path}"]
            for shape in shapes:
                response = client.get(f"/{language}/{shape}")
                said = f"{response.get('Location', '')} {response.content.decode(errors='replace')}".lower()
                if response.status_code == 200 and SECRET in said:
                    seen.append((name, shape))
                    assert response["Cache-Control"] == "no-store", (language, shape)
                    assert name in may, (language, shape)
                    assert shape == path, (language, shape)
                elif name != "above":  # its address is that of the public topic
                    assert SECRET not in said, (language, shape)
                    assert SECRET in shape or response.status_code == 404, (language, shape)
    assert {name for name, _shape in seen} == may


@pytest.mark.parametrize("visitor", VISITORS)
def test_the_editors_views_of_it(client: Client, sign_in: Callable[..., Client], hidden: Hidden, visitor: str) -> None:
    enter(client, sign_in, visitor)
    for page in hidden.pages.values():
        cache.clear()  # so many refusals would end in a rest
        revision = page.latest_revision_id
        for address in (
            f"/cms/pages/{page.pk}/",
            f"/cms/pages/{page.pk}/edit/",
            f"/cms/pages/{page.pk}/edit/preview/?mode=&in_preview_panel=true",
            f"/cms/pages/{page.pk}/view_draft/",
            f"/cms/pages/{page.pk}/history/",
            f"/cms/pages/{page.pk}/usage/",
            f"/cms/pages/{page.pk}/revisions/{revision}/view/",
            f"/cms/pages/{page.pk}/revisions/compare/live...latest/",
            f"/cms/pages/search/?q={page.slug}",
            f"/cms/choose-page/?q={page.slug}",
            f"/cms/reports/site-history/?q={page.slug}",
        ):
            response = client.get(address)
            assert response.status_code in ({302} if visitor in {"anonymous", "password"} else {404}), address
            assert SECRET not in response.content.decode().lower().replace(page.slug, "")


@pytest.mark.parametrize("method", ["head", "get"])
def test_a_cache_or_a_condition_opens_nothing(client: Client, hidden: Hidden, method: str) -> None:
    """Neither HEAD nor "only if it is newer" tells a closed address from one that does not exist."""
    conditions = {"If-None-Match": "*", "If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT", "Range": "bytes=0-9"}
    absent = getattr(client, method)("/nl/gezondheid/bestaat-niet/", headers=conditions)
    for name, path in hidden.own_paths().items():
        if name in {"above", "translation"}:
            continue
        for shape in (path, f"{path}folder.pdf", f"{path.rstrip('/')}.ics"):
            response = getattr(client, method)(f"/nl/{shape}", headers=conditions)
            assert (response.status_code, "ETag" in response, response.get("Cache-Control")) == (
                absent.status_code,
                "ETag" in absent,
                absent.get("Cache-Control"),
            ), shape


@pytest.mark.parametrize("how", ["unpublish", "shut", "shut above", "delete"])
def test_what_was_public_is_gone_at_once(client: Client, hidden: Hidden, how: str) -> None:
    """The leaflet that lay ready, search, feed, map and lists forget it with the page."""
    page = article(hidden.topic, title="Straksweg", slug="straksweg", body=[("text", "<p>Zoekmij straksweg</p>")])
    places = ["/nl/gezondheid/", "/nl/zoeken/?q=zoekmij", "/nl/wijzigingen.rss", "/sitemap.xml"]
    leaflet, short = "/nl/gezondheid/straksweg/folder.pdf", f"/nl/p/{page.pk}/"
    made = client.get(leaflet)
    assert made.status_code == 200
    assert all("straksweg" in told(client, address).lower() for address in places)
    if how == "unpublish":
        page.unpublish()
    elif how == "delete":
        page.delete()
    else:
        shut(hidden.topic if how == "shut above" else page)
    assert not [address for address in places if "straksweg" in told(client, address).lower()]
    for address in (leaflet, short, "/nl/gezondheid/straksweg/"):
        assert client.get(address, headers={"If-None-Match": made["ETag"]}).status_code == 404, address


def private_collection() -> Collection:
    collection = Collection.get_first_root_node().add_child(name="Besloten")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection.add_child(name="Daaronder")


def picture(collection: Collection) -> Any:
    content = BytesIO()
    Picture.new("RGB", (900, 600), "navy").save(content, "PNG")
    file = ImageFile(content, name="plaatje.png")
    return get_image_model().objects.create(title="Plaatje", file=file, collection=collection)


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("visitor", VISITORS)
def test_files_of_a_private_collection(client: Client, sign_in: Callable[..., Client], visitor: str) -> None:
    """Pictures, their renditions and documents, by their own addresses and by where they lie on the disk."""
    enter(client, sign_in, visitor)
    collection = private_collection()
    image = picture(collection)
    rendition = image.get_rendition("width-600|format-webp")
    document = get_document_model().objects.create(
        title="Stuk", collection=collection, file=ContentFile(b"%PDF-1.7", name="stuk.pdf")
    )
    inside = visitor in {"person", "receiver"}
    for address in (
        rendition.url,
        f"/media/{image.file.name}",
        f"/media/{document.file.name}",
        f"/media/../media/{image.file.name}",
        f"/static/../media/{image.file.name}",
        f"/images/{image.pk}/width-600/",
        f"/api/v2/images/{image.pk}/",
        f"/api/v2/documents/{document.pk}/",
        f"/cms/images/{image.pk}/",
        f"/cms/images/{image.pk}/preview/width-600/",
        f"/cms/documents/edit/{document.pk}/",
    ):
        assert client.get(address).status_code in {302, 404}, address
    response = client.get(document.url, headers={"If-None-Match": "*", "Range": "bytes=0-3"})
    assert (response.status_code in {200, 206, 304}) is inside
    assert response.get("Cache-Control") == ("no-store" if inside else None)
    b"".join(response)


def test_a_leaflet_is_no_file_that_can_be_asked_for(client: Client, hidden: Hidden) -> None:
    """What lies ready under the media folder is served by the page's own address alone."""
    from django.core.files.storage import default_storage

    assert client.get("/nl/gezondheid/iedereen/folder.pdf").status_code == 200
    _folders, names = default_storage.listdir("leaflets")
    assert names
    assert {client.get(f"/media/leaflets/{name}").status_code for name in names} == {404}
