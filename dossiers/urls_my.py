"""Addresses for the person with a dossier."""

from django.urls import path

from .views import my

app_name = "my"
urlpatterns = [
    path("", my.overview, name="overview"),
    path("language/", my.language, name="language"),
    path("<uuid:public_id>/withdraw/<uuid:recipient_id>/<slug:purpose>/", my.withdraw_consent, name="withdraw"),
]
