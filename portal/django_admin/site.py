"""The admin site: municipalities, centres, organisations and teams, to look at. Never a person or a secret."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Proof
from portal.accounts.models import Centre, Municipality, Organisation, Team
from portal.accounts.policy import may_manage_organisations


def may_look(request: HttpRequest) -> bool:
    """What the gate has asked already, asked again: the role by the policy, and a recent second factor."""
    actor = request.actor  # type: ignore[attr-defined]
    return actor.proof >= Proof.RECENT_SECOND_FACTOR and bool(may_manage_organisations(actor))


class MapSite(admin.AdminSite):
    """Signs nobody in or out itself. ``is_staff`` and ``is_superuser`` open nothing."""

    site_header = site_title = index_title = _("Organisaties en teams")
    enable_nav_sidebar = False
    final_catch_all_view = False
    index_template = "django_admin/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("accounts:sign_in")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("accounts:password")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """307 keeps the method and the form, so that the one way of signing out does the work."""
        response = HttpResponse(status=307)
        response["Location"] = reverse("accounts:sign_out")
        return response


class ToLookAt(admin.ModelAdmin):
    """A list and a page for each row. Adding, changing, deleting and Django's own log of that are not there."""

    change_form_template = "django_admin/change_form.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [each for each in super().get_urls() if str(each.name).endswith(("_changelist", "_change"))]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MunicipalityAdmin(ToLookAt):
    list_display = ("name", "code")
    search_fields = ("name", "code")


class CentreAdmin(ToLookAt):
    list_display = ("name", "municipality")
    search_fields = ("name",)


class OrganisationAdmin(ToLookAt):
    list_display = ("name", "kind", "municipality", "centre", "active_from", "active_until")
    list_filter = ("kind",)
    search_fields = ("name",)


class TeamAdmin(ToLookAt):
    list_display = ("name", "organisation", "active_from", "active_until")
    search_fields = ("name", "organisation__name")


site = MapSite(name="admin")
site.register(Municipality, MunicipalityAdmin)
site.register(Centre, CentreAdmin)
site.register(Organisation, OrganisationAdmin)
site.register(Team, TeamAdmin)
