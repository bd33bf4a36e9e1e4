"""The addresses of the portal, with one more in the Wagtail admin, as a new version might bring it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal.urls import urlpatterns as portal_urls


def everything(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


new = ([path("reports/everything/", everything, name="everything")], "wagtailadmin_reports")

urlpatterns = [
    path("cms/", include(new)),
    *portal_urls,
]
