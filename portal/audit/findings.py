"""What a verification can find, and the report it makes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LIMIT = 1000


class FindingKind(StrEnum):
    """The ways in which a log can be other than it was written."""

    EDITED = "edited"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    BAD_SIGNATURE = "bad signature"
    TAIL_REWRITTEN = "tail rewritten"
    TRUNCATED = "truncated"
    TREE_STATE = "tree state mismatch"
    MISSING_TRIGGER = "missing trigger"
    FORGED_WITNESS = "forged witness line"
    WITNESS_UNREADABLE = "witness unreadable"
    WITNESS_EMPTY = "witness without heads"
    KEY_UNREADABLE = "key unreadable"
    LOG_UNREADABLE = "log unreadable"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault: its kind, the row it is about (or the first of several, up to ``last``), and what is known more."""

    kind: FindingKind
    sequence: int | None = None
    last: int | None = None
    what: str = ""

    def __str__(self) -> str:
        place = "" if self.sequence is None else f"row {self.sequence}: "
        extent = "" if self.last in (None, self.sequence) else f", up to row {self.last}"
        return f"{place}{self.kind}{extent}{f' ({self.what})' if self.what else ''}"

    def covers(self, sequence: int) -> bool:
        """Whether the row with this number is one of those that the finding names."""
        return self.sequence is not None and self.sequence <= sequence <= (self.last or self.sequence)

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "sequence": self.sequence, "last": self.last, "what": self.what}


@dataclass(kw_only=True)
class Report:
    """What a verification found. Only ``ok`` means: every row is as it was written, and none is gone."""

    rows: int = 0
    root: str = ""
    witnessed: int = 0
    torn_lines: int = 0
    stopped: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def add(self, kind: FindingKind, sequence: int | None = None, *, last: int | None = None, what: str = "") -> None:
        """Keep one finding; past :data:`LIMIT` the verification stops, so that its memory stays bounded."""
        if len(self.findings) >= LIMIT:
            self.stopped = True
            return
        self.findings.append(Finding(kind=kind, sequence=sequence, last=last, what=what))

    def names(self, sequence: int) -> bool:
        """Whether some finding is about this row."""
        return any(finding.covers(sequence) for finding in self.findings)

    def lines(self) -> Iterator[str]:
        """The findings in the order of the rows, those about no row first."""
        for finding in sorted(self.findings, key=lambda each: (each.sequence is not None, each.sequence or 0)):
            yield str(finding)

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "rows": self.rows,
            "root": self.root,
            "witnessed": self.witnessed,
            "torn_lines": self.torn_lines,
            "stopped": self.stopped,
            "findings": [finding.as_dict() for finding in self.findings],
        }
