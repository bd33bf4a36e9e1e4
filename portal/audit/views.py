"""The log as the privacy officer sees it."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import reading
from .forms import LogFilterForm
from .queries import LogFilter

if TYPE_CHECKING:
    from .policy import Reader


def _reader(request: HttpRequest) -> "Reader":
    return cast("Reader", request.actor)


def _sequence(query: QueryDict, name: str) -> int | None:
    """Where a screen goes on; anything that is no row number means the beginning."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """The log, newest first, filtered by the query string."""
    form = LogFilterForm(request.GET)
    wanted = form.wanted() if form.is_valid() else LogFilter()
    page = reading.read_log(reader=_reader(request), wanted=wanted, before=_sequence(request.GET, "before"))
    onward = request.GET.copy()
    onward["before"] = str(page.next_sequence)
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "onward": onward.urlencode(),
        "is_narrowed": form.has_changed(),
    }
    return render(request, "audit/log.html", context)


@require_safe
@never_cache
def timeline(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Everything that happened around one person, oldest first."""
    page = reading.read_timeline(reader=_reader(request), subject=str(subject), after=_sequence(request.GET, "after"))
    return render(request, "audit/timeline.html", {"subject": str(subject), "page": page})


@require_POST
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole log and show what was found."""
    report = reading.verify_now(reader=_reader(request))
    return render(request, "audit/verified.html", {"report": report})
