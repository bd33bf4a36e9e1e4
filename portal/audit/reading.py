"""Reading and verifying the log, which the log itself keeps."""

from pathlib import Path

from django.db import transaction
from django.http import Http404

from . import queries
from .enums import Action, Event, Outcome
from .findings import Report
from .policy import Reader, may_read_log
from .queries import LogFilter, Page
from .services import record
from .verify import verify_log


def read_log(*, reader: Reader, wanted: LogFilter, before: int | None = None) -> Page:
    """A screen of the log, newest first, and a row that says who read it and what was looked for.

    Raises:
        Http404: if the reader may not; the same answer as for what does not exist.
    """
    _require(reader)
    with transaction.atomic():
        page = queries.newest_first(wanted=wanted, before=before)
        record(
            event=Event.AUDIT_READ,
            action=Action.READ,
            who=reader.who,
            subject=wanted.subject,
            object_type="log",
            details={**wanted.as_details(), "rows": len(page.entries)},
        )
    return page


def read_timeline(*, reader: Reader, subject: str, after: int | None = None) -> Page:
    """A screen of everything that happened around one person, oldest first; written down in that person's timeline.

    Raises:
        Http404: if the reader may not.
    """
    _require(reader)
    with transaction.atomic():
        page = queries.timeline_page(subject=subject, after=after)
        record(
            event=Event.AUDIT_READ,
            action=Action.READ,
            who=reader.who,
            subject=subject,
            object_type="timeline",
            details={"rows": len(page.entries)},
        )
    return page


def verify_now(*, reader: Reader, folder: Path | None = None) -> Report:
    """Verify the log and write down that it was done and with what result.

    The verification itself runs outside the transaction, so that acts go on while it reads.

    Raises:
        Http404: if the reader may not.
    """
    _require(reader)
    report = verify_log(folder=folder)
    with transaction.atomic():
        record(
            event=Event.AUDIT_VERIFIED,
            action=Action.EXECUTE,
            who=reader.who,
            object_type="log",
            outcome=Outcome.SUCCESS if report.ok else Outcome.FAILED,
            details={"rows": report.rows, "findings": len(report.findings), "witnessed": report.witnessed},
        )
    return report


def _require(reader: Reader) -> None:
    if not may_read_log(reader):
        raise Http404
