"""The Wagtail admin's own doors, which lead to the one way in and out."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse


def cms_sign_out(request: HttpRequest) -> HttpResponse:
    """The admin's own button: 307 keeps the method and the form, so that the one way of signing out does the work."""
    response = HttpResponse(status=307)
    response["Location"] = reverse("accounts:sign_out")
    return response
