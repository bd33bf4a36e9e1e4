"""A fingerprint of what a reader reads. It says whether a translation is older than its source; a clock cannot."""

import hashlib
import json
from typing import Any


def without_block_ids(value: Any) -> Any:
    """The same content without the ids that Wagtail gives to blocks, which change when nothing else does."""
    if isinstance(value, list):
        return [without_block_ids(item) for item in value]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        return {key: without_block_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    return value


def fingerprint(content: Any) -> str:
    """SHA-256, in hexadecimal, of JSON-like content in canonical form."""
    text = json.dumps(without_block_ids(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
