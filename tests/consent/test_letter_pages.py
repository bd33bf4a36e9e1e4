"""The pages of the letter, from the desk to the person's own page, and what a person reaches there."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from consent.demo import create_demo_person
from consent.enums import Capacity, Purpose, WithdrawnBy
from consent.letters import address_of, new_token
from consent.models import AccessLetter, Conversation, Person, SubjectKey
from portal.access import Proof, table
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.models import Entry
from tests.accounts.authenticators import HOST, SoftKey, post_json
from tests.consent_factories import born, decide, person, sender_team
from tests.factories import member
from tests.print.reading import tags_of, text_of
from tests.signing_in import sign_in

from .conftest import Scene
from .test_access_letter import issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Client:
    """A browser at the name that passkeys are made for."""
    return Client(headers={"host": HOST})


def letter(token: str, language: str = "ar") -> str:
    return reverse("my:letter", args=[token]) + (f"?language={language}" if language else "")


def date_of(birth: date) -> dict[str, str]:
    return {"day": str(birth.day), "month": str(birth.month), "year": str(birth.year)}


def come_in(phone: Client, scene: Scene, reader: Person, *, key: SoftKey | None = None) -> SoftKey:
    """Letter, birth date, passkey: the person's page."""
    key = key or SoftKey()
    token = issue(scene, reader)
    onward = phone.post(letter(token), date_of(reader.birth_date))
    assert onward.status_code == 302, onward.content
    assert make_key(phone, onward["Location"], key)["redirect_url"] == reverse("my:overview")
    return key


def make_key(phone: Client, page: str, key: SoftKey) -> dict[str, Any]:
    ticket = page.rstrip("/").rsplit("/", 1)[1]
    begin = post_json(phone, reverse("accounts:passkey_enrol_begin", args=[ticket]), {})
    assert begin.status_code == 200, begin.content
    answer = post_json(
        phone,
        reverse("accounts:passkey_enrol_complete", args=[ticket]),
        {"credential": key.create(begin.json())},
    )
    return answer.json()


def sign_in_with(phone: Client, key: SoftKey) -> Any:
    options = post_json(phone, reverse("accounts:passkey_sign_in_begin"), {}).json()
    body = {"credential": key.get(options), "next": "/my/"}
    return post_json(phone, reverse("accounts:passkey_sign_in_complete"), body)


class TestAtTheDesk:
    def test_a_stale_factor_is_asked_again_and_others_get_nothing(self, client, scene):
        page = reverse("consent:access_letter", args=[scene.mother.public_id])
        sign_in(client, scene.user, factor_age=16 * 60)
        assert client.get(page)["Location"].startswith(reverse("accounts:second_factor"))
        assert client.post(page, {"identity_check": "document", "language": "ar"}).status_code == 302
        _team, stranger = sender_team()
        assert sign_in(Client(), stranger).get(page).status_code == 404
        child = reverse("consent:access_letter", args=[scene.child.public_id])
        assert sign_in(client, scene.user).get(child).status_code == 404
        assert not AccessLetter.objects.exists()

    def test_the_letter_leaves_once_as_a_pdf_that_names_nobody(self, client, scene):
        page = reverse("consent:access_letter", args=[scene.mother.public_id])
        sign_in(client, scene.user)
        assert client.post(page, {"language": "ar"}).status_code == 422
        answer = client.post(page, {"identity_check": "document", "language": "ti"})
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        text = text_of(answer.content)
        assert "/my/letter/" in text
        for name in (scene.mother.name, scene.team.organisation.name, scene.team.name):
            assert name not in text
        figures = [tag for tag in tags_of(answer.content) if tag["/S"] == "/Figure"]
        assert [bool(figure.get("/Alt")) for figure in figures] == [True], "one picture is read out: the code"
        assert "Brieven tot nu toe" in client.get(page).content.decode()
        assert Entry.objects.filter(event="consent:person:read", subject=str(scene.mother.public_id)).exists()

    def test_a_lost_letter_is_made_worthless_by_its_own_team_only(self, client, scene):
        issue(scene, scene.mother)
        address = reverse("consent:access_letter_revoke", args=[AccessLetter.objects.get().public_id])
        _team, stranger = sender_team()
        assert sign_in(Client(), stranger).post(address).status_code == 404
        assert AccessLetter.objects.get().revoked_at is None
        assert sign_in(client, scene.user).post(address).status_code == 302
        assert AccessLetter.objects.get().revoked_at is not None


class TestWithTheLetter:
    def test_looking_writes_nothing_and_the_language_comes_first(self, phone, scene, django_assert_num_queries):
        token = issue(scene, scene.mother)
        rows = Entry.objects.count()
        page = phone.get(letter(token, ""))
        assert page.status_code == 200
        assert page.content.decode().index("العربية") < page.content.decode().index("Nederlands")
        assert "no-store" in page["Cache-Control"]
        form = phone.get(letter(token))
        assert 'dir="rtl"' in form.content.decode()
        assert form.content.decode().count('inputmode="numeric"') == 3
        assert "<audio" not in form.content.decode(), "there is no recording, so no player"
        assert Entry.objects.count() == rows
        assert AccessLetter.objects.get().history.count() == 1

    def test_at_a_bare_address_it_moves_to_the_name_that_keys_are_made_for(self, client, scene):
        token = issue(scene, scene.mother)
        answer = client.get(letter(token), headers={"host": "127.0.0.1:8000"})
        assert answer["Location"] == address_of(token) + "?language=ar"

    def test_all_letters_that_do_not_count_get_one_answer(self, phone, scene):
        used, replaced, erased = issue(scene, scene.father), issue(scene, scene.mother), None
        AccessLetter.objects.update(attempts=5)
        other = person(birth_date=born(30), team=scene.team)
        erased = issue(scene, other)
        SubjectKey.objects.filter(person=other).delete()
        issue(scene, scene.mother)
        AccessLetter.objects.filter(person=scene.father).update(used_at="2026-01-01T00:00:00Z")
        pages = {phone.get(letter(token, "nl")).content for token in (used, replaced, erased, new_token(), "x")}
        assert len(pages) == 1
        for token in (used, replaced, erased, new_token()):
            assert phone.post(letter(token, "nl"), date_of(scene.mother.birth_date)).status_code == 404

    def test_digits_of_any_script_and_dates_that_are_none(self, phone, scene):
        token, birth = issue(scene, scene.mother), scene.mother.birth_date
        for wrong in ({"day": "31", "month": "2", "year": "1990"}, {"day": "x", "month": "1", "year": "1990"}, {}):
            assert phone.post(letter(token), wrong).status_code == 422
        assert AccessLetter.objects.get().attempts == 0, "what is no date is no attempt"
        arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
        fields = {name: "\u200f" + value.translate(arabic) for name, value in date_of(birth).items()}
        assert phone.post(letter(token), fields).status_code == 302

    def test_a_wrong_date_is_told_and_the_fifth_ends_it(self, phone, scene):
        token = issue(scene, scene.mother)
        answers = [phone.post(letter(token), date_of(date(1990, 1, day))).status_code for day in range(1, 7)]
        assert answers == [422] * 5 + [404]

    def test_who_guesses_is_refused_even_with_a_right_letter(self, phone, scene):
        for _ in range(61):
            phone.get(letter(new_token()))
        assert phone.get(letter(issue(scene, scene.mother))).status_code == 404
        cache.clear()


class TestOwnPages:
    def test_the_key_uses_the_letter_and_signs_in_later(self, phone, scene):
        token = issue(scene, scene.mother)
        onward = phone.post(letter(token), date_of(scene.mother.birth_date))["Location"]
        assert phone.get(reverse("my:overview"))["Location"].startswith(reverse("accounts:second_factor"))
        assert phone.get(onward).status_code == 200
        unverified = make_key(phone, onward, SoftKey(verifies=False))
        assert unverified["code"] == "unverified"
        key = SoftKey()
        assert make_key(phone, onward, key)["redirect_url"] == reverse("my:overview")
        assert phone.get(letter(token)).status_code == 404
        overview = phone.get(reverse("my:overview"))
        assert overview.status_code == 200
        assert scene.child.name in overview.content.decode()
        assert Entry.objects.filter(event="consent:access_letter:use", subject=str(scene.mother.public_id)).count() == 1
        phone.post(reverse("accounts:sign_out"))
        assert phone.get(reverse("my:overview")).status_code == 302
        assert sign_in_with(phone, key).json()["redirect_url"] == "/my/"
        assert phone.get(reverse("my:overview")).status_code == 200

    def test_an_app_is_no_factor_of_a_person(self, phone, scene):
        onward = phone.post(letter(issue(scene, scene.mother)), date_of(scene.mother.birth_date))["Location"]
        ticket = onward.rstrip("/").rsplit("/", 1)[1]
        page = reverse("accounts:enrol", args=[ticket])
        assert "otpauth" not in phone.get(page).content.decode()
        phone.post(page, {"code": "123456"})
        assert not User.objects.get(person_id=scene.mother.public_id).totpdevice_set.exists()

    def test_withdrawing_is_done_by_the_person(self, phone, scene):
        given = decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
        )
        come_in(phone, scene, scene.mother)
        page = reverse("my:withdraw", args=[scene.child.public_id, scene.recipient.public_id, Purpose.YOUTH_HEALTH])
        assert phone.get(page).status_code == 200
        assert phone.post(page)["Location"] == page.replace("/withdraw/", "/withdrawn/")
        assert phone.get(page.replace("/withdraw/", "/withdrawn/")).status_code == 200
        row = Conversation.objects.exclude(pk=given.pk).get()
        user = User.objects.get(person_id=scene.mother.public_id)
        assert (row.withdrawn_by, row.capacity, row.recorded_by) == (WithdrawnBy.PERSON, Capacity.PARENT, user)
        entry = Entry.objects.get(event="consent:decision:withdraw")
        assert (entry.actor_kind, entry.actor_id) == ("person", str(user.public_id))
        assert (entry.on_behalf_of, entry.subject) == (str(scene.mother.public_id), str(scene.child.public_id))

    def test_somebody_elses_child_is_not_there(self, phone, scene):
        come_in(phone, scene, scene.mother)
        stranger = person(birth_date=born(7), team=scene.team)
        page = reverse("my:withdraw", args=[stranger.public_id, scene.recipient.public_id, Purpose.YOUTH_HEALTH])
        assert (phone.get(page).status_code, phone.post(page).status_code) == (404, 404)

    def test_a_stale_factor_does_not_withdraw(self, phone, scene, settings):
        come_in(phone, scene, scene.mother)
        settings.SECOND_FACTOR_FRESH_SECONDS = -1
        page = reverse("my:withdraw", args=[scene.child.public_id, scene.recipient.public_id, Purpose.YOUTH_HEALTH])
        assert phone.post(page)["Location"].startswith(reverse("accounts:second_factor"))
        assert phone.get(reverse("my:overview")).status_code == 200

    def test_a_person_reaches_no_page_of_professionals(self, phone, scene):
        come_in(phone, scene, scene.mother)
        for address in (
            reverse("consent:find"),
            reverse("dossiers:person", args=[scene.child.public_id]),
            reverse("dossiers:receipt_check"),
            reverse("consent:access_letter", args=[scene.mother.public_id]),
            *(reverse(f"accounts:{name}") for name in ("home", "factors", "sessions", "notices", "acting", "password")),
            "/audit/",
            "/cms/",
        ):
            assert phone.get(address).status_code == 404, address
        assert phone.get(reverse("dossiers:start"))["Location"] == reverse("my:overview")
        reached = {row.route for row in table() if Role.PERSON.value in row.roles and row.proof > Proof.NOTHING}
        assert {route for route in reached if not route.startswith(("my:", "accounts:"))} == {"dossiers:start"}

    def test_a_professional_without_a_session_reads_nobody(self, client, scene):
        assert sign_in(client, scene.user).get(reverse("my:overview")).status_code == 404
        administrator = member(Role.REGION_ADMINISTRATOR)
        assert sign_in(Client(), administrator).get(reverse("my:overview")).status_code == 404

    def test_a_new_letter_takes_the_lost_telephone_out(self, phone, scene):
        lost = come_in(phone, scene, scene.mother)
        found = Client(headers={"host": HOST})
        token = issue(scene, scene.mother)
        assert phone.get(reverse("my:overview")).status_code == 200, "until the new letter is used"
        onward = found.post(letter(token), date_of(scene.mother.birth_date))["Location"]
        assert phone.get(reverse("my:overview")).status_code == 302
        assert sign_in_with(phone, lost).status_code == 422
        make_key(found, onward, SoftKey())
        shown = found.get(reverse("my:overview")).content.decode()
        with translation.override("ar"):
            assert gettext("gaf u een brief om zelf in te loggen") in shown
        assert scene.team.organisation.name in shown

    def test_who_is_erased_reads_nothing_more(self, phone, scene):
        come_in(phone, scene, scene.mother)
        SubjectKey.objects.filter(person=scene.mother).delete()
        assert phone.get(reverse("my:overview")).status_code == 404

    def test_the_language_chosen_stays(self, phone, scene):
        key = come_in(phone, scene, scene.mother)
        phone.post(reverse("my:language"), {"language": "ti"})
        phone.post(reverse("accounts:sign_out"))
        sign_in_with(phone, key)
        assert 'lang="ti"' in phone.get(reverse("my:overview")).content.decode()[:200]


def test_a_demo_lists_a_person_with_a_letter_that_works(phone, scene, settings):
    create_demo_person(actor=scene.actor, team=scene.team, person=scene.mother, language="ar", seed=7)
    settings.IS_DEMO = True

    def listed() -> dict[str, Any]:
        output = StringIO()
        call_command("demo_accounts", "--json", stdout=output)
        return next(row for row in json.loads(output.getvalue()) if row["roles"] == ["person"])

    row = listed()
    assert listed() == row, "asking again does not change the link"
    birth = date.fromisoformat(row["birth_date"])
    onward = phone.post(row["first_page"] + "?language=ar", date_of(birth))["Location"]
    make_key(phone, onward, SoftKey())
    assert phone.get("/my/").status_code == 200
    assert listed()["first_page"] != row["first_page"], "a used letter is followed by a new one"
