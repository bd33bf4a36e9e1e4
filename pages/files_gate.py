"""Every address of the Wagtail admin that names a picture or a document: who may not have it finds nothing there.

Wagtail asks the same policy (:class:`pages.filing.OwnFilesPolicy`) and then answers with a way back to the start page,
which tells a file of somebody else from one that does not exist.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from pages.fields import MOST_DIGITS
from pages.filing import CHOOSE, collections_for
from pages.policy import editor_of
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

ARGUMENTS = ("image_id", "document_id", "doc_id")
CHOOSERS = ("wagtailimages_chooser:", "wagtaildocs_chooser:")


def check_files(request: HttpRequest, name: str) -> None:
    """Refuse an address with a file that the editor may not choose or, outside the choosers, not change.

    Raises:
        Denied: the answer is a 404, as for a file that does not exist.
    """
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    model = _model(name, kwargs)
    if model is None:
        return
    said = [kwargs.get(argument, "") for argument in ARGUMENTS]
    if name.startswith(CHOOSERS):
        said.append(kwargs.get("pk", ""))
    if name.startswith(CHOOSERS) or name == "wagtail_bulk_action":
        said += request.GET.getlist("id")
    ids = numbers(said)
    if not ids:
        return
    action = CHOOSE if name.startswith(CHOOSERS) else "change"
    allowed = collections_for(editor_of(request.user), [action]).values("pk")
    own = set(model._default_manager.filter(pk__in=ids, collection__in=allowed).values_list("pk", flat=True))
    for refused in sorted(ids - own):
        raise Denied(
            decision=deny("not_own_file"),
            event=Event.ROUTE_DENIED,
            object_type=model._meta.model_name,
            object_id=str(refused)[:64],
        )


def numbers(said: Iterable[Any]) -> set[int]:
    """Of what an address or a form says, what can be the number of a row."""
    return {int(one) for one in said if str(one).isascii() and str(one).isdecimal() and len(str(one)) <= MOST_DIGITS}


def _model(name: str, kwargs: dict[str, Any]) -> Any:
    if name.startswith(("wagtailimages:", "wagtailimages_chooser:")) or kwargs.get("app_label") == "wagtailimages":
        return get_image_model()
    if name.startswith(("wagtaildocs:", "wagtaildocs_chooser:")) or kwargs.get("app_label") == "wagtaildocs":
        return get_document_model()
    return None
