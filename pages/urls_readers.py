"""The pages themselves, below the language that the roof puts before them."""

from django.urls import re_path

from pages import views

urlpatterns = [re_path(r"^((?:[\w\-]+/)*)$", views.serve, name="wagtail_serve")]
