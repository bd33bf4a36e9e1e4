"""Language, loopback, health, and the page about access."""

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.middleware import LoopbackOnlyMiddleware
from portal.accounts.middleware.language import language_of_path
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class TestLanguage:
    @pytest.mark.parametrize(
        ("accept", "language"),
        [("ar", "ar"), ("en-GB,nl;q=0.5", "en"), ("xx,ar;q=0.3", "ar"), ("", "nl"), ("ti-ER", "ti"), ("*", "nl")],
    )
    def test_the_browser_decides_before_sign_in(self, client, accept, language):
        response = client.get(reverse("accounts:sign_in"), headers={"Accept-Language": accept})
        assert response["Content-Language"] == language
        assert f'lang="{language}"' in response.content.decode()
        assert settings_language_cookie(client) is None

    def test_the_user_decides_afterwards(self, client, sign_in):
        user = UserFactory(language="ar")
        sign_in(client, user)
        home = reverse("accounts:home")
        assert client.get(home, headers={"Accept-Language": "en"})["Content-Language"] == "ar"
        response = client.post(reverse("accounts:language"), {"language": "en", "next": "//evil.example"})
        assert response["Location"] == home
        assert client.get(home, headers={"Accept-Language": "nl"})["Content-Language"] == "en"
        user.refresh_from_db()
        assert user.language == "en"
        client.post(reverse("accounts:language"), {"language": "xx"})
        assert client.get(home)["Content-Language"] == "en"

    @pytest.mark.parametrize(
        ("path", "language"),
        [
            ("/ar/", "ar"),
            ("/ar", "ar"),
            ("/ar/x/y/", "ar"),
            ("/arx/", None),
            ("/accounts/", None),
            ("/", None),
            ("/AR/", None),
        ],
    )
    def test_public_addresses_name_it(self, path, language):
        assert language_of_path(path) == language

    def test_a_language_without_catalogue_has_addresses_too(self, settings):
        settings.LANGUAGES = [*settings.LANGUAGES, ("ti", "ትግርኛ")]
        assert language_of_path("/ti/") == "ti"


def settings_language_cookie(client):
    from django.conf import settings

    return client.cookies.get(settings.LANGUAGE_COOKIE_NAME)


class TestLoopback:
    @pytest.mark.parametrize(
        ("address", "host", "status"),
        [
            ("127.0.0.1", "127.0.0.1:8000", 200),
            ("127.0.0.1", "localhost", 200),
            ("::1", "[::1]:8000", 200),
            ("::ffff:127.0.0.1", "localhost:8000", 200),
            ("192.0.2.1", "127.0.0.1:8000", 403),
            ("127.0.0.1", "rebound.example:8000", 403),
            ("127.0.0.1", "localhost.evil.example", 403),
            ("127.0.0.1", "", 403),
            ("", "localhost", 403),
            ("10.0.0.1", "localhost", 403),
        ],
    )
    def test_only_this_machine(self, address, host, status):
        middleware = LoopbackOnlyMiddleware(lambda request: HttpResponse("in"))
        request = RequestFactory().get("/", REMOTE_ADDR=address, HTTP_HOST=host)
        assert middleware(request).status_code == status

    def test_not_through_a_proxy(self):
        middleware = LoopbackOnlyMiddleware(lambda request: HttpResponse("in"))
        request = RequestFactory().get("/", HTTP_HOST="localhost", HTTP_X_FORWARDED_FOR="192.0.2.1")
        assert middleware(request).status_code == 403


class TestHealth:
    def test_healthz_touches_nothing(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok\n")

    def test_readyz(self, client, monkeypatch):
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr("portal.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
        assert client.get("/readyz").status_code == 503

    def test_readyz_without_a_database(self, client, monkeypatch):
        from django.db import OperationalError

        def broken(connection):
            raise OperationalError("secret host name")

        monkeypatch.setattr("portal.health.MigrationExecutor", broken)
        response = Client().get("/readyz")
        assert (response.status_code, response.content) == (503, b"database\n")


class TestAccessPage:
    def test_the_page_is_that_of_the_table(self):
        call_command("access_table", "--check")

    def test_a_page_that_differs_is_found(self, settings, tmp_path):
        settings.BASE_DIR = tmp_path
        with pytest.raises(CommandError, match="out of date"):
            call_command("access_table", "--check")
