"""Addresses under ``/consent/``."""

from django.urls import path

from .views import (
    assisting,
    conversations,
    deciding,
    families,
    finding,
    letters,
    proving,
    questions,
    rectifying,
    rights,
)

app_name = "consent"
urlpatterns = [
    path("find/", finding.find, name="find"),
    path("persons/<uuid:public_id>/decide/", deciding.decide, name="decide"),
    path("persons/<uuid:public_id>/family/", families.family, name="family"),
    path("persons/<uuid:public_id>/family/end/", families.end, name="family_end"),
    path("persons/<uuid:public_id>/withdraw/", conversations.withdraw_consent, name="withdraw"),
    path("persons/<uuid:public_id>/assist/", assisting.assist, name="assist"),
    path("persons/<uuid:public_id>/access-letter/", letters.access_letter, name="access_letter"),
    path("access-letters/<uuid:public_id>/revoke/", letters.revoke, name="access_letter_revoke"),
    path("assisted/confirm/", assisting.confirm, name="confirm"),
    path("assisted/close/", assisting.close, name="assist_close"),
    path("conversations/<uuid:public_id>/", conversations.conversation, name="conversation"),
    path("conversations/<uuid:public_id>/receipt.pdf", conversations.receipt_pdf, name="receipt"),
    path("conversations/<uuid:public_id>/receipt.json", conversations.receipt_json, name="receipt_json"),
    path("conversations/<uuid:public_id>/consent.fhir.json", conversations.receipt_fhir, name="receipt_fhir"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<uuid:public_id>/", questions.question, name="question"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<uuid:public_id>/", rights.right, name="right"),
    path("rights/<uuid:public_id>/extend/", rights.right_extend, name="right_extend"),
    path("rights/<uuid:public_id>/restriction/", rights.restriction_end, name="restriction_end"),
    path("rectifications/", rectifying.rectifications, name="rectifications"),
    path("rectifications/<uuid:public_id>/", rectifying.rectification, name="rectification"),
    path("proofs/", proving.proofs, name="proofs"),
    path("proofs/persons/<uuid:public_id>/", proving.proofs_of, name="proofs_of"),
    path("proofs/<uuid:public_id>/", proving.proof, name="proof"),
]
