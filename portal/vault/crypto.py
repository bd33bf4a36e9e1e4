"""A key per person, and indexes that find a value without keeping it readable."""

import base64
import hashlib
import hmac

import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from tink import aead

from . import keys
from .errors import Unreadable

SUBJECT_KEY = b"portal.vault subject key"


class SubjectCipher:
    """Seals what belongs to one person under a key of that person: deleting the key erases it all, backups included.

    The wrapped key is kept by the caller, in a table of its own.
    """

    @staticmethod
    def new_subject_key() -> bytes:
        """A fresh key, wrapped by the primary key-encryption key."""
        return _key_encryption().wrap(keys.new_aead_key(), SUBJECT_KEY)

    @staticmethod
    def seal(wrapped_key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """``plaintext`` encrypted for this person and bound to ``context`` (such as table, row and column).

        Raises:
            Unreadable: if the key cannot be unwrapped.
        """
        return _subject_key(wrapped_key).encrypt(plaintext, context)

    @staticmethod
    def open(wrapped_key: bytes, sealed: bytes, context: bytes) -> bytes:
        """The plaintext back.

        Raises:
            Unreadable: if key or ``context`` is another, or anything was changed.
        """
        try:
            return _subject_key(wrapped_key).decrypt(bytes(sealed), context)
        except tink.TinkError as error:
            raise Unreadable("sealed value") from error


def rewrap_subject_key(wrapped_key: bytes) -> bytes | None:
    """The same key under the primary key-encryption key; ``None`` if it is wrapped by that one already.

    Raises:
        Unreadable: if no present key-encryption key wrapped it.
    """
    key_encryption = _key_encryption()
    if keys.wrapping_key_id(wrapped_key) == key_encryption.primary_key_id:
        return None
    try:
        return key_encryption.rewrap(wrapped_key, SUBJECT_KEY)
    except tink.TinkError as error:
        raise Unreadable("subject key") from error


def blind_index(value: str, purpose: str) -> str:
    """HMAC-SHA256 in hexadecimals, so that equal values can be found and none be read back.

    The same value gives another index for another ``purpose``. Normalise ``value`` first: this is exact.

    Raises:
        ImproperlyConfigured: if ``BLIND_INDEX_KEY`` is not 32 random bytes: all V-numbers could be tried.
    """
    message = len(purpose).to_bytes(4, "big") + purpose.encode() + value.encode()
    return hmac.new(_blind_index_key(), message, hashlib.sha256).hexdigest()


def _blind_index_key() -> bytes:
    try:
        key = base64.urlsafe_b64decode(settings.BLIND_INDEX_KEY)
    except ValueError as error:
        raise ImproperlyConfigured("BLIND_INDEX_KEY is not base64") from error
    if len(key) < 32:
        raise ImproperlyConfigured("BLIND_INDEX_KEY needs 32 random bytes, in base64")
    return key


def _key_encryption() -> keys.KeyEncryption:
    return keys.key_encryption(settings.VAULT_KEYS)


def _subject_key(wrapped_key: bytes) -> aead.Aead:
    try:
        return _key_encryption().unwrap(wrapped_key, SUBJECT_KEY).primitive(aead.Aead)
    except tink.TinkError as error:
        raise Unreadable("subject key") from error
