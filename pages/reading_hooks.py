"""What reading has in the Wagtail admin: counting views, lists, numbers, the start page."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from pages.counting import count_view
from pages.frame import active_language
from pages.panels import WorkPanel
from pages.views.statistics import page_views
from pages.views.to_review import to_review
from pages.viewsets import ReadersGroup


@hooks.register("before_serve_page")
def count(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """One more view. A page that turns out to be private is for whoever signed in, who is not counted."""
    count_view(request, page, active_language())


@hooks.register("register_admin_viewset")
def readers() -> ReadersGroup:
    """Reactions, searches in vain, links."""
    return ReadersGroup()


@hooks.register("register_admin_urls")
def numbers() -> list[Any]:
    """Views of our own below ``/cms/``."""
    return [
        path("gelezen/", page_views, name="pages_statistics"),
        path("nakijken/", to_review, name="pages_to_review"),
    ]


@hooks.register("register_reports_menu_item")
def numbers_in_menu() -> MenuItem:
    """How often pages are read."""
    return MenuItem(_("Hoe vaak gelezen"), reverse("pages_statistics"), icon_name="view", order=700)


@hooks.register("register_reports_menu_item")
def to_review_in_menu() -> MenuItem:
    """Pages whose review date comes."""
    return MenuItem(_("Nakijken"), reverse("pages_to_review"), icon_name="date", order=710)


@hooks.register("construct_homepage_panels")
def work_first(request: HttpRequest, panels: list[Any]) -> None:
    """The start page begins with what waits for an editor."""
    panels.insert(0, WorkPanel())
