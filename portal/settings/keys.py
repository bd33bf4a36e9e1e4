"""Makes the keys of a demo or a test run. Production takes its keys from the environment, a file or a KMS."""

import base64
import secrets
from pathlib import Path

from portal.vault.keys import new_key_encryption_keys


def make(kind: str) -> str:
    """A fresh secret of the right form: ``vault`` is a Tink keyset in JSON, others are 32 random bytes in base64."""
    if kind == "vault":
        return new_key_encryption_keys()
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def load_or_make(folder: Path, kind: str) -> str:
    """The secret kept in ``folder`` under the name ``kind``; made on first use, readable by the owner only."""
    path = folder / kind
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = folder / f".{kind}-{secrets.token_hex(8)}"
        temporary.touch(mode=0o600)
        temporary.write_text(make(kind), encoding="utf-8")
        try:
            path.hardlink_to(temporary)  # atomic: two first starts agree on one key
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text(encoding="utf-8")
