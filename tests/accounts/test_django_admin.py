"""Django's admin: not there unless asked for; then read only, for the region's administrator, of the map alone."""

import sys
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.apps import AppConfig, apps
from django.conf import settings as django_settings
from django.template.utils import get_app_template_dirs
from django.test import Client, override_settings
from django.urls import clear_url_caches, reverse

from portal import access, urls
from portal.accounts.checks import every_route_is_declared
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Centre, Municipality, Organisation, Team
from portal.accounts.routes import all_routes
from portal.audit.models import Entry
from tests.accounts.addresses import address_of
from tests.factories import CentreFactory, TeamFactory, UserFactory, member
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MAP = {Municipality, Centre, Organisation, Team}


def _read_again() -> None:
    from importlib import reload

    access.table.cache_clear()
    clear_url_caches()
    reload(urls)


@pytest.fixture
def admin_on() -> Iterator[None]:
    """The site as it is where the setting is true. The apps join one by one: Wagtail cannot be started twice."""
    before = dict(apps.app_configs)
    for name in django_settings.DJANGO_ADMIN_APPS:
        config = AppConfig.create(name)
        config.apps = apps
        apps.app_configs[config.label] = config
        config.import_models()
    apps.clear_cache()
    get_app_template_dirs.cache_clear()
    with override_settings(TEMPLATES=deepcopy(django_settings.TEMPLATES)):
        _read_again()
        yield
    apps.app_configs.clear()
    apps.app_configs.update(before)
    apps.clear_cache()
    get_app_template_dirs.cache_clear()
    _read_again()
    sys.modules.pop("portal.django_admin.urls", None)


def of_the_region(role: Role = Role.REGION_ADMINISTRATOR, **proof: object) -> Client:
    return sign_in(Client(), member(role, kind=OrganisationKind.REGION), **proof)


@pytest.mark.parametrize("address", ["/django-admin/", "/django-admin/login/", "/django-admin/accounts/team/"])
def test_off_it_is_no_address_at_all(address: str) -> None:
    assert "django.contrib.admin" not in {each.name for each in apps.get_app_configs()}
    client = of_the_region()
    assert client.get(address).status_code == 404
    assert client.get(address).content == client.get(f"{address}nowhere/").content
    assert Client().get(address)["Location"].startswith(reverse("accounts:sign_in"))


def test_the_register_holds_the_map_and_nothing_else(admin_on: None) -> None:
    from django.contrib.admin import site as default_site

    from portal.django_admin.site import site

    assert set(site._registry) == MAP
    assert not default_site._registry
    for admin in site._registry.values():
        names = {*admin.list_display, *admin.search_fields, *admin.list_filter}
        assert not names & {"contact_email", "mailbox", "memberships"}
        assert not admin.inlines


def test_every_address_of_it(admin_on: None) -> None:
    assert every_route_is_declared(None) == []
    team = TeamFactory(organisation__centre=CentreFactory())
    pages = [route for route in all_routes() if route.route.startswith("django-admin/")]
    assert len(pages) > 12
    client = of_the_region()
    strangers = [of_the_region(Role.PRIVACY_OFFICER), sign_in(Client(), _superuser())]
    not_yet = [Client(), of_the_region(second_factor=False), of_the_region(factor_age=16 * 60)]
    before = [list(model.objects.order_by("pk").values()) for model in (Municipality, Centre, Organisation, Team)]
    for route in pages:
        address = address_of(route)
        for closed in strangers:
            assert closed.get(address).status_code == 404, address
        for other in not_yet:
            assert other.get(address).status_code in {302, 405}, address
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            if not (method == "POST" and route.view_name == "admin:logout"):
                assert client.generic(method, address).status_code == 405, (method, address)
    for name, row in (
        ("municipality", team.organisation.municipality),
        ("centre", team.organisation.centre),
        ("organisation", team.organisation),
        ("team", team),
    ):
        listed = client.get(reverse(f"admin:accounts_{name}_changelist"), {"q": row.name})
        shown = client.get(reverse(f"admin:accounts_{name}_change", args=[row.pk]))
        assert (listed.status_code, shown.status_code) == (200, 200)
        assert listed["Cache-Control"] == shown["Cache-Control"] == "no-store"
        assert row.name in listed.content.decode()
        assert b'type="submit" value="' not in shown.content
        assert client.get(f"/django-admin/accounts/{name}/{row.pk}/history/").status_code == 404
        assert client.get(f"/django-admin/accounts/{name}/{row.pk}/delete/").status_code == 404
        assert client.get(f"/django-admin/accounts/{name}/add/").status_code in {302, 404}
    after = [list(model.objects.order_by("pk").values()) for model in (Municipality, Centre, Organisation, Team)]
    assert after == before
    assert Entry.objects.exists()  # the refusals are written down


def test_the_doors_are_ours(admin_on: None) -> None:
    client = of_the_region()
    assert client.get("/django-admin/").status_code == 200
    assert client.get("/django-admin/login/")["Location"] == reverse("accounts:sign_in")
    assert client.get("/django-admin/password_change/")["Location"] == reverse("accounts:password")
    left = client.post("/django-admin/logout/")
    assert (left.status_code, left["Location"]) == (307, reverse("accounts:sign_out"))


def _superuser() -> object:
    return UserFactory(is_superuser=True, is_staff=True)
