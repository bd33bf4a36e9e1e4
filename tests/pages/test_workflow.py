"""A writer hands in, a publisher approves; comments; later at a set time; a preview in each language and width."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Workflow
from wagtail.test.utils.form_data import nested_form_data, streamfield

from pages.editors import grant_editing
from pages.models import ArticlePage, HomePage, SourceText
from pages.tasks import PERIODIC, publish_scheduled
from pages.translating.adoption import prepare
from portal.accounts.enums import Role
from tests.factories import OrganisationFactory
from tests.pages.editing import editor, publisher, translator, writer
from tests.pages.site import article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


@shared
def home() -> HomePage:
    home = make_site(("nl", "ar", "ti"))
    grant_editing()
    return home


@shared
def page(home: HomePage) -> ArticlePage:
    return article(home)


def form(page: ArticlePage, **fields: Any) -> dict[str, Any]:
    """The form of the page editor."""
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": page.summary,
            "audience": page.audience,
            "body": streamfield([]),
            "translation_origin": "person",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
            **fields,
        }
    )


def edit(client: Client, page: ArticlePage, **fields: Any) -> None:
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(page, **fields))
    assert response.status_code == 302, response.context["form"].errors


def approve(client: Client, page: ArticlePage) -> int:
    state = ArticlePage.objects.get(pk=page.pk).current_workflow_task_state
    path = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(path, {"next": "/cms/"}).status_code


class TestApproval:
    def test_what_a_writer_hands_in_a_publisher_puts_online(self, page: ArticlePage) -> None:
        edit(writer(), page, summary="Beter.", **{"action-submit": "1"})
        assert ArticlePage.objects.get(pk=page.pk).summary == "Een korte zin."
        assert approve(publisher(), page) == 302
        assert ArticlePage.objects.get(pk=page.pk).summary == "Beter."
        assert SourceText.objects.get(translation_key=page.translation_key).segments[1].startswith("summary:")

    def test_a_writer_does_not_approve(self, page: ArticlePage) -> None:
        client = writer()
        edit(client, page, summary="Beter.", **{"action-submit": "1"})
        assert approve(client, page) == 404
        assert ArticlePage.objects.get(pk=page.pk).summary == "Een korte zin."

    def test_a_publisher_of_another_organisation_does_not_approve(self, page: ArticlePage) -> None:
        edit(writer(), page, summary="Beter.", **{"action-submit": "1"})
        assert approve(publisher(organisation=OrganisationFactory()), page) == 404
        assert ArticlePage.objects.get(pk=page.pk).summary == "Een korte zin."

    def test_somebody_who_is_both_still_publishes_at_once(self, page: ArticlePage) -> None:
        client, _user = editor(Role.EDITOR, Role.PUBLISHER)
        edit(client, page, summary="Beter.", **{"action-publish": "1"})
        assert ArticlePage.objects.get(pk=page.pk).summary == "Beter."

    def test_the_one_workflow_holds_for_every_page(self, page: ArticlePage) -> None:
        assert page.get_workflow() == Workflow.objects.get(active=True)

    def test_publishers_are_told(self, page: ArticlePage) -> None:
        publisher()
        edit(writer(), page, summary="Beter.", **{"action-submit": "1"})
        assert all("Beter" not in message.body for message in mail.outbox)


def test_a_new_page_belongs_to_its_writers_organisation(home: HomePage) -> None:
    organisation = OrganisationFactory(kind="municipality")
    health = topic(home)
    path = reverse("wagtailadmin_pages:add", args=["pages", "articlepage", health.pk])
    draft = ArticlePage(title="Nieuw", slug="nieuw", summary="Kort.")
    response = writer(organisation=organisation).post(path, form(draft))
    assert response.status_code == 302
    made = ArticlePage.objects.get(slug="nieuw")
    assert made.owner_organisation == organisation
    assert made.get_latest_revision_as_object().owner_organisation == organisation
    assert writer(organisation=organisation).get(reverse("wagtailadmin_pages:edit", args=[made.pk])).status_code == 200


def test_comments(page: ArticlePage) -> None:
    client, user = editor(Role.EDITOR)
    comment = {"text": "Klopt dit?", "contentpath": "summary", "position": "", "resolved": "", "deleted": "", "id": ""}
    replies = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    edit(client, page, comments={**replies, "TOTAL_FORMS": 1, "0": {**comment, "replies": replies}})
    assert [(one.text, one.user) for one in Comment.objects.filter(page=page)] == [("Klopt dit?", user)]


class TestAtASetTime:
    def schedule(self, page: ArticlePage, at: Any) -> None:
        page.summary, page.go_live_at = "Later.", at
        page.save_revision(approved_go_live_at=at)

    @pytest.mark.parametrize(("hours", "summary"), [(-1, "Later."), (1, "Een korte zin.")])
    def test_the_worker_publishes_what_is_due(self, page: ArticlePage, hours: int, summary: str) -> None:
        self.schedule(page, timezone.now() + timedelta(hours=hours))
        assert publish_scheduled in PERIODIC
        publish_scheduled()
        assert ArticlePage.objects.get(pk=page.pk).summary == summary

    def test_and_takes_off_what_is_over(self, page: ArticlePage) -> None:
        ArticlePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))
        publish_scheduled()
        assert not ArticlePage.objects.get(pk=page.pk).live
        assert not SourceText.objects.filter(translation_key=page.translation_key).exists()

    def test_a_publisher_sets_the_time(self, page: ArticlePage) -> None:
        at = timezone.localtime() + timedelta(days=3)
        edit(publisher(), page, go_live_at=at.strftime("%Y-%m-%d %H:%M"), **{"action-publish": "1"})
        assert ArticlePage.objects.get(pk=page.pk).scheduled_revision is not None


class TestPreview:
    @pytest.mark.parametrize(("language", "direction"), [("nl", "ltr"), ("ar", "rtl"), ("ti", "ltr")])
    def test_speaks_the_language_of_the_page(self, page: ArticlePage, language: str, direction: str) -> None:
        shown = page if language == "nl" else translate(page, language, title=f"Titel {language}")
        client = publisher()
        path = reverse("wagtailadmin_pages:preview_on_edit", args=[shown.pk])
        assert client.post(path, form(shown, title="Voorbeeld")).json()["is_valid"]
        response = client.get(path)
        html = response.content.decode()
        assert f'<html lang="{language}" dir="{direction}"' in html
        assert "Voorbeeld" in html
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"]

    def test_of_the_translation_editor(self, page: ArticlePage) -> None:
        translation = prepare(source=page, language="ar", user=None)
        response = translator("ar").get(reverse("wagtail_localize:preview_translation", args=[translation.pk]))
        assert 'dir="rtl"' in response.content.decode()

    def test_the_first_width_is_a_phone(self, page: ArticlePage) -> None:
        assert page.default_preview_size == page.preview_sizes[0]["name"]
        assert page.preview_sizes[0]["device_width"] == 360
        html = publisher().get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'data-device-width="360"' in html


@pytest.mark.parametrize(
    ("fields", "checked_by"),
    [
        ({"summary": "كلمات أخرى."}, ""),
        ({"slug": "x-y"}, "Amal"),
        ({"summary": "كلمات أخرى.", "translation_checked_by": "Amal B."}, "Amal B."),
    ],
)
def test_words_that_change_after_a_check_are_not_checked(
    page: ArticlePage, fields: dict[str, str], checked_by: str
) -> None:
    arabic = translate(page, "ar", title="طبيب", translation_checked_by="Amal")
    edit(publisher(), arabic, **{"translation_checked_by": "Amal", "action-publish": "1", **fields})
    assert ArticlePage.objects.get(pk=arabic.pk).translation_checked_by == checked_by
