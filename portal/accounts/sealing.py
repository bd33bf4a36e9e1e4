"""Authenticator keys at rest: Fernet (AES-128-CBC with HMAC-SHA256), several keys at once so that they can change."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class UnsealableError(Exception):
    """The sealed text was changed, belongs to somebody else, or its key is gone."""


def _fernet(key: str) -> Fernet:
    try:
        material = base64.urlsafe_b64decode(key)
    except ValueError as error:
        raise ImproperlyConfigured("ACCOUNTS_SECRETS_KEY is not base64") from error
    if len(material) < 32:
        raise ImproperlyConfigured("ACCOUNTS_SECRETS_KEY needs 32 random bytes, in base64")
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal.accounts/authenticator-key").derive(material)
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    """The first key of ``ACCOUNTS_SECRETS_KEY`` (separated by commas) seals; all of them open."""
    return MultiFernet([_fernet(key.strip()) for key in settings.ACCOUNTS_SECRETS_KEY.split(",")])


def seal(secret: bytes, *, owner: str) -> str:
    """Seal ``secret`` for ``owner`` (a public id): in another owner's row it does not open."""
    return _keys().encrypt(owner.encode() + b"\n" + secret).decode()


def unseal(sealed: str, *, owner: str) -> bytes:
    """The secret that :func:`seal` hid.

    Raises:
        UnsealableError: changed, another owner's, or sealed with a key that is no longer in ``ACCOUNTS_SECRETS_KEY``.
    """
    try:
        found, _, secret = _keys().decrypt(sealed.encode()).partition(b"\n")
    except InvalidToken as error:
        raise UnsealableError from error
    if found.decode() != owner:
        raise UnsealableError
    return secret


def reseal(sealed: str) -> str:
    """The same secret under the newest key."""
    return _keys().rotate(sealed.encode()).decode()
