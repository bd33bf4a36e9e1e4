"""The content as files: ``pages/content/<language>/<key>.toml``, one a page and language.

The Dutch file says what kind of page it is, where it stands, and the facts that hold in every language; a translation
holds words only, and in ``made_from`` the fingerprint of the Dutch words it was made from.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pages.content_hash import fingerprint

FOLDER = Path(__file__).resolve().parent / "content"
PLACE = ("kind", "parent", "slug", "order", "in_menu", "related")
ABOUT = ("made_from", "made_by", "checked_by", "checked_on")
# Facts about a page of any kind; those of a kind are its ``content_facts``.
FACTS = ("audience", "owner", "reviewed_on", "next_review")


@dataclass(frozen=True, kw_only=True)
class ContentFile:
    """One page in one language, as read from disk."""

    key: str
    language: str
    data: dict[str, Any]

    @property
    def words(self) -> dict[str, Any]:
        """What a reader reads: everything but place, facts and bookkeeping."""
        outside = {*PLACE, *ABOUT, *FACTS, *facts_of(self.data.get("kind", ""))}
        return {name: value for name, value in self.data.items() if name not in outside}

    @property
    def words_hash(self) -> str:
        """The fingerprint that a translation writes into ``made_from``."""
        return fingerprint(self.words)

    @property
    def about_hash(self) -> str:
        """The fingerprint of everything else: what a page and its translations have in common."""
        return fingerprint({name: str(value) for name, value in self.data.items() if name not in self.words})

    @property
    def file_hash(self) -> str:
        """The fingerprint of the whole file: unchanged means nothing to load."""
        return fingerprint({name: str(value) for name, value in self.data.items()})


def pair_hash(file: ContentFile, source: ContentFile) -> str:
    """The fingerprint that a page keeps of what it was loaded from: a translation has its facts from the Dutch file."""
    return file.file_hash if file.language == source.language else fingerprint([file.file_hash, source.about_hash])


def facts_of(kind: str) -> tuple[str, ...]:
    """The names of the facts that a kind of page has; none for a translation, whose file names no kind."""
    from pages.queries import page_kinds  # needs the models, which need not be there to read files

    return next((model.content_facts for model in page_kinds() if kind and model.file_kind == kind), ())


def read(language: str, folder: Path = FOLDER) -> dict[str, ContentFile]:
    """All files of a language by key.

    Raises:
        tomllib.TOMLDecodeError: if a file is not TOML.
    """
    return {
        path.stem: ContentFile(key=path.stem, language=language, data=tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted((folder / language).glob("*.toml"))
    }


def in_order(files: dict[str, ContentFile]) -> list[ContentFile]:
    """Parents before children, brothers by their ``order``."""

    def line(file: ContentFile) -> tuple[tuple[int, str], ...]:
        parent = file.data.get("parent")
        own = (int(file.data.get("order", 0)), file.key)
        return (*line(files[parent]), own) if parent else (own,)

    return sorted(files.values(), key=line)
