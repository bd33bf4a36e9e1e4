"""What readers send us, without a cookie to know them by.

Django's protection against forged requests binds a form to a cookie. Readers have none, on purpose. Neither is there
anything to forge: no session, so a request from elsewhere can do no more than its author could do himself. What is left
to stop is flooding, and other sites that let their visitors do it. So a form that a reader sends

1. comes from a page of this site, says the browser (``Sec-Fetch-Site``, or ``Origin``, or ``Referer`` of old ones);
2. carries a token that we signed for this form at most :data:`GOOD_FOR` ago. It has a day and no moment in it, so that
   a page stays the same for everybody and may be cached and read offline;
3. leaves a field empty that no human sees;
4. is one of a limited number a minute here, and a day in the database (:mod:`pages.services`).
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

GOOD_FOR = timedelta(days=14)
A_MINUTE = 120
SALT = "pages.sending"


def token(purpose: str) -> str:
    """What a form for this purpose carries; the same for everybody, all day.

    Args:
        purpose: names the form and what it is about, such as ``feedback:17``.
    """
    return signing.Signer(salt=SALT).sign(f"{purpose}:{timezone.localdate().toordinal()}")


def purpose_of(signed: str) -> str | None:
    """What the form was for, or ``None`` if we did not sign it or too long ago."""
    try:
        purpose, _colon, day = signing.Signer(salt=SALT).unsign(signed).rpartition(":")
    except signing.BadSignature:
        return None
    age = timezone.localdate().toordinal() - int(day)
    return purpose if 0 <= age <= GOOD_FOR.days else None


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent this. One that says nothing at all is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return bool(origin) and urlsplit(origin).netloc.lower() == request.get_host().lower()
    except ValueError:  # an address that is none
        return False


def too_many() -> bool:
    """Count one more of this minute; whether that is more than this process takes (all, with a shared cache)."""
    key = f"pages:sent:{timezone.now():%H:%M}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > A_MINUTE
    except ValueError:  # it expired just now
        return False


class SendingForm(forms.Form):
    """A form of a reader: a signed purpose, and a field that stays empty."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=200)
    # Programs that fill in forms like this name; humans do not see it.
    website = forms.CharField(required=False, max_length=0, widget=forms.HiddenInput)
    kind: str

    def clean_token(self) -> str:
        """The part of the purpose after its kind."""
        kind, _colon, about = (purpose_of(self.cleaned_data["token"]) or "").partition(":")
        if kind != self.kind:
            raise ValidationError(_("Deze bladzijde is te oud. Open de pagina opnieuw en probeer het nog een keer."))
        return about
