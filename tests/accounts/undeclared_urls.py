"""A URL configuration with routes that no app declared."""

from django.http import Http404, HttpResponse
from django.urls import include, path

from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event


def answer(request):
    return HttpResponse("secret")


def denying(request):
    from django.db import transaction

    from portal.accounts.models import Municipality

    with transaction.atomic():
        Municipality.objects.create(code="GM9999", name="Rolled back", slug="rolled-back")
        raise Denied(
            decision=deny("no_consent"), event=Event.PACKAGE_READ, subject="s-1", object_type="package", object_id="p-1"
        )


def absent(request):
    raise Http404


def upload(request):
    return HttpResponse(str(len(request.FILES)))


urlpatterns = [
    path("", include("portal.health")),
    path("accounts/", include("portal.accounts.urls")),
    path("undeclared/", answer, name="undeclared"),
    path("denying/", denying, name="denying"),
    path("absent/", absent, name="absent"),
    path("upload/", upload, name="upload"),
    path("reading/", answer, name="reading"),
]
