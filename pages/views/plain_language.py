"""How hard a text reads, while it is written."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from pages import plain_language


@require_POST
def reading_level(request: HttpRequest) -> JsonResponse:
    """Measure what was sent; nothing is kept.

    It changes nothing, and is a POST all the same: a draft is too long for an address, and no business of a log.
    """
    measured = plain_language.measure(request.POST.get("text", ""))
    limit = plain_language.limit_for(request.POST.get("audience", ""))
    return JsonResponse(
        {
            "measure": measured.measure,
            "score": measured.score,
            "level": str(measured.level.label) if measured.level else "",
            "limit": limit,
            "too_hard": measured.is_too_hard(limit),
            "words": measured.words,
            "hard": [{"text": sentence.text, "reasons": list(sentence.reasons)} for sentence in measured.hard],
        }
    )
