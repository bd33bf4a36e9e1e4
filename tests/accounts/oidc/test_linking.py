"""Linking an account to a provider, taking a link away, and the list of providers."""

import io

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from portal.access import Proof
from portal.accounts.enums import MessageKind, OrganisationKind, ProviderUse, Role
from portal.accounts.models import OidcIdentity, OidcProvider, OutgoingMessage
from portal.accounts.sealing import seal, unseal
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, OrganisationFactory, member

from .conftest import travel
from .provider import CLIENT_ID

pytestmark = pytest.mark.django_db


class TestLinkingFromTheOwnAccount:
    @pytest.fixture
    def browser(self, client, sign_in, user):
        return sign_in(client, user)

    def test_offered_and_done(self, browser, local, provider, user):
        assert "Koppel met Gemeente-account" in browser.get(reverse("accounts:home")).content.decode()
        response = travel(browser, local, provider, "accounts:oidc_link")
        assert response["Location"] == reverse("accounts:home")
        link = OidcIdentity.objects.get()
        assert (link.user, link.subject) == (user, "subject-1")
        assert Entry.objects.get(event=Event.IDENTITY_LINKED).details == {"provider": str(provider.public_id)}
        assert OutgoingMessage.objects.get(user=user).kind == MessageKind.FACTOR_ADDED
        page = browser.get(reverse("accounts:home")).content.decode()
        assert "Gekoppeld met Gemeente-account" in page
        assert "Koppel met" not in page

    def test_whatever_mail_address_the_provider_names(self, browser, local, provider, user):
        local.claims = {"email": "another@example.org"}
        travel(browser, local, provider, "accounts:oidc_link")
        assert OidcIdentity.objects.get().user == user

    def test_not_a_subject_of_somebody_else(self, browser, local, provider, user):
        other = MembershipFactory(team=user.memberships.get().team).user
        OidcIdentity.objects.create(provider=provider, subject="subject-1", user=other)
        assert travel(browser, local, provider, "accounts:oidc_link").status_code == 403
        assert OidcIdentity.objects.get().user == other
        assert Entry.objects.get(event=Event.IDENTITY_REFUSED).reason == "linked_already"

    def test_not_a_second_subject(self, browser, local, provider, user, identity):
        local.claims = {"sub": "subject-2"}
        address = reverse("accounts:oidc_link", args=[provider.public_id])
        assert browser.post(address).status_code == 404

    @pytest.mark.parametrize("case", ["another organisation", "persons"])
    def test_not_with_a_provider_for_others(self, browser, local, provider, case):
        if case == "persons":
            OidcProvider.objects.update(use=ProviderUse.PERSONS, organisation=None)
        else:
            OidcProvider.objects.update(organisation=OrganisationFactory())
        assert browser.post(reverse("accounts:oidc_link", args=[provider.public_id])).status_code == 404

    @pytest.mark.parametrize("how", [{"second_factor": False}, {"factor_age": 16 * 60}])
    def test_not_without_a_fresh_second_factor(self, client, sign_in, user, provider, how):
        sign_in(client, user, **how)
        response = client.post(reverse("accounts:oidc_link", args=[provider.public_id]))
        assert response["Location"].startswith(reverse("accounts:second_factor"))

    def test_the_answer_of_a_link_does_not_sign_in(self, client, browser, local, provider):
        travel(browser, local, provider, "accounts:oidc_link")
        assert not Entry.objects.filter(event=Event.SIGN_IN).exists()


class TestTakingALinkAway:
    def test_the_own(self, client, sign_in, user, identity):
        sign_in(client, user)
        client.post(reverse("accounts:oidc_unlink", args=[identity.pk]))
        assert client.get(reverse("accounts:home")).status_code == 200  # this session goes on
        assert not OidcIdentity.objects.exists()
        assert OutgoingMessage.objects.get(user=user).kind == MessageKind.FACTOR_REMOVED
        assert Entry.objects.filter(event=Event.FACTOR_REMOVED).count() == 1

    def test_not_anothers(self, client, sign_in, identity):
        sign_in(client, member())
        assert client.post(reverse("accounts:oidc_unlink", args=[identity.pk])).status_code == 404
        assert OidcIdentity.objects.exists()

    def test_not_the_only_way_in(self, client, sign_in, user, identity):
        user.set_unusable_password()
        user.save()
        sign_in(client, user)
        assert client.post(reverse("accounts:oidc_unlink", args=[identity.pk])).status_code == 404
        assert OidcIdentity.objects.exists()


class TestProviders:
    @pytest.fixture
    def browser(self, client, sign_in):
        return sign_in(client, member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION))

    @pytest.fixture
    def organisation(self):
        return OrganisationFactory()

    def values(self, organisation, **changes):
        return {
            "name": "Entra",
            "use": ProviderUse.PROFESSIONALS.value,
            "organisation": str(organisation.pk),
            "issuer": "https://login.example/tenant/v2.0",
            "client_id": "portaal",
            "client_secret": "a secret",
            "second_factor_amr": "mfa\n\n mfa \nhwk",
            "is_active": "on",
        } | changes

    def test_added_with_a_sealed_secret_that_is_never_shown(self, browser, organisation):
        response = browser.post(reverse("accounts:oidc_provider_new"), self.values(organisation))
        assert response["Location"] == reverse("accounts:oidc_providers")
        row = OidcProvider.objects.get()
        assert unseal(row.sealed_client_secret, owner=str(row.public_id)) == b"a secret"
        assert row.second_factor_amr == ["mfa", "hwk"]
        assert not hasattr(row.history.get(), "sealed_client_secret")
        page = browser.get(reverse("accounts:oidc_provider", args=[row.public_id])).content.decode()
        assert "a secret" not in page
        assert row.sealed_client_secret not in page
        assert reverse("accounts:oidc_callback", args=[row.public_id]) in page
        assert "Entra" in browser.get(reverse("accounts:oidc_providers")).content.decode()
        details = Entry.objects.get(event=Event.PROVIDER_CHANGED).details
        assert details == {"is_active": True, "secret_changed": True}

    def test_an_empty_secret_leaves_the_present_one(self, browser, organisation):
        browser.post(reverse("accounts:oidc_provider_new"), self.values(organisation))
        row = OidcProvider.objects.get()
        address = reverse("accounts:oidc_provider", args=[row.public_id])
        browser.post(address, self.values(organisation, client_secret="", name="Other name"))
        again = OidcProvider.objects.get()
        assert (again.name, again.sealed_client_secret) == ("Other name", row.sealed_client_secret)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("issuer", "http://login.example"),
            ("issuer", "javascript:alert(1)"),
            ("organisation", ""),
            ("organisation", "999999"),
            ("use", "persons"),
            ("use", "everybody"),
            ("name", ""),
            ("client_id", ""),
            ("second_factor_amr", "x" * 2001),
        ],
    )
    def test_what_does_not_fit_is_said(self, browser, organisation, field, value):
        response = browser.post(reverse("accounts:oidc_provider_new"), self.values(organisation) | {field: value})
        assert response.status_code == 422
        assert "error-summary" in response.content.decode()
        assert "a secret" not in response.content.decode()
        assert not OidcProvider.objects.exists()

    def test_the_same_twice(self, browser, organisation):
        for status in (302, 422):
            response = browser.post(reverse("accounts:oidc_provider_new"), self.values(organisation))
            assert response.status_code == status

    @pytest.mark.parametrize("field", ["issuer", "client_id"])
    def test_what_links_mean_does_not_change(self, browser, provider, identity, field):
        data = self.values(provider.organisation, issuer=provider.issuer, client_id=provider.client_id)
        changed = {"issuer": "https://other.example", "client_id": "other"}
        address = reverse("accounts:oidc_provider", args=[provider.public_id])
        assert browser.post(address, data | {field: changed[field]}).status_code == 422
        assert browser.post(address, data).status_code == 302

    @pytest.mark.parametrize("change", [{"is_active": ""}, {"second_factor_amr": "", "second_factor_acr": ""}])
    def test_whoever_came_in_by_it_signs_in_anew(self, browser, client, local, provider, identity, user, change):
        from django.test import Client

        local.claims = {"acr": "urn:two"}
        visitor = Client()
        travel(visitor, local, provider)
        assert visitor.get(reverse("accounts:home")).status_code == 200
        data = self.values(
            provider.organisation, issuer=provider.issuer, client_id=CLIENT_ID, second_factor_acr="urn:two"
        )
        data = {name: value for name, value in (data | change).items() if value}
        browser.post(reverse("accounts:oidc_provider", args=[provider.public_id]), data)
        assert visitor.get(reverse("accounts:home")).wsgi_request.actor.proof is Proof.NOTHING

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.REGION_ADMINISTRATOR, Role.PERSON}))
    def test_nobody_else(self, client, sign_in, provider, role):
        sign_in(client, member(role, kind=OrganisationKind.REGION))
        for address in (
            reverse("accounts:oidc_providers"),
            reverse("accounts:oidc_provider_new"),
            reverse("accounts:oidc_provider", args=[provider.public_id]),
        ):
            assert client.get(address).status_code == 404

    def test_without_the_libraries_the_page_says_so(self, browser, monkeypatch):
        monkeypatch.setattr("portal.accounts.views.oidc.available", lambda: False)
        assert "ontbreekt het onderdeel" in browser.get(reverse("accounts:oidc_providers")).content.decode()

    def test_and_so_does_the_check(self, provider, monkeypatch):
        from portal.accounts.checks import providers_can_be_asked

        assert providers_can_be_asked(None, databases=["default"]) == []
        monkeypatch.setattr("portal.accounts.checks.available", lambda: False)
        assert [error.id for error in providers_can_be_asked(None, databases=["default"])] == ["accounts.E010"]
        OidcProvider.objects.update(is_active=False)
        assert providers_can_be_asked(None, databases=["default"]) == []


def test_secrets_are_sealed_anew(settings, provider):
    old = settings.ACCOUNTS_SECRETS_KEY
    new = "c2V2ZW50ZWVuIGFuZCBmaWZ0ZWVuIGFyZSB0aGlydHktdHdv"
    with override_settings(ACCOUNTS_SECRETS_KEY=f"{new},{old}"):
        out = io.StringIO()
        call_command("rotate_account_secrets", stdout=out)
        assert out.getvalue().strip() == "1 keys sealed anew"
    with override_settings(ACCOUNTS_SECRETS_KEY=new):
        provider.refresh_from_db()
        assert unseal(provider.sealed_client_secret, owner=str(provider.public_id))
        assert seal(b"x", owner="y")
