"""The measure: Django with one view that answers with bytes that lie ready. No database, no template, no middleware."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = Path(os.environ["BARE_BODY"]).read_bytes()


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY, headers={"Content-Encoding": "gzip"})


urlpatterns = [path("", bare)]
settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="of no use", MIDDLEWARE=[])
application = get_wsgi_application()
