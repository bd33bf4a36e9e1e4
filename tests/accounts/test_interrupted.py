"""A request beside one that gave the session a new key: no bare 400."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from qsessions.models import Session

from portal.accounts import sessions
from portal.accounts.views.interrupted import bad_request
from tests.factories import MembershipFactory, TotpDeviceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def raced(client, sign_in, monkeypatch):
    """A browser whose next request finds that another one renewed the key while it was being answered."""
    user = MembershipFactory().user
    TotpDeviceFactory(user=user)
    sign_in(client, user)
    right = sessions.rights_of

    def renewed_elsewhere(memberships):
        monkeypatch.setattr(sessions, "rights_of", right)
        Session.objects.all().delete()
        return "others"

    monkeypatch.setattr(sessions, "rights_of", renewed_elsewhere)
    return client


def test_looking_is_looking_again(raced):
    response = raced.get(f"{reverse('accounts:home')}?a=b")
    assert (response.status_code, response["Location"]) == (302, "/accounts/?a=b")
    assert response["Cache-Control"] == "no-store"
    assert raced.get("/accounts/")["Location"].startswith("/accounts/sign-in/")  # no loop: here it was over for good


def test_a_form_gets_a_page_with_a_way_back(raced):
    response = raced.post(
        reverse("accounts:acting"), {"organisation": "x"}, headers={"referer": "http://testserver/accounts/acting/"}
    )
    assert response.status_code == 409
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert 'href="/accounts/acting/"' in page
    assert "Kijk na of het is gelukt" in page


def test_other_bad_requests_stay_what_they_are():
    response: HttpResponse = bad_request(RequestFactory().get("/accounts/"), ValueError("bad"))
    assert response.status_code == 400
