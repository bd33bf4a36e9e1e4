"""The pages themselves, below the language that the roof puts before them."""

from django.urls import path, re_path

from pages.views import calendars, feedback, reading, searching

urlpatterns = [
    path("zoeken/", searching.results, name="search"),
    path("zoeken/niet-gevonden/", searching.not_found, name="search_not_found"),
    path("reactie/", feedback.helped, name="feedback"),
    path("reactie/dank/", feedback.thanks, name="feedback_thanks"),
    path("reactie/wat-mist/", feedback.missing, name="feedback_missing"),
    re_path(r"^(?P<path>(?:[\w\-]+/)*[\w\-]+)\.ics$", calendars.calendar, name="calendar"),
    re_path(r"^((?:[\w\-]+/)*)$", reading.serve, name="wagtail_serve"),
]
