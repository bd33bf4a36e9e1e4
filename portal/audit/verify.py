"""Checks the whole log against its tree, its signatures and its witness, in bounded memory.

Every row carries a signed head of its own (:mod:`portal.audit.heads`), so after a fault the rows behind it are still
told good from bad one by one. It reads and never writes, takes no lock, and lets acts go on meanwhile.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from . import merkle, rows, signing, witness
from .findings import Finding, FindingKind, Report
from .heads import TreeHead
from .immutable import missing_triggers

SUSPECTS = 200


def verify_log(*, folder: Path | None = None) -> Report:
    """Verify everything; nothing is taken on trust, and what cannot be read counts as a fault.

    Args:
        folder: the witness; without it the one of the settings.
    """
    check = _Verification()
    try:
        check.read_log()
        check.read_witness(folder or Path(settings.AUDIT_WITNESS_DIR))
        check.conclude()
    except DatabaseError as error:
        check.report.add(FindingKind.LOG_UNREADABLE, what=type(error).__name__)
    except signing.KeyUnreadable as error:
        check.report.add(FindingKind.KEY_UNREADABLE, what=str(error))
    return check.report


class _Verification:
    def __init__(self) -> None:
        self.report = Report()
        self.frontier: merkle.Frontier | None = merkle.Frontier()  # None: the link with the rows before is lost
        self.doubtful = False  # the frontier was grown by a row that nothing vouches for
        self.next = 1
        self.unsigned_from: int | None = None
        self.suspects: dict[int, rows.Row] = {}
        self.gaps: list[tuple[int, int]] = []
        self.state: merkle.Frontier | None = None
        self.witnessed = 0
        self.genuine = 0  # the last row that is as it was written

    # Rows

    def read_log(self) -> None:
        """All rows, then the tree state; and again the rows that were added meanwhile."""
        for name in missing_triggers(connection, rows.TABLE, key=rows.KEY):
            self.report.add(FindingKind.MISSING_TRIGGER, what=name)
        for number in rows.unnumbered():
            self.report.add(FindingKind.INSERTED, what=f"row number {number}")
        after: int | None = None
        while True:
            before = self.next
            for row in rows.stream(after=after):
                after = row.sequence
                self._row(row)
                if self.report.stopped:
                    return
            self._end_of_unsigned(at_tail=True)
            try:
                self.state = rows.tree_state()
            except merkle.BadFrontier:
                self.report.add(FindingKind.TREE_STATE, what="garbage")
                return
            if self.state is None or self.state.size < self.next or self.next == before:
                return

    def _row(self, row: rows.Row) -> None:
        if row.sequence < self.next:
            self.report.add(FindingKind.INSERTED, row.sequence)
            return
        if row.sequence > self.next:
            self.gaps.append((self.next, row.sequence - 1))
            self.frontier = None
            self._end_of_unsigned()
        self.next = row.sequence + 1
        self.report.rows += 1
        if row.leaf == row.leaf_hash and self._vouched(row, root=row.root_hash, leaf=row.leaf_hash):
            self._end_of_unsigned()
            self.genuine = row.sequence
            self._link(row)
        else:
            self._fault(row)

    def _link(self, row: rows.Row) -> None:
        """A row that is as it was written must also follow from the rows before it."""
        if self.frontier is None:
            return
        self.frontier.append(row.leaf_hash)
        if self.frontier.root() != row.root_hash:
            if not self.doubtful:  # else the row that nothing vouches for explains it
                self.report.add(
                    FindingKind.TAIL_REWRITTEN, row.sequence, what="does not follow from the rows before it"
                )
            self.frontier = None
        self.doubtful = False

    def _fault(self, row: rows.Row) -> None:
        """Find out what was changed: whichever leaf and root the signature fits are the true ones."""
        for leaf in (row.leaf_hash, row.leaf):
            grown = self.frontier.grown(leaf) if self.frontier is not None and leaf else None
            for root in (row.root_hash, grown.root() if grown else b""):
                if leaf and root and self._vouched(row, root=root, leaf=leaf):
                    changed = {
                        "content": row.leaf != leaf,
                        "leaf_hash": row.leaf_hash != leaf,
                        "root_hash": row.root_hash != root,
                    }
                    self._edited(row, ", ".join(name for name, is_changed in changed.items() if is_changed))
                    self.frontier = grown if grown and grown.root() == root else None
                    return
        grown = self.frontier.grown(row.leaf_hash) if self.frontier is not None and row.leaf_hash else None
        if grown is None or grown.root() != row.root_hash:
            self._edited(row, "content, hashes or signature")
            self.frontier = None
            self._suspect(row)
            return
        # Everything fits but the signature: either only that was changed, or somebody without the key wrote this row.
        self.frontier, self.doubtful = grown, True
        if row.leaf != row.leaf_hash:
            self._edited(row, "content, signature")
            return
        self._suspect(row)
        if self.unsigned_from is None:
            self.unsigned_from = row.sequence

    def _edited(self, row: rows.Row, what: str) -> None:
        self._end_of_unsigned()
        self.report.add(FindingKind.EDITED, row.sequence, what="garbage" if row.content is None else what)

    def _suspect(self, row: rows.Row) -> None:
        if len(self.suspects) < SUSPECTS:
            self.suspects[row.sequence] = row

    def _end_of_unsigned(self, *, at_tail: bool = False) -> None:
        """Close a run of rows with a bad signature; a run up to the end is a tail written anew without the key."""
        first, last = self.unsigned_from, self.next - 1
        self.unsigned_from = None
        if first is not None:
            is_tail = at_tail and last > first
            kind = FindingKind.TAIL_REWRITTEN if is_tail else FindingKind.BAD_SIGNATURE
            self.report.add(kind, first, last=last)

    def _vouched(self, row: rows.Row, *, root: bytes, leaf: bytes, sequence: int | None = None) -> bool:
        head = TreeHead(
            origin=settings.AUDIT_ORIGIN,
            size=row.sequence if sequence is None else sequence,
            root=root,
            leaf=leaf,
            signature=row.signature,
        )
        return head.is_genuine()

    # Witness

    def read_witness(self, folder: Path) -> None:
        """Every head that was ever shown outside must still be the head of the log at that size."""
        rewritten: list[int] = []
        try:
            lines = witness.read(folder) if folder.exists() else iter(())
            while chunk := list(islice(lines, rows.CHUNK)):
                rewritten += self._witness_lines(chunk)
        except OSError as error:
            self.report.add(FindingKind.WITNESS_UNREADABLE, what=type(error).__name__)
            return
        if rewritten:
            self.report.add(FindingKind.TAIL_REWRITTEN, min(rewritten), what="the witness saw another log")
        self.report.witnessed = self.witnessed
        if not self.witnessed and (self.next > 1 or (self.state is not None and self.state.size)):
            self.report.add(FindingKind.WITNESS_EMPTY, what=folder.name)

    def _witness_lines(self, lines: list[witness.Line]) -> Iterator[int]:
        seen: list[TreeHead] = []
        for line in lines:
            if line.head is not None and line.head.is_genuine():
                seen.append(line.head)
                self.witnessed = max(self.witnessed, line.head.size)
            elif line.torn:
                self.report.torn_lines += 1
            else:
                self.report.add(FindingKind.FORGED_WITNESS, what=f"{line.file} line {line.number}")
        roots = rows.stored_roots([head.size for head in seen])
        differing = {head.size for head in seen if roots.get(head.size, head.root) != head.root}
        return islice((size for size in sorted(differing) if not self.report.names(size)), 1)

    # Conclusions

    def conclude(self) -> None:
        """What only shows when all is read: gaps, rows too many, a tail that is gone, rows in each other's place."""
        report, last = self.report, self.next - 1
        if report.stopped:
            return
        end = self.state.size if self.state is not None else 0
        written = max(end, self.witnessed)
        for first, until in self.gaps:
            # A gap in front of a row with an invented number is no gap.
            last_missing = min(until, written) if written else until
            if first <= last_missing:
                report.add(FindingKind.MISSING, first, last=last_missing)
        if written > last:
            report.add(FindingKind.TRUNCATED, last + 1, last=written)
        self._check_state(last)
        if rows.count(last=last) != report.rows:
            report.add(FindingKind.INSERTED, what="a row number occurs twice")
        self._name_moved_rows(written)
        report.root = self.frontier.root().hex() if self.frontier is not None else ""

    def _check_state(self, last: int) -> None:
        state = self.state
        if state is None:
            unexplained = not any(finding.kind is FindingKind.TREE_STATE for finding in self.report.findings)
            if last and unexplained:
                self.report.add(FindingKind.TREE_STATE, what="gone")
            return
        root = rows.stored_roots([state.size]).get(state.size)
        if root is not None and root != state.root() and not self.report.names(state.size):
            self.report.add(FindingKind.TREE_STATE, what=f"another root than row {state.size}")
        if self.genuine > state.size:
            self.report.add(FindingKind.TREE_STATE, what=f"ends at row {state.size}, the log at row {self.genuine}")

    def _name_moved_rows(self, written: int) -> None:
        """Tell a row in another's place, and a row that was never written, from one that was edited."""
        places = [number for first, until in self.gaps for number in islice(range(first, until + 1), SUSPECTS)]
        origin = {
            number: self._origin(row, [*self.suspects, *places[:SUSPECTS]]) for number, row in self.suspects.items()
        }
        claimed = set(origin.values())
        for index, finding in enumerate(self.report.findings):
            number = finding.sequence
            if number not in origin or finding.kind in (FindingKind.MISSING, FindingKind.TRUNCATED):
                continue
            if (true_number := origin[number]) is not None:
                self.report.findings[index] = Finding(
                    kind=FindingKind.REORDERED, sequence=number, what=f"written as row {true_number}"
                )
            elif number in claimed or (self.state is not None and number > written):
                self.report.findings[index] = Finding(kind=FindingKind.INSERTED, sequence=number, last=finding.last)

    def _origin(self, row: rows.Row, places: list[int]) -> int | None:
        for place in places:
            if (
                place != row.sequence
                and row.leaf_hash
                and row.leaf_at(place) == row.leaf_hash
                and self._vouched(row, root=row.root_hash, leaf=row.leaf_hash, sequence=place)
            ):
                return place
        return None
