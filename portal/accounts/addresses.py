"""Addresses that a visitor hands in: within this site, and of mail."""

import unicodedata
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def local_path(address: str | None) -> str:
    """``address`` if it is a path on this site to return to, else the empty string.

    No scheme, no host, no backslash or control character, and not the sign-in pages themselves (no loops).
    """
    if not address or len(address) > 1000 or not address.startswith("/") or address.startswith("//"):
        return ""
    if "\\" in address or any(character < " " or character == "\x7f" for character in address):
        return ""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    parts = urlsplit(address)
    if parts.path.startswith(("/accounts/sign-in/", "/accounts/sign-out/", "/accounts/second-factor/")):
        return ""
    return address


def came_from(request: HttpRequest) -> str:
    """The page that a form stood on, if it is one of ours: there its work can go on later."""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # such as "http://[": no address at all
        return ""
    if referer.netloc != request.get_host():
        return ""
    return f"{referer.path}{'?' + referer.query if referer.query else ''}"


def first_page(*, is_person: bool) -> str:
    """Where somebody who has just signed in begins."""
    return resolve_url(settings.PERSON_HOME_URL if is_person else settings.LOGIN_REDIRECT_URL)


def sign_in_page(*, is_person: bool) -> str:
    """Where somebody signs in whose session is over: a person with a dossier has a key and no password."""
    return reverse("accounts:sign_in", query={"next": first_page(is_person=True)} if is_person else None)


def mail_address(text: str) -> str:
    """One spelling for one mail address: full width or narrow, capitals or small letters, no spaces around it."""
    kept = (letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return "".join(kept).strip().lower()
