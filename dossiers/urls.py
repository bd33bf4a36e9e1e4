"""Addresses for professionals who work with packages."""

from django.urls import path

from .views import files, packages, persons, receipts, receiving, start

app_name = "dossiers"
urlpatterns = [
    path("", start.start, name="start"),
    path("persons/<uuid:public_id>/", persons.person, name="person"),
    path("persons/<uuid:public_id>/coupling/", persons.coupling, name="coupling"),
    path("persons/<uuid:public_id>/packages/<slug:kind_code>/", persons.package_new, name="package_new"),
    path("packages/<uuid:public_id>/", packages.package, name="package"),
    path("packages/<uuid:public_id>/state/", packages.state, name="package_state"),
    path("packages/<uuid:public_id>/form/", packages.form, name="package_form"),
    path("packages/<uuid:public_id>/reopen/", packages.reopen, name="package_reopen"),
    path("packages/<uuid:public_id>/discard/", packages.discard, name="package_discard"),
    path("packages/<uuid:public_id>/recall/", packages.recall, name="package_recall"),
    path("packages/<uuid:public_id>/renew/", packages.renew, name="package_renew"),
    path("packages/<uuid:public_id>/accept/", receiving.accept, name="package_accept"),
    path("packages/<uuid:public_id>/refuse/", receiving.refuse, name="package_refuse"),
    path("packages/<uuid:public_id>/collect/", receiving.collect, name="package_collect"),
    path("packages/<uuid:public_id>/confirm/", receiving.confirm, name="package_confirm"),
    path("packages/<uuid:public_id>/files/", files.file_add, name="file_add"),
    path("packages/<uuid:public_id>/files/<uuid:file_id>/", files.file_collect, name="file_collect"),
    path("packages/<uuid:public_id>/files/<uuid:file_id>/remove/", packages.file_remove, name="file_remove"),
    path("packages/<uuid:public_id>/answers/", files.form_collect, name="form_collect"),
    path("packages/<uuid:public_id>/receipt.json", receipts.receipt_json, name="receipt_json"),
    path("packages/<uuid:public_id>/receipt.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("receipts/check/", receipts.check, name="receipt_check"),
]
