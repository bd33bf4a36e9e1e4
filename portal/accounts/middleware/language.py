"""Which language a page speaks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.accounts.sessions import LANGUAGE, has_session_cookie
from portal.languages import SPOKEN_AS


def languages() -> frozenset[str]:
    """The languages of the site; each is also the first part of the addresses of its public pages."""
    return frozenset(code for code, _ in settings.LANGUAGES)


def language_of_path(path: str) -> str | None:
    """The language that a public address names, if it does.

    Django's own function also wants a compiled catalogue for the language, so that ``/ti/`` would not exist before it
    is translated; a public page may well be there before the buttons around it are.
    """
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in languages() else None


def accepted_language(request: HttpRequest) -> str:
    """The first language of ``Accept-Language`` that the site has, else Dutch."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for candidate in (code, SPOKEN_AS.get(code.lower(), ""), code.split("-")[0]):
            if candidate in languages():
                return candidate
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """The address decides on public pages; elsewhere what the signed-in user chose, else what the browser accepts.

    No cookie is set: a reader is not followed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_path = language_of_path(request.path_info)
        language = by_path or self._chosen(request) or accepted_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            if by_path is None:
                patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response

    @staticmethod
    def _chosen(request: HttpRequest) -> str | None:
        chosen = request.session.get(LANGUAGE) if has_session_cookie(request) else None
        return chosen if chosen in languages() else None
