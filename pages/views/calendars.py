"""Calendars that a telephone follows: all events, or one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from pages import queries
from pages.agenda import calendar_of
from pages.families import best
from pages.frame import active_language
from pages.models import EventPage, EventsPage

from .reading import READERS_MAY_KEEP_SECONDS


def calendar(request: HttpRequest, path: str) -> HttpResponse:
    """The page of events at this address as an iCalendar file; ``?gemeente=`` narrows the list.

    Raises:
        Http404: there is no such page for readers, or it is not about events.
    """
    reader = active_language()
    kind, name, events = _events(path, reader)
    if kind is EventsPage and (wanted := request.GET.get("gemeente")):
        events = [event for event in events if not event.municipalities or wanted in event.municipalities]
    response = HttpResponse(calendar_of(events, name=name, reader=reader), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{path.rpartition("/")[2]}.ics"'
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


def _events(path: str, reader: str) -> tuple[type[EventPage | EventsPage], str, list[EventPage]]:
    pks = [page.pk for page in queries.at(path).found]
    for kind in (EventPage, EventsPage):
        rows = queries.public_pages(kind).filter(pk__in=pks).select_related("locale").defer_streamfields()
        page = best(list(rows), reader)
        if page is None:
            continue
        if isinstance(page, EventPage):
            return EventPage, page.title, [page]
        return EventsPage, page.title, queries.children_for(queries.family_of(page), reader, EventPage)
    raise Http404
