"""Passkeys and security keys (WebAuthn Level 3), by django-otp-webauthn and py_webauthn: what we ask, what we accept.

The library's helper is narrowed here. Each ceremony has a challenge of its own, kept in the session for one use and ten
minutes; counters move by compare-and-swap; a person without a password must be verified by the key each time.
"""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from webauthn import base64url_to_bytes, verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_authenticator_data,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import ResidentKeyRequirement, UserVerificationRequirement

from . import sessions
from .models import User

BACKEND = "django_otp_webauthn.backends.WebAuthnBackend"
CHALLENGE_SECONDS = 10 * 60
# What the column holds; the standard's counter may be twice that, after more uses than a key lives.
LARGEST_COUNT = 2**31 - 1
LONGEST_CREDENTIAL_ID = 1023  # WebAuthn Level 3, 7.1 step 25


class PasskeyRefusedError(OTPWebAuthnApiError):
    """A key does not count; ``code`` says why, for the page and the log.

    ``unreadable``, ``expired`` (the challenge was used or is too old), ``other_site``, ``unknown``, ``wrong`` (of
    another account, a forged signature, another challenge), ``counter`` (an older state of the key: a copy?),
    ``unverified`` (no fingerprint, face or code of the key where that is asked), ``known`` (registered before),
    ``moved`` (the session went on elsewhere), ``barred`` (the account may not sign in).
    """

    status_code = 422

    def __init__(self, code: str) -> None:
        super().__init__(detail=code, code=code)


def are_possible_at(request: HttpRequest) -> bool:
    """Whether this page was opened under the name that passkeys are made for; at an address there are none."""
    return request.get_host() == urlsplit(settings.PASSKEY_ORIGIN).netloc


def same_page_with_passkeys(request: HttpRequest) -> str:
    """Where this page is to be opened for passkeys to work."""
    return str(settings.PASSKEY_ORIGIN) + request.get_full_path()


def needs_verification(request: HttpRequest, *, user: User) -> bool:
    """Whether the key itself must know its owner: it stands for password and second factor in one."""
    return not user.has_usable_password() or request.session.get(BACKEND_SESSION_KEY) == BACKEND


def keep_challenge(request: HttpRequest, *, purpose: str, state: dict[str, Any]) -> None:
    """Keep what a ceremony has to be finished with, in place of an unfinished one for the same purpose."""
    request.session[f"passkey_{purpose}"] = state | {"at": timezone.now().timestamp()}


def take_challenge(request: HttpRequest, *, purpose: str) -> dict[str, Any]:
    """What :func:`keep_challenge` kept, once: of two requests at the same time one gets it.

    Raises:
        PasskeyRefusedError: ``expired``.
    """
    state = sessions.take(request, f"passkey_{purpose}")
    if not isinstance(state, dict) or timezone.now().timestamp() - state["at"] > CHALLENGE_SECONDS:
        raise PasskeyRefusedError("expired")
    return state


class Helper(WebAuthnHelper):
    """The library's ceremonies under our rules."""

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        """A small security key is welcome too: with a password it is a second factor."""
        return ResidentKeyRequirement.PREFERRED

    def get_credential_name(self, user: User) -> str:
        """What the browser shows beside the key; the handle in the key itself is random."""
        return user.email or user.name or self.get_relying_party_name()

    def get_credential_display_name(self, user: User) -> str:
        return user.name or self.get_relying_party_name()

    def get_generate_registration_options_kwargs(self, *, user: User) -> dict[str, Any]:
        options = super().get_generate_registration_options_kwargs(user=user)
        if not user.has_usable_password():
            options["authenticator_selection"].user_verification = UserVerificationRequirement.REQUIRED
            options["authenticator_selection"].resident_key = ResidentKeyRequirement.REQUIRED
        return options

    def get_generate_authentication_options_kwargs(
        self, *, user: User | None = None, require_user_verification: bool
    ) -> dict[str, Any]:
        options = super().get_generate_authentication_options_kwargs(
            user=user, require_user_verification=require_user_verification
        )
        if not require_user_verification:
            options["user_verification"] = UserVerificationRequirement.PREFERRED
        return options

    def register_complete(self, user: User, state: dict[str, Any], data: Any) -> WebAuthnCredential:
        """Check a new key and keep it.

        Raises:
            PasskeyRefusedError: ``unreadable``, ``other_site``, ``unverified``, ``wrong`` or ``known``.
        """
        credential = _read(parse_registration_credential_json, data)
        attested = _read(parse_attestation_object, credential.response.attestation_object)
        self._refuse_other_site(credential.response.client_data_json, attested.auth_data.rp_id_hash)
        if state["require_user_verification"] and not attested.auth_data.flags.uv:
            raise PasskeyRefusedError("unverified")
        try:
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(state["challenge"]),
                expected_rp_id=self.get_relying_party_domain(),
                expected_origin=self.get_allowed_origins(),
                require_user_verification=state["require_user_verification"],
            )
        except Exception as error:  # hostile bytes make the library raise all sorts of things
            raise PasskeyRefusedError("wrong") from error
        if len(verified.credential_id) > LONGEST_CREDENTIAL_ID:
            raise PasskeyRefusedError("unreadable")
        verified.sign_count = min(verified.sign_count, LARGEST_COUNT)
        device = self.create_credential(user, verified, credential, data if _says_discoverable(data) else {})
        device.credential_id_sha256 = device.get_credential_id_sha256(verified.credential_id)
        if WebAuthnCredential.objects.filter(credential_id_sha256=device.credential_id_sha256).exists():
            raise PasskeyRefusedError("known")
        device.save()
        self.create_attestation(device, verified.attestation_object, credential.response.client_data_json)
        return device

    def authenticate_complete(self, user: User | None, state: dict[str, Any], data: Any) -> WebAuthnCredential:
        """Check a use of a key, and count it.

        Args:
            user: whose key it must be; ``None`` for signing in with the key alone.

        Raises:
            PasskeyRefusedError: ``unreadable``, ``other_site``, ``unknown``, ``wrong``, ``unverified`` or ``counter``.
        """
        credential = _read(parse_authentication_credential_json, data)
        used = _read(parse_authenticator_data, credential.response.authenticator_data)
        # Before the key is looked up: the answer does not depend on whether we know it.
        self._refuse_other_site(credential.response.client_data_json, used.rp_id_hash)
        device = (
            WebAuthnCredential.objects.select_related("user")
            .filter(credential_id_sha256=WebAuthnCredential.get_credential_id_sha256(credential.raw_id), confirmed=True)
            .first()
        )
        if device is None:
            raise PasskeyRefusedError("unknown")
        if user is not None and device.user_id != user.pk:
            raise PasskeyRefusedError("wrong")
        if not _is_handle_of(device.user, credential.response.user_handle, required=user is None):
            raise PasskeyRefusedError("wrong")
        try:
            verified = verify_authentication_response(
                credential=credential,
                credential_current_sign_count=0,  # ours is compared below, once the signature is known to be right
                credential_public_key=bytes(device.public_key),
                expected_challenge=base64url_to_bytes(state["challenge"]),
                expected_rp_id=self.get_relying_party_domain(),
                expected_origin=self.get_allowed_origins(),
                require_user_verification=False,
            )
        except Exception as error:  # hostile bytes make the library raise all sorts of things
            raise PasskeyRefusedError("wrong") from error
        if state["require_user_verification"] and not verified.user_verified:
            raise PasskeyRefusedError("unverified")
        _count(device, count=min(verified.new_sign_count, LARGEST_COUNT), backed_up=verified.credential_backed_up)
        return device

    def _refuse_other_site(self, client_data_json: bytes, rp_id_hash: bytes) -> None:
        said = _read(parse_client_data_json, client_data_json)
        ours = hashlib.sha256(self.get_relying_party_domain().encode()).digest()
        if said.origin not in self.get_allowed_origins() or said.cross_origin or rp_id_hash != ours:
            raise PasskeyRefusedError("other_site")


def _read(parse: Any, data: Any) -> Any:
    try:
        return parse(data)
    except Exception as error:  # hostile bytes make the library raise all sorts of things
        raise PasskeyRefusedError("unreadable") from error


def _says_discoverable(data: Any) -> bool:
    results = data.get("clientExtensionResults") if isinstance(data, dict) else None
    return isinstance(results, dict) and isinstance(results.get("credProps"), dict)


def _is_handle_of(user: User, handle: bytes | None, *, required: bool) -> bool:
    """Whether the key says the same owner as we do (WebAuthn Level 3, 7.2 step 6)."""
    if not handle:
        return not required
    return WebAuthnUserHandle.objects.filter(user=user, handle_hex=handle.hex()).exists()


def _count(device: WebAuthnCredential, *, count: int, backed_up: bool) -> None:
    """Move the counter on. A key that counts never goes back or stands still; one that does not count says nought."""
    if (count or device.sign_count) and count <= device.sign_count:
        raise PasskeyRefusedError("counter")
    moved = WebAuthnCredential.objects.filter(pk=device.pk, sign_count=device.sign_count).update(
        sign_count=count, backup_state=backed_up, last_used_at=timezone.now()
    )
    if moved != 1:
        raise PasskeyRefusedError("counter")
