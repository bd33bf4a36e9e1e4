"""Who reads, in which language, and what all of these pages show."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from consent.assisted import LANGUAGE_KEY
from consent.languages import VOICES
from consent.languages import language as language_of
from consent.models import Person
from consent.readers import Reader, reader_of
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ...queries.overview import persons_read_by

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """Only for who reads: alone after signing in, or in a confirmed session at a desk; in the reader's language."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        reader = reader_of(request)
        if reader is None:
            raise Denied(decision=deny("no_reader"), event=Event.MY_DOSSIER_READ)
        if reader.session is None:  # the person's own choice of language holds already
            return view(request, reader, *args, **kwargs)
        shown = request.session.get(LANGUAGE_KEY) or reader.session.language
        # Left on: a refusal is drawn after this view, for the same reader. LanguageMiddleware puts back what was there.
        translation.activate(shown if translation.check_for_language(shown) else "nl")
        return view(request, reader, *args, **kwargs)

    return wrapped


def person_for(reader: Reader, public_id: UUID, *, event: Event) -> Person:
    """The person, if the reader reads that dossier.

    Raises:
        Denied: absent and forbidden alike.
    """
    person = next((person for person in persons_read_by(reader.person) if person.public_id == public_id), None)
    if person is None:
        raise Denied(decision=deny("not_yours"), event=event, object_id=str(public_id))
    return person


def page(request: HttpRequest, reader: Reader, context: dict[str, Any]) -> dict[str, Any]:
    """What the templates below ``dossiers/my/`` need, beside their own."""
    shown = language_of(translation.get_language() or "nl")
    return {
        "session": reader.session,
        "reader": reader.person,
        "page_lang": shown.code,
        "page_dir": shown.direction,
        "languages": [language_of(code) for code, _name in settings.LANGUAGES],
        "here": request.path,
        "tools": {"recording": None, "voices": VOICES.get(shown.code, shown.code)},
        **context,
    }
