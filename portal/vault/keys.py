"""The hierarchy of keys, in Google Tink's keysets and words.

``settings.VAULT_KEYS`` is a Tink AEAD keyset in JSON: the key-encryption keys. Its primary key wraps the key of each
container and of each person; a container's key wraps the keys of its files. Each wrapping names, as associated data,
what the key is for, so that a key moved to another row opens nothing.

This module needs no application registry: settings import it.
"""

from functools import lru_cache
from typing import Final

import tink
from tink import aead, json_proto_keyset_format, proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import tink_pb2

aead.register()
streaming_aead.register()

AEAD_TEMPLATE: Final = aead.aead_key_templates.AES256_GCM
STREAM_TEMPLATE: Final = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
TINK_PREFIX_BYTES: Final = 5


def new_key_encryption_keys() -> str:
    """A fresh keyset with one AES-256-GCM key, as JSON in clear: keep it as the secret it is."""
    return _to_json(tink.new_keyset_handle(AEAD_TEMPLATE))


def with_new_primary(keyset: str) -> str:
    """The same keyset with a fresh key added and made primary. Older keys still unwrap.

    Raises:
        tink.TinkError: if ``keyset`` is not a Tink keyset in JSON.
    """
    old = _to_proto(_from_json(keyset))
    fresh = _to_proto(tink.new_keyset_handle(AEAD_TEMPLATE))
    while fresh.primary_key_id in {key.key_id for key in old.key}:
        fresh = _to_proto(tink.new_keyset_handle(AEAD_TEMPLATE))
    old.key.extend(fresh.key)
    old.primary_key_id = fresh.primary_key_id
    return _to_json(_from_proto(old))


def without_old_keys(keyset: str) -> str:
    """The keyset with its primary key only: the last step of a rotation, after everything was wrapped anew."""
    old = _to_proto(_from_json(keyset))
    kept = tink_pb2.Keyset(primary_key_id=old.primary_key_id)
    kept.key.extend(key for key in old.key if key.key_id == old.primary_key_id)
    return _to_json(_from_proto(kept))


class KeyEncryption:
    """Wraps and unwraps other keysets under one keyset, which is held in memory only."""

    def __init__(self, handle: tink.KeysetHandle) -> None:
        self._aead = handle.primitive(aead.Aead)
        self.primary_key_id: int = handle.keyset_info().primary_key_id

    def wrap(self, key: tink.KeysetHandle, purpose: bytes) -> bytes:
        """The keyset ``key`` encrypted under the primary key, bound to ``purpose``."""
        return self.seal(proto_keyset_format.serialize(key, secret_key_access.TOKEN), purpose)

    def unwrap(self, wrapped: bytes, purpose: bytes) -> tink.KeysetHandle:
        """The keyset back.

        Raises:
            tink.TinkError: if no key of this keyset wrapped it for this ``purpose``.
        """
        return proto_keyset_format.parse(self.open(wrapped, purpose), secret_key_access.TOKEN)

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """``plaintext`` encrypted under the primary key, bound to ``context``."""
        return self._aead.encrypt(plaintext, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """The plaintext back; raises ``tink.TinkError`` if key or ``context`` is another, or a bit was changed."""
        return self._aead.decrypt(bytes(sealed), context)

    def rewrap(self, wrapped: bytes, purpose: bytes) -> bytes:
        """The same key, wrapped by the key that is primary now."""
        return self.seal(self.open(wrapped, purpose), purpose)


@lru_cache(maxsize=4)
def key_encryption(keyset: str) -> KeyEncryption:
    """The keys of ``settings.VAULT_KEYS``, parsed once per process and value."""
    return KeyEncryption(_from_json(keyset))


def wrapping_key_id(wrapped: bytes) -> int:
    """The id of the key that wrapped this: Tink writes it in front of each ciphertext (``0x01`` and four bytes)."""
    return int.from_bytes(bytes(wrapped)[1:TINK_PREFIX_BYTES], "big")


def new_aead_key() -> tink.KeysetHandle:
    """A fresh AES-256-GCM key, for a container or a person."""
    return tink.new_keyset_handle(AEAD_TEMPLATE)


def new_stream_key() -> tink.KeysetHandle:
    """A fresh AES-256-GCM-HKDF key for one file, in segments of 1 MB."""
    return tink.new_keyset_handle(STREAM_TEMPLATE)


def _from_json(keyset: str) -> tink.KeysetHandle:
    return json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN)


def _to_json(handle: tink.KeysetHandle) -> str:
    text: str = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return " ".join(text.split())


def _to_proto(handle: tink.KeysetHandle) -> tink_pb2.Keyset:
    return tink_pb2.Keyset.FromString(proto_keyset_format.serialize(handle, secret_key_access.TOKEN))


def _from_proto(keyset: tink_pb2.Keyset) -> tink.KeysetHandle:
    return proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
