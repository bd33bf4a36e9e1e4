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

from .enums import Purpose
from .models import Notice, NoticeText
from .policy import SECRECY

FOLDER = Path(__file__).parent / "notices"
PARTS = ("what", "who", "why", "how_long", "no_consequence", "withdraw", "rights", "privacy_officer")
ABOUT = "about.json"


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
    """A stored text as pages show it: the title, and the parts in order, the one about medical secrecy apart."""
    content = json.loads(text.content)
    names = [name for name in parts_of(Purpose(text.notice.purpose)) if name != "secrecy"]
    parts = [{"key": name, **content["parts"][name]} for name in names]
    return {"title": content["title"], "parts": parts, "secrecy": content["parts"].get("secrecy")}


def load(folder: Path = FOLDER) -> int:
    """Publish what is new under ``<folder>/<purpose>/<version>/<language>.json``; loading again changes nothing.

    ``about.json`` beside them may say ``{"asks_again": true}``: consent on an earlier version then no longer counts.

    Returns:
        How many texts were published.

    Raises:
        NoticeRefused: for an incomplete file, or one that differs from what was published. Nothing is published then.
    """
    published = 0
    with transaction.atomic():
        for purpose in Purpose:
            versions = sorted((path for path in (folder / purpose.value).glob("*") if path.is_dir()), key=_number)
            for path in versions:
                published += _publish(purpose, path)
    return published


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
        stored = canonical(_checked(purpose, file))
        if file.stem not in present:
            new.append(NoticeText(notice=notice, language=file.stem, content=stored, sha256=digest(stored)))
        elif present[file.stem] != digest(stored):
            raise NoticeRefused(f"{file}: a published version is fixed; make a new one")
    NoticeText.objects.bulk_create(new)
    if new:
        audit.record(
            event=Event.NOTICE_PUBLISHED,
            action=Action.CREATE,
            who=SYSTEM,
            object_type="notice",
            object_id=f"{purpose.value}:{notice.version}",
            details={text.language: text.sha256 for text in new},
        )
    return len(new)


def _checked(purpose: Purpose, file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    wanted = set(parts_of(purpose))
    if not str(content.get("title", "")).strip() or set(content) != {"title", "parts"}:
        raise NoticeRefused(f"{file}: needs a title and parts, and nothing else")
    if set(content["parts"]) != wanted:
        raise NoticeRefused(f"{file}: needs exactly the parts {', '.join(sorted(wanted))}")
    for name, part in content["parts"].items():
        lines = part.get("text")
        if set(part) != {"heading", "text"} or not part["heading"].strip() or not lines:
            raise NoticeRefused(f"{file}: part {name} needs a heading and text")
        if not isinstance(lines, list) or not all(isinstance(line, str) and line.strip() for line in lines):
            raise NoticeRefused(f"{file}: the text of part {name} is a list of sentences")
    return content


def _number(path: Path) -> int:
    try:
        return int(path.name)
    except ValueError:
        raise NoticeRefused(f"{path}: a version is a number") from None
