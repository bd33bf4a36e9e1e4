"""Pictures of signed forms for a copy: of those that nobody signed but who takes the copy and whom it is about."""

from collections.abc import Iterator
from itertools import islice

from portal.vault.errors import VaultError
from portal.vault.reading import NotReadable, picture_of

from ..models import PaperScan, Person

MOST_PAGES = 40


def pictures_for(person: Person, *, reader: Person | None) -> Iterator[tuple[str, bytes]]:
    """Name and JPEG of each page, made anew from points; at most forty pages, the newest scans first.

    A form that somebody else signed as well, a witness too, is left out (GDPR art. 15(4)), and so is what is not clean
    or is gone.
    """
    may_see = {person.pk} | ({reader.pk} if reader else set())
    scans = (
        PaperScan.objects.filter(form__person=person, conversation__isnull=False)
        .select_related("conversation__person__subject_key")
        .prefetch_related("files__file", "conversation__deciders")
    )
    own = (scan for scan in scans if scan.is_clean and _is_nobody_elses(scan, may_see))
    return islice(_pages(own), MOST_PAGES)


def _is_nobody_elses(scan: PaperScan, may_see: set[int]) -> bool:
    if scan.conversation is None or scan.conversation.words.get("witness"):
        return False
    signed = {decider.person_id for decider in scan.conversation.deciders.all()}
    return bool(signed) and signed <= may_see


def _pages(scans: Iterator[PaperScan]) -> Iterator[tuple[str, bytes]]:
    for scan in scans:
        number = 0
        for row in scan.files.all():
            for page in range(1, row.pages + 1):
                number += 1
                try:
                    yield f"{scan.public_id}-{number}.jpg", picture_of(row.file, page)
                except (NotReadable, VaultError):
                    continue
