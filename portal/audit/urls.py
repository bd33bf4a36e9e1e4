"""The log's pages, below /audit/."""

from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("timeline/<uuid:subject>/", views.timeline, name="timeline"),
    path("verify/", views.verify, name="verify"),
]
