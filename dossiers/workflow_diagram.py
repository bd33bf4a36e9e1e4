"""The workflow as a page to read: a diagram and tables, made from the one table of transitions."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.utils import translation

from .enums import Status
from .workflow import ENDED, RELEASABLE, TRANSITIONS, UNSEALED, WITH_RECEIVER, Transition

PATH: Final = Path("docs") / "workflow.md"
_HEAD: Final = """\
# The way of a package

Made from `dossiers/workflow.py` by `manage.py workflow_table`; a test compares. Change the table, not this page.
"""
_AFTER: Final = """\
An end reason is kept with every end; `shred` destroys the keys and keeps the state in which the package had ended.
"""


def document() -> str:
    """The whole page, in Markdown with a Mermaid diagram."""
    with translation.override("nl"):
        parts = [_HEAD, _diagram(), "## States\n", _states(), "## Transitions\n", _transitions(), _AFTER]
    return "\n".join(parts)


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.DRAFT.value}"]
    for transition in TRANSITIONS.values():
        lines += [
            f"    {source} --> {transition.target.value}: {transition.name}" for source in _ordered(transition.sources)
        ]
    lines += [f"    {Status.SHREDDED.value} --> [*]", "```", ""]
    return "\n".join(lines)


def _states() -> str:
    groups = {
        "content may change": UNSEALED,
        "with the receiver": WITH_RECEIVER,
        "bytes may leave": RELEASABLE,
        "ended": ENDED,
    }
    rows = [
        (
            f"`{status.value}`",
            str(status.label),
            ", ".join(name for name, members in groups.items() if status in members),
        )
        for status in Status
    ]
    return _table(("state", "as people read it", "what holds there"), rows)


def _transitions() -> str:
    rows = [_row(transition) for transition in TRANSITIONS.values()]
    return _table(("transition", "from", "to", "by", "end reasons", "event in the audit log"), rows)


def _row(transition: Transition) -> tuple[str, ...]:
    return (
        f"`{transition.name}`",
        _codes(_ordered(transition.sources)),
        f"`{transition.target.value}`",
        ", ".join(sorted(party.value for party in transition.by)),
        _codes(sorted(reason.value for reason in transition.reasons)),
        f"`{transition.event.value}`",
    )


def _ordered(states: Iterable[Status]) -> list[str]:
    wanted = frozenset(states)
    return [status.value for status in Status if status in wanted]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
