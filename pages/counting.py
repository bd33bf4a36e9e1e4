"""How often pages are read: totals a day, and nothing about who.

A view adds one to a number in the memory of the process: no query, no row a visit. After the answer of some later view
the numbers go to the database in one statement. What a process counted since then is lost when it is killed, at most
:data:`FLUSH_SECONDS` of busy time or what an idle one still holds; when it ends in the ordinary way it writes first.
Not counted: programs, pages that a browser fetches in advance, whoever is signed in (editors look at their own work),
previews, pages that come from a browser's own store (a reader who goes back, or reads offline).
"""

import atexit
import logging
import re
import threading
import time
from collections import Counter
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from pages.models import PageViews
from portal.accounts.sessions import has_session_cookie

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 60
FLUSH_COUNT = 500
# What programs call themselves; a browser of a person says Mozilla and none of these.
PROGRAM = re.compile(
    r"bot\b|bot[/;_ -]|crawl|spider|slurp|scrap|archiv|preview|monitor|uptime|pingdom|lighthouse|headless|phantom"
    r"|selenium|facebookexternalhit|embedly|whatsapp|telegram|curl|wget|python|java/|go-http|okhttp|libwww|httpclient|axios|node"
    r"|feed|rss|validator|checker|scan|fetch",
    re.IGNORECASE,
)

_lock = threading.Lock()
_counted: Counter[tuple[int, str, date]] = Counter()
_flushed_at = time.monotonic()


def is_a_reader(request: HttpRequest) -> bool:
    """Whether this looks like a person who opens a page, and nobody of ours."""
    headers = request.headers
    agent = headers.get("User-Agent", "")
    in_advance = "prefetch" in (headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", ""))
    opens = headers.get("Sec-Fetch-Dest", "document") in ("document", "empty", "")
    return (
        request.method == "GET"
        and bool(agent)
        and not PROGRAM.search(agent)
        and not in_advance
        and opens
        and not has_session_cookie(request)
    )


def count_view(request: HttpRequest, page: Page, language: str) -> None:
    """Count one view, if it is a reader's.

    Args:
        page: as shown.
        language: that of the address.
    """
    if is_a_reader(request):
        with _lock:
            _counted[page.pk, language, timezone.localdate()] += 1


def flush_if_due(**kwargs: Any) -> None:
    """After an answer went out: write if it is time. Connected to ``request_finished``."""
    if _counted and (time.monotonic() - _flushed_at > FLUSH_SECONDS or _counted.total() >= FLUSH_COUNT):
        flush()


def flush() -> int:
    """Write what was counted, in one statement; returns how many views. If that fails they wait for the next time."""
    global _flushed_at  # noqa: PLW0603 -- one clock a process
    with _lock:
        taken = dict(_counted)
        _counted.clear()
        _flushed_at = time.monotonic()
    if not taken:
        return 0
    try:
        _add(taken)
    except DatabaseError:
        logger.exception("page views could not be written")
        with _lock:
            _counted.update(taken)
        return 0
    return sum(taken.values())


def _add(counted: dict[tuple[int, str, date], int]) -> None:
    """``INSERT … ON CONFLICT … SET count = count + …``: Django can update on a conflict, but not add."""
    table = connection.ops.quote_name(PageViews._meta.db_table)
    count = connection.ops.quote_name("count")
    values = ", ".join(["(%s, %s, %s, %s)"] * len(counted))
    statement = (
        f"INSERT INTO {table} (page_id, language, day, {count}) VALUES {values} "  # noqa: S608 -- our own names
        f"ON CONFLICT (page_id, language, day) DO UPDATE SET {count} = {table}.{count} + excluded.{count}"
    )
    # In one order, so that two processes wait for each other and do not lock each other out.
    rows = [(*key, number) for key, number in sorted(counted.items())]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def connect() -> None:
    """Called once, when the apps are ready."""
    from django.core.signals import request_finished

    request_finished.connect(flush_if_due, dispatch_uid="pages.counting")
    if not getattr(settings, "IS_TEST", False):
        atexit.register(_at_the_end)


def _at_the_end() -> None:
    if _counted:
        flush()
        connection.close()
