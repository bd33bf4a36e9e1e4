"""The pages themselves, below the language that the roof puts before them."""

from django.urls import re_path

from pages.views import reading

urlpatterns = [re_path(r"^((?:[\w\-]+/)*)$", reading.serve, name="wagtail_serve")]
