"""Addresses for the person with a dossier."""

from django.urls import path

from consent.views import letters

from .views.my import consents, overview

app_name = "my"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("letter/<str:token>/", letters.letter, name="letter"),
    path("key/<str:token>/", letters.key, name="key"),
    path("language/", overview.language, name="language"),
    path("<uuid:public_id>/withdraw/<uuid:recipient_id>/<slug:purpose>/", consents.withdraw_consent, name="withdraw"),
]
