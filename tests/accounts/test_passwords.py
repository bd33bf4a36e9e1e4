"""Passwords: what they may be, changing one, and a forgotten one."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, User
from portal.accounts.passwords import is_easily_guessed
from portal.accounts.sealing import unseal
from portal.accounts.services.forgotten import LINKS_AN_HOUR
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TotpDeviceFactory, UserFactory, code_for

NEW = "een andere lange zin"


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "P@ssw0rd2024!", "Welkom2024!!", "W4chtwoord01!", "qwertyuiop12", "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc", "zomer zomer zomer", "iloveyouiloveyou", "2025Football!!", "asdfghjklzxcvbnm", "Elisabéth2024",
    ],
)  # fmt: skip
def test_disguises_are_seen_through(password):
    assert is_easily_guessed(password)


@pytest.mark.parametrize("password", ["mijn kat eet graag vis", PASSWORD, "x9 2kd lwpq vor", "سلام بر همه دوستان"])
def test_sentences_are_fine(password):
    validate_password(password, user=User(name="Anneke Veldkamp", email="anneke@jgz-houten.example.org"))


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["anneke-anneke-1", "V3ldkampVeldkamp", "jgzhouten2024!", "Gouden Wijkteam1"])
def test_names_of_the_owner_do_not_count(password):
    user = MembershipFactory(
        user__name="Anneke Veldkamp",
        user__email="anneke@jgzhouten.example.org",
        team__organisation__name="Gouden Wijkteam",
    ).user
    with pytest.raises(ValidationError):
        validate_password(password, user=user)


@pytest.mark.django_db
def test_one_password_on_any_keyboard():
    user = UserFactory()
    user.set_password("ﬁets kaﬀee ｗｅｇ é")
    assert user.check_password("fiets kaffee weg e\u0301")
    assert not user.check_password("fiets kaffee weg e")


@pytest.mark.django_db
class TestLong:
    def test_signing_in_with_4096_characters(self, client):
        response = client.post(reverse("accounts:sign_in"), {"email": "a@example.org", "password": "x" * 4096})
        assert response.status_code == 422
        assert "te lang" in response.content.decode()

    def test_is_not_hashed(self):
        user = UserFactory()
        user.set_password("x" * 1001)
        assert not user.has_usable_password()
        assert not user.check_password("x" * 1001)


@pytest.fixture
def user():
    made = MembershipFactory().user
    TotpDeviceFactory(user=made)
    return made


@pytest.mark.django_db
class TestChanging:
    address = "/accounts/password/"

    def form(self, **changes):
        return {"old": PASSWORD, "password": NEW, "repeated": NEW, **changes}

    def test_ends_every_other_session_and_tells_the_owner(self, client, sign_in, user):
        elsewhere = sign_in(Client(), user)
        sign_in(client, user)
        before = client.session.session_key
        assert client.post(self.address, self.form()).status_code == 302
        assert client.session.session_key != before
        assert client.get(reverse("accounts:home")).status_code == 200
        assert elsewhere.get(reverse("accounts:home")).status_code == 302
        assert User.objects.get(pk=user.pk).check_password(NEW)
        assert OutgoingMessage.objects.get(user=user).kind == MessageKind.PASSWORD_CHANGED
        assert Entry.objects.filter(event=Event.PASSWORD_CHANGED).count() == 1

    def test_refusals(self, client, sign_in, user):
        sign_in(client, user, second_factor=False)
        assert client.post(self.address, self.form()).status_code == 302
        sign_in(client, user, factor_age=16 * 60)
        assert client.post(self.address, self.form())["Location"].startswith("/accounts/second-factor/")
        sign_in(client, user)
        for changes in ({"old": "fout"}, {"password": PASSWORD, "repeated": PASSWORD}, {"old": "x" * 4096}):
            assert client.post(self.address, self.form(**changes)).status_code == 422
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)

    def test_guessing_the_old_one_is_bounded(self, client, sign_in, user):
        sign_in(client, user)
        for _ in range(5):
            client.post(self.address, self.form(old="fout"))
        assert client.post(self.address, self.form()).status_code == 422
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def ask(client: Client, address: str):
    return client.post(reverse("accounts:password_forgotten"), {"email": address})


def link_of(user: User) -> str:
    message = OutgoingMessage.objects.filter(user=user, kind=MessageKind.PASSWORD_FORGOTTEN).latest("pk")
    return message.path + unseal(message.secret, owner=str(message.public_id)).decode() + "/"


@pytest.mark.django_db
class TestForgotten:
    def form(self, user, **changes):
        return {"password": NEW, "repeated": NEW, "code": code_for(user), **changes}

    def test_the_answer_is_the_same_for_every_address(self, client, user):
        without_factor = UserFactory().email
        asleep = UserFactory(is_active=False).email
        pages = {
            ask(client, address).content for address in (user.email, "niemand@example.org", without_factor, asleep)
        }
        assert len(pages) == 1
        assert OutgoingMessage.objects.count() == 1

    def test_a_mailbox_alone_changes_nothing(self, client, user):
        ask(client, user.email.upper())
        address = link_of(user)
        for _ in range(2):
            assert client.get(address).status_code == 200
        assert client.post(address, self.form(user, code="")).status_code == 422
        wrong = "000000" if code_for(user) != "000000" else "111111"
        assert client.post(address, self.form(user, code=wrong)).status_code == 422
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)
        assert client.get(reverse("accounts:second_factor")).status_code == 302  # no session came of it

    def test_with_the_factor_it_does_once(self, client, user, sign_in):
        here = sign_in(Client(), user)
        ask(client, user.email)
        address = link_of(user)
        done = client.post(address, self.form(user))
        assert done["Location"] == reverse("accounts:sign_in")
        assert User.objects.get(pk=user.pk).check_password(NEW)
        assert here.get(reverse("accounts:home")).status_code == 302
        assert client.get(reverse("accounts:home")).status_code == 302
        assert client.post(address, self.form(user)).status_code == 404

    def test_a_session_that_just_showed_the_factor_needs_no_code(self, client, user, sign_in):
        sign_in(client, user)
        ask(client, user.email)
        assert client.post(link_of(user), {"password": NEW, "repeated": NEW}).status_code == 302
        sign_in(client, User.objects.get(pk=user.pk), factor_age=16 * 60)
        ask(client, user.email)
        assert client.post(link_of(user), {"password": PASSWORD, "repeated": PASSWORD}).status_code == 422

    def test_links_that_do_not_count(self, client, user, settings):
        ask(client, user.email)
        address = link_of(user)
        other = UserFactory()
        TotpDeviceFactory(user=other)
        for forged in (
            address.replace(user.public_id.hex, other.public_id.hex),
            reverse("accounts:password_renew", args=["x"]),
            reverse("accounts:password_renew", args=[f"{user.public_id.hex}-"]),
        ):
            assert client.post(forged, self.form(user)).status_code == 404
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert client.post(address, self.form(user)).status_code == 404

    def test_is_not_a_way_to_fill_a_mailbox(self, client, user):
        for _ in range(LINKS_AN_HOUR + 3):
            assert ask(client, user.email).status_code == 200
        assert OutgoingMessage.objects.count() == LINKS_AN_HOUR
