"""Addresses for the person with a dossier."""

from django.urls import path

from consent.views import letters

from .views import my

app_name = "my"
urlpatterns = [
    path("", my.overview, name="overview"),
    path("letter/<str:token>/", letters.letter, name="letter"),
    path("key/<str:token>/", letters.key, name="key"),
    path("language/", my.language, name="language"),
    path("<uuid:public_id>/withdraw/<uuid:recipient_id>/<slug:purpose>/", my.withdraw_consent, name="withdraw"),
]
