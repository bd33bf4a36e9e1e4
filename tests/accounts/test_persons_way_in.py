"""A person with a dossier is spoken to as one, and comes back to the own way in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import sessions
from portal.accounts.models import User
from tests.factories import MembershipFactory, TotpDeviceFactory

pytestmark = pytest.mark.django_db

OWN = "/accounts/sign-in/?next=/my/"


@pytest.fixture
def resident():
    made = User.objects.create(name="Inwoner", person_id=uuid4())
    made.set_unusable_password()
    made.save()
    return made


def late(client) -> None:
    session = client.session
    session[sessions.SEEN_AT] -= timedelta(hours=13).total_seconds()
    session.save()


def test_without_a_key_the_letter_is_named(client, sign_in, resident):
    page = sign_in(client, resident, second_factor=False).get(reverse("accounts:second_factor"))
    assert page.status_code == 403
    text = page.content.decode()
    assert "brief" in text
    assert "beheerder" not in text
    assert "wachtwoord" not in text


def test_asked_again_nobody_is_sent_to_an_administrator(client, sign_in, resident):
    WebAuthnCredential.objects.create(user=resident, name="Telefoon", public_key=b"k", credential_id=b"i", sign_count=0)
    text = sign_in(client, resident, second_factor=False).get(reverse("accounts:second_factor")).content.decode()
    assert "Vraag de medewerker om een brief" in text
    assert "beheerder" not in text


def test_whose_session_ended_finds_the_own_way_in(client, sign_in, resident):
    sign_in(client, resident)
    late(client)
    assert client.post(reverse("accounts:stay"))["Location"] == reverse("accounts:sign_in", query={"next": "/my/"})
    assert "sleutel" in client.get(OWN).content.decode()


def test_signing_out_leads_there_too(client, sign_in, resident):
    assert sign_in(client, resident).post(reverse("accounts:sign_out"))["Location"] == reverse(
        "accounts:sign_in", query={"next": "/my/"}
    )


def test_a_colleague_goes_where_colleagues_go(client, sign_in):
    user = MembershipFactory().user
    TotpDeviceFactory(user=user)
    sign_in(client, user)
    late(client)
    assert client.post(reverse("accounts:stay"))["Location"] == reverse("accounts:sign_in")
    assert sign_in(client, user).post(reverse("accounts:sign_out"))["Location"] == reverse("accounts:sign_in")
