"""The Ed25519 key of this installation: signs tree heads and receipts.

What is signed must begin with something that only its own kind begins with, so that one kind can never pass for
another: tree heads begin with the origin line, receipts with a brace.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


class KeyUnreadable(Exception):
    """``AUDIT_SIGNING_KEY`` is absent or is not 32 bytes in base64."""


@lru_cache(maxsize=4)
def _key(text: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        # The cause is left out: it may hold a part of the key.
        raise KeyUnreadable("AUDIT_SIGNING_KEY is not 32 bytes in base64") from None


def _current() -> Ed25519PrivateKey:
    return _key(settings.AUDIT_SIGNING_KEY)


def sign(data: bytes) -> bytes:
    """The signature (64 bytes) over ``data``.

    Raises:
        KeyUnreadable: if there is no usable key.
    """
    return _current().sign(data)


def verify(data: bytes, signature: bytes) -> bool:
    """Whether this installation's key signed exactly these bytes.

    Raises:
        KeyUnreadable: if there is no usable key; never taken for a yes or a no.
    """
    try:
        _current().public_key().verify(signature, data)
    except InvalidSignature:
        return False
    return True


def public_key() -> bytes:
    """The public key, 32 bytes."""
    return _current().public_key().public_bytes_raw()


def public_key_text() -> str:
    """The public key in base64, for somebody who checks a receipt or a tree head elsewhere."""
    return base64.b64encode(public_key()).decode()
