"""An upload and a download through the vault, and the same two without it, to compare."""

from django.urls import path

from . import views

urlpatterns = [
    path("upload/<uuid:container>/", views.upload),
    path("download/<uuid:file>/", views.download),
    path("plain/upload/", views.plain_upload),
    path("plain/download/", views.plain_download),
    path("memory/", views.memory),
]
