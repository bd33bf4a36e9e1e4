"""What a page refers to: other pages, pictures, documents. A form takes any number; the choosers offer few."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.forms import ModelForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from pages.files_gate import numbers
from pages.filing import CHOOSE, collections_for
from pages.policy import Editor
from pages.sight import seen_pages
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

Reference = tuple[type[Model], int]


def require_own(form: ModelForm, editor: Editor) -> None:
    """Refuse a form that newly refers to what the editor cannot have chosen: the answer would show what it is.

    What the page refers to already may stay, whoever put it there. It is asked before anything is drawn, of the form as
    it was sent, because a form with a mistake elsewhere is drawn again with everything in it.

    Raises:
        Denied: naming the first such page, picture or document; the answer is a 404.
    """
    fields = list(_fields(form))
    sent = {reference for field, raw in fields for reference in _references(field, raw)}
    before = {
        reference for field, _raw in fields for reference in _references(field, field.value_from_object(form.instance))
    }
    for model, allowed in (
        (Page, Page.objects.filter(seen_pages(editor))),
        (get_image_model(), get_image_model().objects.filter(collection__in=collections_for(editor, [CHOOSE]))),
        (get_document_model(), get_document_model().objects.filter(collection__in=collections_for(editor, [CHOOSE]))),
    ):
        asked = {key for kind, key in sent - before if kind is model}
        if not asked:
            continue
        there = set(model._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
        refused = there - set(allowed.filter(pk__in=asked).values_list("pk", flat=True))
        if refused:
            raise Denied(
                decision=deny("not_own_page" if model is Page else "not_own_file"),
                event=Event.ROUTE_DENIED,
                object_type=str(model._meta.model_name),
                object_id=str(min(refused)),
            )


def _fields(form: ModelForm) -> Iterator[tuple[Field[Any, Any], Any]]:
    for name, field in form.fields.items():
        try:
            found = form.instance._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(found, Field):
            yield found, field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def _references(field: Field[Any, Any], raw: Any) -> Iterator[Reference]:
    if hasattr(field, "extract_references"):
        if raw:
            for model, key, _model_path, _content_path in field.extract_references(raw):
                yield from _known(model, [key])
    elif field.is_relation and isinstance(field.related_model, type):
        several = raw if isinstance(raw, Iterable) and not isinstance(raw, str) else [raw]
        yield from _known(field.related_model, [getattr(one, "pk", one) for one in several])


def _known(model: type[Model], keys: Iterable[Any]) -> Iterator[Reference]:
    kind = Page if issubclass(model, Page) else model
    yield from ((kind, key) for key in numbers(keys))
