"""What the inspecting process is told and what it answers: one line of JSON each way, without Django."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Order:
    """What comes, and how much of it is too much."""

    media_type: str
    size: int
    max_unpacked_bytes: int
    max_members: int = 10_000
    max_ratio: int = 200
    max_pixels: int = 100_000_000

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Self:
        return cls(**json.loads(line))


PASSED = "passed"
"""The one answer that lets a file go on to the virus scanner. Others are values of ``ScanReason``."""
