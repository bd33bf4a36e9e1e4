"""The roof: includes every app's addresses by dotted name."""

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "portal.accounts.views.interrupted.bad_request"
urlpatterns = [
    path("", include("portal.health")),
    path("accounts/", include("portal.accounts.urls")),
    path("audit/", include("portal.audit.urls")),
    path("consent/", include("consent.urls")),
    path("dossiers/", include("dossiers.urls")),
    path("my/", include("dossiers.urls_my")),
    path("", include("pages.urls")),
]
if apps.is_installed("portal.django_admin"):
    urlpatterns += [path("django-admin/", include("portal.django_admin.urls"))]
urlpatterns += i18n_patterns(path("", include("pages.urls_readers")), prefix_default_language=True)
