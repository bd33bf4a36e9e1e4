"""The pages themselves, below the language that the roof puts before them."""

from django.urls import path, re_path

from pages.feeds import Changes, ChangesAtom
from pages.views import calendars, feedback, leaflets, offline, reading, searching

urlpatterns = [
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("geen-internet/", offline.stand_in, name="offline"),
    path("zoeken/", searching.results, name="search"),
    path("zoeken/niet-gevonden/", searching.not_found, name="search_not_found"),
    path("reactie/", feedback.helped, name="feedback"),
    path("reactie/dank/", feedback.thanks, name="feedback_thanks"),
    path("reactie/wat-mist/", feedback.missing, name="feedback_missing"),
    path("wijzigingen.rss", Changes(), name="changes_rss"),
    path("wijzigingen.atom", ChangesAtom(), name="changes_atom"),
    re_path(r"^(?P<path>(?:[\w\-]+/)*[\w\-]+)\.ics$", calendars.calendar, name="calendar"),
    re_path(r"^(?P<path>(?:[\w\-]+/)*)folder(?:-(?P<layout>a5|nl))?\.pdf$", leaflets.leaflet, name="leaflet"),
    path("tolk.pdf", leaflets.interpreter_card, name="interpreter_card"),
    path("p/<int:page_id>/", leaflets.short_address, name="short_address"),
    re_path(r"^((?:[\w\-]+/)*)$", reading.serve, name="wagtail_serve"),
]
