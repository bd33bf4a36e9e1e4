"""Addresses for the person with a dossier."""

from django.urls import path

from consent.views import letters

from .views.my import agreeing, asking, consents, overview, receipts, rights

app_name = "my"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("letter/<str:token>/", letters.letter, name="letter"),
    path("key/<str:token>/", letters.key, name="key"),
    path("language/", overview.language, name="language"),
    path("consents/", consents.consents, name="consents"),
    path("questions/", asking.questions, name="questions"),
    path("receipts/<uuid:public_id>.pdf", receipts.as_pdf, name="receipt"),
    path("receipts/<uuid:public_id>.json", receipts.as_json, name="receipt_json"),
    path("receipts/<uuid:public_id>.fhir.json", receipts.as_fhir, name="receipt_fhir"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<uuid:public_id>/", rights.right, name="right"),
    path("<uuid:public_id>/rights/<slug:right>/", rights.right_ask, name="right_ask"),
    path("<uuid:public_id>/copy.zip", rights.copy, name="copy"),
    path("<uuid:public_id>/withdraw/<uuid:recipient_id>/<slug:purpose>/", consents.withdraw_consent, name="withdraw"),
    path("<uuid:public_id>/looks/<uuid:recipient_id>/<slug:purpose>/", consents.looks, name="looks"),
    path("<uuid:public_id>/ask/<uuid:recipient_id>/<slug:purpose>/", asking.ask, name="ask"),
    path("<uuid:public_id>/agree/<uuid:sender_id>/<uuid:recipient_id>/<slug:purpose>/", agreeing.agree, name="agree"),
    path(
        "<uuid:public_id>/agree/<uuid:sender_id>/<uuid:recipient_id>/<slug:purpose>/confirm/",
        agreeing.confirm,
        name="agree_confirm",
    ),
    path("<uuid:public_id>/paper/<uuid:sender_id>/<uuid:recipient_id>/<slug:purpose>/", receipts.paper, name="paper"),
    path("<uuid:public_id>/withdrawn/<uuid:recipient_id>/<slug:purpose>/", consents.withdrawn, name="withdrawn"),
]
