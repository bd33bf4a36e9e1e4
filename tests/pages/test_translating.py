"""Translating in wagtail-localize: it begins with what is translated; PO files go out and in; parents may be absent."""

from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from pages.editors import grant_editing
from pages.models import ArticlePage, DirectoryPage, HomePage, OrganisationPage, TopicPage
from pages.staleness import is_outdated, live_digest, parts_of, segments_of
from pages.translating.adoption import prepare
from pages.translating.matrix import CELL_FIELDS, status_of
from tests.pages.editing import publisher, translator
from tests.pages.site import add, article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def each_act_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """wagtail-localize publishes when its transaction ends, which in a test is never."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **kwargs: act())


def body(*texts: str) -> list[dict[str, Any]]:
    """Blocks as a file gives them: no ids, list items as they are."""
    title, link, question, answer = texts
    questions = [{"question": question, "answer": f"<p>{answer}</p>"}]
    return [
        {"type": "text", "value": f'<p>{title}</p><p>Lees <a linktype="page" id="3">{link}</a>.</p>'},
        {"type": "questions", "value": {"title": "?", "questions": questions}},
        {"type": "contact", "value": {"name": "112", "text": "", "telephone": "112", "email": "", "website": ""}},
    ]  # fmt: skip


DUTCH = ("Bel eerst.", "verder", "Wat kost het?", "Niets.")
ARABIC = ("اتصل أولاً.", "المزيد", "كم يكلف؟", "لا شيء.")


@shared
def home() -> HomePage:
    home = make_site(("nl", "ar", "fa"))
    grant_editing()
    return home


@shared
def dutch(home: HomePage) -> ArticlePage:
    return article(home, body=body(*DUTCH))


@shared
def arabic(dutch: ArticlePage) -> ArticlePage:
    return translate(dutch, "ar", title="طبيب", summary="جملة", body=body(*ARABIC))


def fresh(page: Any) -> Any:
    return type(page).objects.select_related("locale").get(pk=page.pk)


def put(page: Any, **fields: Any) -> None:
    page = fresh(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def open_in(client: Client, dutch: ArticlePage, language: str = "ar") -> Translation:
    response = client.post(reverse("pages_translation_translate", args=[dutch.pk, language]))
    assert response.status_code == 302, response.content
    return Translation.objects.get(target_locale__language_code=language, source__object_id=dutch.translation_key)


def words_of(translation: Translation) -> dict[str, str]:
    rows = translation.source.stringsegment_set.annotate_translation(translation.target_locale).select_related("string")
    return {row.string.data: row.translation for row in rows}


def outdated(page: Any) -> bool:
    page = fresh(page)
    return is_outdated(page.source_segments, live_digest(page.translation_key))


def say(translation: Translation, **texts: str) -> None:
    """Type translations into the editor, by the beginning of the Dutch text."""
    for row in translation.source.stringsegment_set.select_related("string", "context"):
        for begin, text in texts.items():
            if row.string.data.lower().startswith(begin.replace("_", " ").lower()):
                StringTranslation.objects.update_or_create(
                    translation_of=row.string, locale=translation.target_locale, context=row.context,
                    defaults={"data": text, "translation_type": "manual"},
                )  # fmt: skip


class TestOpening:
    def test_the_existing_translation_is_filled_in(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        found = words_of(open_in(publisher(), dutch))
        assert found == {
            "Een huisarts zoeken": "طبيب",
            "Een korte zin.": "جملة",
            "Bel eerst.": "اتصل أولاً.",
            'Lees <a id="a1">verder</a>.': 'Lees <a id="a1">المزيد</a>.',
            "?": "?",
            "Wat kost het?": "كم يكلف؟",
            "Niets.": "لا شيء.",
            "112": "112",
        }
        editor = publisher().get(reverse("wagtailadmin_pages:edit", args=[arabic.pk]))
        assert "wagtail_localize/admin/edit_translation.html" in [part.name for part in editor.templates]
        assert "كم يكلف" in editor.context["props"].encode().decode("unicode_escape")

    def test_only_what_changed_is_empty(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        put(dutch, body=body("Bel eerst 112.", *DUTCH[1:]))
        found = words_of(open_in(publisher(), dutch))
        assert [text for text, words in found.items() if not words] == ["Bel eerst 112."]

    def test_twice_changes_nothing_that_was_typed(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        translation = open_in(publisher(), dutch)
        say(translation, Niets="مجاناً.")
        assert words_of(open_in(publisher(), dutch))["Niets."] == "مجاناً."

    def test_what_has_another_shape_is_left_to_the_translator(self, dutch: ArticlePage) -> None:
        translate(dutch, "ar", title="طبيب", summary="جملة", body=body(*ARABIC)[:1])
        found = words_of(open_in(publisher(), dutch))
        assert found["Een huisarts zoeken"] == "طبيب"
        assert found["Bel eerst."] is None

    def test_opening_does_not_touch_the_page(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        before = fresh(arabic).content_hash()
        open_in(publisher(), dutch)
        assert fresh(arabic).content_hash() == before
        assert fresh(arabic).live


class TestPublishing:
    def test_updates_the_page_and_what_it_was_made_from(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        put(dutch, body=body("Bel eerst 112.", *DUTCH[1:]))
        assert outdated(arabic)
        client = publisher()
        say(open_in(client, dutch), Bel_eerst_112="اتصل بـ 112.")
        client.post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        page = fresh(arabic)
        assert "اتصل بـ 112." in str(page.body)
        assert not outdated(page)
        assert page.source_segments == segments_of(fresh(dutch))

    def test_counts_from_the_dutch_text_that_was_translated(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        client = publisher()
        open_in(client, dutch)
        put(dutch, summary="Intussen veranderd.")
        client.post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        assert outdated(arabic)

    def test_with_gaps_stays_behind(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        put(dutch, summary="Een nieuwe zin.")
        client = publisher()
        open_in(client, dutch)
        client.post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        assert fresh(arabic).summary == "Een nieuwe zin."
        assert outdated(arabic)

    def test_a_check_of_other_words_does_not_count(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        ArticlePage.objects.filter(pk=arabic.pk).update(translation_checked_by="Amal")
        client = publisher()
        say(open_in(client, dutch), Niets="مجاناً.")
        client.post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        assert fresh(arabic).translation_checked_by == ""

    def test_a_live_page_keeps_its_words_until_approval(self, dutch: ArticlePage, arabic: ArticlePage) -> None:
        client = translator("ar")
        say(open_in(client, dutch), Niets="مجاناً.")
        client.post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        assert "مجاناً." not in str(fresh(arabic).body)
        client.post(reverse("pages_translation_ready", args=[dutch.pk, "ar"]))
        assert "مجاناً." not in str(fresh(arabic).body)
        assert fresh(arabic).workflow_in_progress
        state = fresh(arabic).current_workflow_task_state
        address = reverse("wagtailadmin_pages:workflow_action", args=[arabic.pk, "approve", state.pk])
        assert client.post(address).status_code == 404
        publisher().post(address, {"next": "/cms/"})
        assert "مجاناً." in str(fresh(arabic).body)
        assert not outdated(arabic)


class TestMissingParents:
    def test_a_child_of_an_untranslated_parent_is_live_and_found(self, home: HomePage, dutch: ArticlePage) -> None:
        client = publisher()
        say(open_in(client, dutch, "fa"), Een_huisarts="پزشک", Bel_eerst="اول")
        theirs = ArticlePage.objects.get(locale__language_code="fa")
        client.post(reverse("wagtailadmin_pages:edit", args=[theirs.pk]), {"action": "publish"})

        page = Client().get("/fa/gezondheid/huisarts/")
        assert page.status_code == 200
        assert "پزشک" in page.content.decode()
        parent = TopicPage.objects.get(locale__language_code="fa")
        assert (parent.live, parent.alias_of_id, parent.latest_revision_id) == (False, None, None)
        stands_in = Client().get("/fa/gezondheid/")
        assert stands_in.status_code == 200
        assert "Gezondheid" in stands_in.content.decode()
        row = Page.objects.filter(pk=parent.pk).values(*CELL_FIELDS).get()
        assert status_of(row, live_digest(parent.translation_key)) == "missing"

    def test_the_parent_is_translated_at_its_place_later(self, dutch: ArticlePage) -> None:
        client = publisher()
        open_in(client, dutch, "fa")
        parent = TopicPage.objects.get(locale__language_code="nl")
        say(open_in(client, parent, "fa"), Gezondheid="سلامت")
        place = TopicPage.objects.get(locale__language_code="fa")
        client.post(reverse("wagtailadmin_pages:edit", args=[place.pk]), {"action": "publish"})
        assert fresh(place).live
        assert fresh(place).title == "سلامت"
        assert ArticlePage.objects.filter(locale__language_code="fa").child_of(place).exists()

    def test_wagtail_localizes_own_form_makes_no_aliases(self, dutch: ArticlePage) -> None:
        page = publisher().post(
            reverse("wagtail_localize:submit_page_translation", args=[dutch.pk]),
            {"locales": [str(HomePage.objects.get(locale__language_code="fa").locale_id)]},
        )
        assert page.status_code == 302
        assert not Page.objects.exclude(alias_of=None).exists()
        assert ArticlePage.objects.get(locale__language_code="fa").live is False


class TestPo:
    @pytest.fixture
    def translation(self, dutch: ArticlePage, arabic: ArticlePage) -> Translation:
        return open_in(publisher(), dutch)

    def export(self, translation: Translation) -> polib.POFile:
        response = translator("ar").get(reverse("wagtail_localize:download_pofile", args=[translation.pk]))
        assert response.status_code == 200
        return polib.pofile(response.content.decode())

    def send(self, translation: Translation, data: bytes, client: Client | None = None) -> list[str]:
        response = (client or translator("ar")).post(
            reverse("wagtail_localize:upload_pofile", args=[translation.pk]),
            {"file": SimpleUploadedFile("a.po", data)},
            follow=True,
        )
        assert response.status_code == 200
        return [str(message) for message in response.context["messages"]]

    def test_out_and_in(self, translation: Translation) -> None:
        po = self.export(translation)
        for entry in po:
            entry.msgstr = {"Niets.": "مجاناً بالكامل.", "?": "؟"}.get(entry.msgid, entry.msgstr)
        said = self.send(translation, str(po).encode())
        assert words_of(translation)["Niets."] == "مجاناً بالكامل."
        assert any("overgenomen" in message for message in said)

    @pytest.mark.parametrize(
        ("name", "change", "message"),
        [
            ("too big", lambda po: str(po).encode() + b"# " + b"a" * (2 * 1024 * 1024), "te groot"),
            ("utf-16", lambda po: str(po).encode("utf-16"), "UTF-8"),
            ("latin-1", lambda po: str(po).encode("utf-8") + "é".encode("latin-1"), "UTF-8"),
            ("empty", lambda po: b"", "PO-bestand"),
            ("text", lambda po: b"msgid what\nis this", "PO-bestand"),
            ("the name of a file", lambda po: b"/etc/passwd", "PO-bestand"),
            ("zip", lambda po: b"PK\x03\x04" + b"\0" * 100, "PO-bestand"),
            ("html", lambda po: b"<html>\n<body>msgid</body></html>", "PO-bestand"),
            ("no header", lambda po: b'msgid "a"\nmsgstr "b"\n', "andere pagina"),
            ("half a string", lambda po: str(po).encode() + b'\nmsgid "a\nmsgstr', "PO-bestand"),
            ("control characters", lambda po: str(po).replace('msgstr "', 'msgstr "\x01').encode(), "tekens"),
            (
                "plural",
                lambda po: str(po).encode() + b'\nmsgid "een"\nmsgid_plural "veel"\nmsgstr[0] "a"\nmsgstr[1] "b"\n',
                "meervoud",
            ),
            (
                "many",
                lambda po: (str(po) + "".join(f'\nmsgid "a{n}"\nmsgstr "b"\n' for n in range(6000))).encode(),
                "veel meer",
            ),
        ],
    )
    def test_a_hostile_file_gets_a_clear_answer(
        self, translation: Translation, name: str, change: Any, message: str
    ) -> None:
        before = words_of(translation)
        said = self.send(translation, change(self.export(translation)))
        assert len(said) == 1
        assert message in said[0]
        assert words_of(translation) == before

    def test_a_file_of_another_page(self, translation: Translation, home: HomePage) -> None:
        other = article(home, title="Anders", slug="anders")
        theirs = prepare(source=other, language="ar", user=None)
        said = self.send(translation, str(self.export(theirs)).encode())
        assert "andere pagina" in said[0]

    def test_segments_of_nowhere_are_counted(self, translation: Translation) -> None:
        po = self.export(translation)
        po.append(polib.POEntry(msgid="Vreemd", msgctxt="body.nergens", msgstr="x"))
        assert any("1 stuk tekst hoort niet" in message for message in self.send(translation, str(po).encode()))

    def test_markup_that_no_page_may_have_is_not_used(self, translation: Translation, arabic: ArticlePage) -> None:
        po = self.export(translation)
        for entry in po:
            if entry.msgid == "Niets.":
                entry.msgstr = "<script>alert(1)</script>"
        self.send(translation, str(po).encode())
        publisher().post(reverse("wagtailadmin_pages:edit", args=[arabic.pk]), {"action": "publish"})
        assert "<script" not in str(fresh(arabic).body)

    def test_no_file(self, translation: Translation) -> None:
        response = translator("ar").post(reverse("wagtail_localize:upload_pofile", args=[translation.pk]), follow=True)
        assert [str(message).strip() for message in response.context["messages"]] == ["Kies een PO-bestand."]


def test_the_source_is_renewed_and_others_keep_their_words(dutch: ArticlePage, arabic: ArticlePage) -> None:
    client = publisher()
    open_in(client, dutch)
    put(dutch, summary="Nieuw.")
    open_in(client, dutch, "fa")
    assert TranslationSource.objects.count() == 1
    assert words_of(open_in(client, dutch))["Niets."] == "لا شيء."


def test_paths_are_those_of_wagtail_localize(dutch: ArticlePage) -> None:
    translation = prepare(source=dutch, language="ar", user=None)
    stored = {(row.context.path, row.order) for row in translation.source.stringsegment_set.select_related("context")}
    assert stored == {(part.path, part.order) for part in parts_of(translation.source.as_instance()) if part.path}


def test_a_topic_has_its_pictogram_from_the_dutch_page(home: HomePage) -> None:
    page = topic(home, pictogram="health")
    prepare(source=page, language="ar", user=None)
    assert TopicPage.objects.get(locale__language_code="ar").pictogram == "health"


def test_opening_hours_come_along(home: HomePage) -> None:
    directory = add(home, DirectoryPage, title="Hulp", slug="hulp")
    opening = {"day": "1", "opens": "09:00", "closes": "17:00"}
    place = add(directory, OrganisationPage, title="Balie", slug="balie", hours=[{"type": "opening", "value": opening}])
    prepare(source=place, language="ar", user=None)
    theirs = OrganisationPage.objects.get(locale__language_code="ar")
    assert str(theirs.hours[0].value["opens"]) == "09:00:00"
