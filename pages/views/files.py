"""Files of the public site: documents and renditions of pictures."""

import mimetypes
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve as serve_document
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from portal.ranges import with_ranges

from .private import keep_nowhere, require_access
from .reading import READERS_MAY_KEEP_SECONDS


def document(request: HttpRequest, document_id: str, name: str) -> HttpResponseBase:
    """A document of the public site. One of a private collection is for whoever the collection names."""
    found = get_document_model().objects.filter(pk=document_id).select_related("collection").first()
    if found is None:
        raise Http404
    restrictions = list(found.collection.get_view_restrictions())
    require_access(request, restrictions)
    response = with_ranges(request, serve_document(request, document_id, name))
    if restrictions:
        keep_nowhere(response)
    return response


def media(request: HttpRequest, path: str) -> FileResponse:
    """A rendition of a public picture. Originals, documents and pictures of private collections are not served here."""
    rendition = (
        get_image_model().get_rendition_model().objects.filter(file=path).select_related("image__collection").first()
    )
    if rendition is None or _is_private(rendition.image.collection):
        raise Http404
    kind = mimetypes.guess_type(PurePosixPath(path).name)[0] or ""
    if not kind.startswith("image/") or kind == "image/svg+xml" or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=kind)
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


def _is_private(collection: Collection) -> bool:
    lines = collection.get_ancestors(inclusive=True)
    return CollectionViewRestriction.objects.filter(collection__in=lines).exists()
