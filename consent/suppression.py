"""Counts that tell nothing about one person: small ones are left out, and what would give them away by subtraction.

A table with its totals is a graph: rows and columns are nodes, a hidden cell is an edge between its row and its column.
A hidden cell can be computed from what is shown exactly when its edge is a bridge, that is, lies on no cycle of hidden
cells: so more cells are hidden until no bridge is left. Zero is shown: it counts nobody.

Counts that grow from month to month have another leak: the tables of two months, subtracted, count that one month. So
what is shown is a multiple of five: one person more changes nothing, or as much as nine would.
"""

from collections.abc import Sequence

SMALLEST = 5
"""A count from one up to this, and not this, is never shown."""
SLACK = 3
"""By how much the hidden cells of a line with a known total must exceed one each, so that their sum leaves a choice."""

STEP = 5
"""What is shown is rounded to the nearest multiple of this."""

Cell = tuple[int, int]


def rounded(counts: Sequence[int | None]) -> list[int | None]:
    """What is shown of protected counts."""
    return [None if count is None else STEP * ((count + STEP // 2) // STEP) for count in counts]


def with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same table with a last column and a last row of totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else []


def protected(counts: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """A table of counts with its totals; ``None`` stands for what is not shown."""
    table = with_totals(counts)
    hidden = {(r, c) for r, row in enumerate(table) for c, count in enumerate(row) if 0 < count < SMALLEST}
    while True:
        extra = _one_more(table, hidden)
        if extra is None:
            break
        hidden.add(extra)
    return [[None if (r, c) in hidden else count for c, count in enumerate(row)] for r, row in enumerate(table)]


def protected_line(counts: Sequence[int]) -> list[int | None]:
    """Counts whose total is known from elsewhere; ``None`` stands for what is not shown."""
    hidden = {at for at, count in enumerate(counts) if 0 < count < SMALLEST}
    while hidden and (len(hidden) < 2 or sum(counts[at] for at in hidden) < len(hidden) + SLACK):
        rest = [at for at, count in enumerate(counts) if count and at not in hidden]
        if not rest:
            break
        hidden.add(min(rest, key=lambda at: (counts[at], at)))
    return [None if at in hidden else count for at, count in enumerate(counts)]


def _one_more(table: list[list[int]], hidden: set[Cell]) -> Cell | None:
    last_row, last_column = len(table) - 1, len(table[0]) - 1 if table else 0
    unsafe = [cell for cell in sorted(hidden) if _is_bridge(cell, hidden)] + _narrow(table, hidden)
    for row, column in unsafe:
        line = [(row, c) for c in range(last_column + 1)] + [(r, column) for r in range(last_row + 1)]
        rest = [(r, c) for r, c in line if table[r][c] and (r, c) not in hidden]
        if rest:
            return min(rest, key=lambda at: ((at[0] == last_row) + (at[1] == last_column), table[at[0]][at[1]], at))
    return None


def _is_bridge(cell: Cell, hidden: set[Cell]) -> bool:
    """Whether no other way through hidden cells leads from the cell's row to its column."""
    rows, columns = {cell[0]}, set[int]()
    grown = True
    while grown:
        grown = False
        for row, column in hidden - {cell}:
            if (row in rows) != (column in columns):
                rows.add(row)
                columns.add(column)
                grown = True
    return cell[1] not in columns


def _narrow(table: list[list[int]], hidden: set[Cell]) -> list[Cell]:
    """A hidden cell of each line whose total is shown and whose hidden cells add up to hardly more than one each."""
    last_row, last_column = len(table) - 1, len(table[0]) - 1 if table else 0
    found = []
    for row in range(last_row + 1):
        cells = [(row, c) for c in range(last_column) if (row, c) in hidden]
        if cells and (row, last_column) not in hidden and _sum(table, cells) < len(cells) + SLACK:
            found.append(cells[0])
    for column in range(last_column + 1):
        cells = [(r, column) for r in range(last_row) if (r, column) in hidden]
        if cells and (last_row, column) not in hidden and _sum(table, cells) < len(cells) + SLACK:
            found.append(cells[0])
    return found


def _sum(table: list[list[int]], cells: list[Cell]) -> int:
    return sum(table[r][c] for r, c in cells)
