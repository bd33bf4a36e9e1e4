"""The texts of notices: read from files, checked, hashed over what is stored, published once and never changed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.queries import done_by_people

from .enums import Purpose
from .models import Notice, NoticeText
from .policy import SECRECY

FOLDER = Path(__file__).parent / "notices"
PARTS = ("what", "who", "why", "how_long", "no_consequence", "withdraw", "rights", "privacy_officer")
ABOUT = "about.json"
SOURCE = "nl"
PICTOGRAMS = {
    "what": "share",
    "who": "people",
    "why": "question",
    "how_long": "clock",
    "no_consequence": "choice",
    "withdraw": "undo",
    "rights": "eye",
    "privacy_officer": "shield",
    "secrecy": "lock",
}
"""The drawing of each part, from ``templates/icons``; the same on screens and on paper."""


class NoticeRefused(ValueError):
    """A notice file that cannot be published: incomplete, or another text for what was published before."""


def parts_of(purpose: Purpose) -> tuple[str, ...]:
    """Which parts a notice of this purpose has, in order. Under medical secrecy the release from it comes apart."""
    return (*PARTS, "secrecy") if purpose in SECRECY else PARTS


def canonical(content: Mapping[str, Any]) -> str:
    """The text as it is stored and hashed: JSON with sorted names, no spaces, no escapes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(stored: str) -> str:
    """SHA-256 over the UTF-8 bytes of the stored text, in hexadecimals."""
    return hashlib.sha256(stored.encode()).hexdigest()


def shown(text: NoticeText) -> dict[str, Any]:
    """A stored text as pages show it: the title, and the parts in order, the one about medical secrecy apart.

    Each part has ``key``, ``heading``, ``text`` (a list of sentences) and ``icon``, the name of its pictogram.
    """
    content = json.loads(text.content)
    parts = [
        {"key": name, "icon": PICTOGRAMS[name], **content["parts"][name]}
        for name in parts_of(Purpose(text.notice.purpose))
    ]
    secrecy = parts.pop() if parts[-1]["key"] == "secrecy" else None
    return {"title": content["title"], "parts": parts, "secrecy": secrecy}


def load(folder: Path = FOLDER) -> int:
    """Publish what is new under ``<folder>/<purpose>/<version>/<language>.json``; loading again changes nothing.

    ``about.json`` beside them may say ``{"asks_again": true}``: consent on an earlier version then no longer counts.
    A translation says in ``made_from`` of which Dutch text it is one: the hash of that text as it would be stored.
    From the first version on that the region's administrator published, a purpose is the region's own: what ships with
    that number or a later one is left out. It would take the place of the region's words, or of its number.

    Returns:
        How many texts were published.

    Raises:
        NoticeRefused: for an incomplete file, or one that differs from what was published. Nothing is published then.
    """
    published = 0
    with transaction.atomic():
        own = done_by_people(Event.NOTICE_PUBLISHED)
        for purpose in Purpose:
            versions = sorted((path for path in (folder / purpose.value).glob("*") if path.is_dir()), key=_number)
            for path in versions:
                if not any(object_id(purpose, number) in own for number in range(1, _number(path) + 1)):
                    published += _publish(purpose, path)
    return published


def object_id(purpose: Purpose, version: int) -> str:
    """How the audit log calls a version of a notice."""
    return f"{purpose.value}:{version}"


@transaction.atomic
def _publish(purpose: Purpose, path: Path) -> int:
    about = json.loads((path / ABOUT).read_text(encoding="utf-8")) if (path / ABOUT).exists() else {}
    asks_again = bool(about.get("asks_again", False))
    notice, created = Notice.objects.get_or_create(
        purpose=purpose, version=_number(path), defaults={"asks_again": asks_again}
    )
    if not created and notice.asks_again != asks_again:
        raise NoticeRefused(f"{path}: a published version is fixed; make a new one")
    present = dict(notice.texts.values_list("language", "sha256"))
    new = []
    for file in sorted(path.glob("*.json")):
        if file.name == ABOUT:
            continue
        content = json.loads(file.read_text(encoding="utf-8"))
        made_from = str(content.pop("made_from", "")) if file.stem != SOURCE else ""
        try:
            stored = canonical(checked(purpose, content))
        except NoticeRefused as problem:
            raise NoticeRefused(f"{file}: {problem}") from None
        if file.stem not in present:
            sha256 = digest(stored)
            new.append(
                NoticeText(notice=notice, language=file.stem, content=stored, sha256=sha256, made_from=made_from)
            )
        elif present[file.stem] != digest(stored):
            raise NoticeRefused(f"{file}: a published version is fixed; make a new one")
    NoticeText.objects.bulk_create(new)
    if new:
        audit.record(
            event=Event.NOTICE_PUBLISHED,
            action=Action.CREATE,
            who=SYSTEM,
            object_type="notice",
            object_id=object_id(purpose, notice.version),
            details={text.language: text.sha256 for text in new},
        )
    return len(new)


def checked(purpose: Purpose, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content of a text, if it is complete: a title, and a heading and sentences for each part, nothing else.

    Raises:
        NoticeRefused: with what is missing, or too much.
    """
    if set(content) != {"title", "parts"} or not str(content["title"]).strip():
        raise NoticeRefused("needs a title and parts, and nothing else")
    if set(content["parts"]) != set(parts_of(purpose)):
        raise NoticeRefused(f"needs exactly the parts {', '.join(sorted(parts_of(purpose)))}")
    for name, part in content["parts"].items():
        if set(part) != {"heading", "text"} or not part["heading"].strip() or not part["text"]:
            raise NoticeRefused(f"part {name} needs a heading and text")
        lines = part["text"]
        if not isinstance(lines, list) or not all(isinstance(line, str) and line.strip() for line in lines):
            raise NoticeRefused(f"the text of part {name} is a list of sentences")
    return content


def _number(path: Path) -> int:
    try:
        return int(path.name)
    except ValueError:
        raise NoticeRefused(f"{path}: a version is a number") from None
