"""Counts of consent, for who looks after the explanations and after privacy."""

import csv
import io

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..enums import Purpose
from ..languages import language
from ..queries.statistics import FEWEST_TO_COMPARE, LEAST_DIFFERENCE, OUTCOMES, count_consents
from ..services.reading import record_statistics_read


@require_safe
@never_cache
@transaction.atomic
def statistics(request: HttpRequest) -> HttpResponse:
    """The tables by purpose, by language and by month."""
    found = count_consents()
    record_statistics_read(actor=request.actor)
    context = {
        "until": found.until,
        "outcomes": [outcome.label for outcome in OUTCOMES],
        "purposes": [(Purpose(line.key).label, "nl", line) for line in found.by_purpose],
        "tongues": [(language(line.key).name, line.key, line) for line in found.by_language],
        "months": [(line.key, "nl", line) for line in found.by_month],
        "total": found.total,
        "fewest": FEWEST_TO_COMPARE,
        "difference": round(100 * LEAST_DIFFERENCE),
    }
    return render(request, "consent/statistics.html", context)


@require_safe
@never_cache
@transaction.atomic
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same counts by purpose and language, and by month, for a spreadsheet."""
    found = count_consents()
    record_statistics_read(actor=request.actor)
    page = io.StringIO()
    rows = csv.writer(page)
    rows.writerow([_("Doel"), _("Taal"), _("Maand"), *(outcome.label for outcome in OUTCOMES)])
    for purpose in Purpose:
        for code in found.languages:
            counts = [found.cells[purpose.value, code, outcome] for outcome in OUTCOMES]
            if any(count != 0 for count in counts):
                rows.writerow([purpose.label, code, "", *map(_shown, counts)])
    for line in found.by_month:
        rows.writerow(["", "", line.key, *map(_shown, line.counts)])
    response = HttpResponse("\ufeff" + page.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="toestemming-{found.until:%Y-%m}.csv"'
    return response


def _shown(count: int | None) -> str:
    return _("minder dan 5 of afgeschermd") if count is None else str(count)
