"""The ceremonies of passkeys and security keys: JSON, for the script beside the buttons.

The library's views carry the requests; what may begin, what counts and what is written down is in the services.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_otp_webauthn.exceptions import MalformedRequest, OTPWebAuthnApiError
from django_otp_webauthn.views import (
    BaseWebAuthnView,
    BeginCredentialAuthenticationView,
    BeginCredentialRegistrationView,
    CompleteCredentialAuthenticationView,
    CompleteCredentialRegistrationView,
)

from portal.accounts import passkeys, queries, services
from portal.accounts.addresses import first_page, local_path
from portal.accounts.models import EnrolmentTicket
from portal.accounts.passkeys import PasskeyRefusedError
from portal.accounts.services import forgotten


def passkey_context(request: HttpRequest) -> dict[str, Any]:
    """For a page with a button for passkeys: whether they work at this address, and where they do."""
    here = passkeys.are_possible_at(request)
    return {
        "passkeys_here": here,
        "passkeys_there": "" if here else passkeys.same_page_with_passkeys(request),
        "passkey_site": settings.PASSKEY_ORIGIN,
    }


def explain(code: str) -> str:
    """What to do after a refusal, in words. Keys that we do not know and accounts that may not are one text."""
    match code:
        case "expired" | "invalid_state" | "moved":
            return _("Dit duurde te lang, of u was al verder in een ander venster. Open deze pagina opnieuw.")
        case "too_many":
            return _("Dit is te vaak gevraagd. Wacht een paar minuten, of log in met uw wachtwoord.")
        case "malformed_request" | "unreadable":
            return _("Er ging iets mis met uw sleutel. Open deze pagina opnieuw.")
        case "other_site":
            return _("Deze sleutel is van een andere website. Kies de sleutel van dit portaal.")
        case "unverified":
            return _(
                "Uw sleutel vroeg niet om uw vinger, gezicht of pincode. Log in met uw wachtwoord en daarna met deze "
                "sleutel."
            )
        case "known":
            return _("Deze sleutel is al toegevoegd. Kies een andere sleutel.")
        case "gone":
            return _("Deze link werkt niet meer. Vraag de beheerder van uw organisatie om een nieuwe link.")
        case "user_not_verified":
            return _("Log eerst in met een sleutel of code die u al heeft.")
        case _:
            return _(
                "Deze sleutel past niet bij een account hier. Kies een andere sleutel, of log in met uw wachtwoord."
            )


class PasskeyView(BaseWebAuthnView):
    """JSON in, JSON out; every refusal has a code and a sentence that says how to go on."""

    def _parse_request_data(self, request: HttpRequest) -> dict[str, Any]:
        try:
            data = super()._parse_request_data(request)
        except (ValueError, RecursionError) as error:
            raise MalformedRequest from error
        if not isinstance(data, dict):
            raise MalformedRequest
        return data

    def handle_exception(self, exc: Exception) -> JsonResponse:
        """The library's and our refusals; everything else is a fault or the gate's matter."""
        if isinstance(exc, services.EnrolmentRefusedError):
            exc = PasskeyRefusedError(exc.code)
        if not isinstance(exc, OTPWebAuthnApiError):
            raise exc
        code = "refused" if exc.code in {"unknown", "wrong", "counter", "barred"} else exc.code
        return JsonResponse({"code": code, "detail": explain(code)}, status=exc.status_code)

    def text(self, name: str) -> str:
        """A text that came along with the key."""
        value = self.request.data.get(name)
        return value if isinstance(value, str) else ""

    def onward(self) -> JsonResponse:
        """Where to go after signing in or a renewed check."""
        is_person = self.request.actor.person_id is not None
        return JsonResponse({"redirect_url": local_path(self.text("next")) or first_page(is_person=is_person)})


class PasswordlessBegin(PasskeyView, BeginCredentialAuthenticationView):
    """A challenge for signing in with a passkey alone."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse(services.begin_passwordless(request=self.request))


class PasswordlessComplete(PasskeyView, CompleteCredentialAuthenticationView):
    """Signs in with a passkey alone."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        services.sign_in_with_passkey(request=self.request, data=self.request.data.get("credential"))
        return self.onward()


class UseBegin(PasskeyView, BeginCredentialAuthenticationView):
    """A challenge for a passkey as second factor."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse(services.begin_passkey_use(request=self.request))


class UseComplete(PasskeyView, CompleteCredentialAuthenticationView):
    """A passkey as second factor: to get in, and again for something weighty."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        services.use_passkey(request=self.request, data=self.request.data.get("credential"))
        return self.onward()


class AddBegin(PasskeyView, BeginCredentialRegistrationView):
    """What a further passkey is made with."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse(services.begin_passkey(request=self.request))


class AddComplete(PasskeyView, CompleteCredentialRegistrationView):
    """Keeps a further passkey."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        services.add_passkey(request=self.request, data=self.request.data.get("credential"), name=self.text("name"))
        return JsonResponse({"redirect_url": reverse("accounts:factors")})


class EnrolMixin:
    """A first passkey, with the link that gives leave to it."""

    def ticket(self, token: str) -> EnrolmentTicket:
        """The user's own ticket.

        Raises:
            EnrolmentRefusedError: ``gone``, for every cause.
        """
        ticket = queries.open_ticket(user=self.request.user, token=token)
        if ticket is None:
            raise services.EnrolmentRefusedError("gone")
        return ticket


class EnrolBegin(EnrolMixin, PasskeyView, BeginCredentialRegistrationView):
    """What a first passkey is made with."""

    def post(self, request: HttpRequest, token: str) -> JsonResponse:
        return JsonResponse(services.begin_passkey_enrolment(request=request, ticket=self.ticket(token)))


class EnrolComplete(EnrolMixin, PasskeyView, CompleteCredentialRegistrationView):
    """Keeps a first passkey."""

    def post(self, request: HttpRequest, token: str) -> JsonResponse:
        services.enrol_passkey(
            request=request, ticket=self.ticket(token), data=request.data.get("credential"), name=self.text("name")
        )
        return JsonResponse({"redirect_url": after_enrolment(request)})


class RenewBegin(PasskeyView, BeginCredentialAuthenticationView):
    """A challenge for who follows the link to a new password; it opens no session."""

    def post(self, request: HttpRequest, token: str) -> JsonResponse:
        return JsonResponse(forgotten.begin_renewal_passkey(request=request, token=token))


class RenewComplete(PasskeyView, CompleteCredentialAuthenticationView):
    """The second factor that a new password by link asks for."""

    def post(self, request: HttpRequest, token: str) -> JsonResponse:
        forgotten.show_renewal_passkey(request=request, token=token, data=request.data.get("credential"))
        return JsonResponse({"redirect_url": reverse("accounts:password_renew", args=[token])})


def after_enrolment(request: HttpRequest) -> str:
    """Recovery codes for who has a password; a person with a dossier has the desk for that."""
    if request.actor.person_id is not None:
        return first_page(is_person=True)
    return reverse("accounts:recovery_codes")
