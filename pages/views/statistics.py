"""How often pages are read, for editors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.statistics import PERIODS, statistics


def page_views(request: HttpRequest) -> HttpResponse:
    """Tables with bars, of a period and perhaps one language; both come from ``?dagen=`` and ``?taal=``."""
    asked = request.GET.get("dagen", "")
    days = next((period for period in PERIODS if str(period) == asked), 30)
    names = {code: str(name) for code, name in settings.LANGUAGES}
    language = request.GET.get("taal", "")
    language = language if language in names else ""
    context = {
        "statistics": statistics(days=days, language=language),
        "periods": PERIODS,
        "days": days,
        "languages": names,
        "language": language,
    }
    return render(request, "pages/admin/statistics.html", context)
