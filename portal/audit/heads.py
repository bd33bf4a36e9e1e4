"""Signed tree heads: what the key says about the log at one size.

The signed text is a C2SP checkpoint (https://c2sp.org/tlog-checkpoint): origin, size, root in base64, and one extension
line with the newest leaf. The leaf makes each row vouch for itself: after a deletion the rows behind it can still be
told good from bad.
"""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from django.conf import settings

from . import signing

ED25519 = b"\x01"


class BadHead(ValueError):
    """Text that is not a tree head."""


@dataclass(frozen=True, kw_only=True)
class TreeHead:
    """The tree of ``size`` rows has this root; its newest row has this leaf hash."""

    size: int
    root: bytes
    leaf: bytes
    signature: bytes = b""
    origin: str = ""

    def text(self) -> bytes:
        """The bytes that are signed."""
        root, leaf = (base64.b64encode(value).decode() for value in (self.root, self.leaf))
        return f"{self.origin}\n{self.size}\n{root}\nleaf {leaf}\n".encode()

    def is_genuine(self) -> bool:
        """Whether this installation's key signed this head for this installation's log.

        Raises:
            signing.KeyUnreadable: if there is no usable key.
        """
        return self.origin == settings.AUDIT_ORIGIN and signing.verify(self.text(), self.signature)

    def to_json(self) -> bytes:
        """One line without the newline, as the witness keeps it."""
        record = {
            "origin": self.origin,
            "size": self.size,
            "root": self.root.hex(),
            "leaf": self.leaf.hex(),
            "signature": self.signature.hex(),
        }
        return json.dumps(record).encode()

    def to_note(self) -> str:
        """The head as a signed note (https://c2sp.org/signed-note), which witnesses of transparency logs understand."""
        key_id = sha256(self.origin.encode() + b"\n" + ED25519 + signing.public_key()).digest()[:4]
        return f"{self.text().decode()}\n— {self.origin} {base64.b64encode(key_id + self.signature).decode()}\n"

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read one line of a witness.

        Raises:
            BadHead: whatever else the line may be.
        """
        try:
            record = json.loads(line)
            origin, size = record["origin"], record["size"]
            root, leaf, signature = (bytes.fromhex(record[name]) for name in ("root", "leaf", "signature"))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BadHead("not a tree head") from error
        if type(size) is not int or size < 1 or type(origin) is not str:
            raise BadHead("not a tree head")
        return cls(origin=origin, size=size, root=root, leaf=leaf, signature=signature)


def sign_head(*, size: int, root: bytes, leaf: bytes) -> TreeHead:
    """The signed head of this installation's log at one size.

    Raises:
        signing.KeyUnreadable: if there is no usable key.
    """
    bare = TreeHead(origin=settings.AUDIT_ORIGIN, size=size, root=root, leaf=leaf)
    return TreeHead(origin=bare.origin, size=size, root=root, leaf=leaf, signature=signing.sign(bare.text()))
