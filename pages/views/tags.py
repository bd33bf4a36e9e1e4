"""Labels of pictures and documents, while an editor types one."""

from django.http import HttpRequest, JsonResponse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from pages.filing import labels_for
from pages.policy import editor_of

MOST = 10


def labels(request: HttpRequest) -> JsonResponse:
    """Labels that begin with ``?term=``, of files that this editor may choose; at most ten."""
    term = request.GET.get("term", "")
    found = labels_for(editor_of(request.user), get_image_model(), get_document_model()).filter(name__istartswith=term)
    return JsonResponse(list(found.order_by("name").values_list("name", flat=True)[:MOST]) if term else [], safe=False)
