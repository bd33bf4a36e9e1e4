"""Whether a translation is older than the Dutch text: a comparison of fingerprints, segment by segment; never of clocks."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from pages.models import BasePage


def segments_of(page: "BasePage") -> list[str]:
    """A fingerprint of each segment of the page's text, in reading order."""
    return [page.content_hash()]


def digest_of(segments: Sequence[str]) -> str:
    """One fingerprint of all segments."""
    return hashlib.sha256("\n".join(segments).encode()).hexdigest()


def live_digest(translation_key: UUID) -> str | None:
    """The digest of the Dutch text as readers see it now."""
    from pages.models import SourceText

    return SourceText.objects.filter(translation_key=translation_key).values_list("digest", flat=True).first()


def is_outdated(source_segments: Sequence[str], digest: str | None) -> bool:
    """Whether the Dutch text is another than the one a translation was made from."""
    return digest is not None and digest_of(source_segments) != digest
