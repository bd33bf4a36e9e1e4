"""Message catalogues: gathered by makemessages, and checked for drift, gaps and broken placeholders.

``python -m tests.catalogues check`` ends with 0 when every text in the code has its translation; ``update`` gathers.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("portal", "consent", "dossiers", "pages", "templates", "locale", "manage.py")
SOURCE_LANGUAGE = "nl"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|(?<!\{)\{\w*\}(?!\})")

Key = tuple[str | None, str, str]


def languages() -> list[str]:
    """The languages that are translated into: every folder of ``locale/``, and what the settings name."""
    code = "from django.conf import settings; print(' '.join(code for code, _ in settings.LANGUAGES))"
    named = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=_environment(), capture_output=True, text=True)
    if named.returncode != 0:
        raise RuntimeError(named.stderr)
    return sorted(set(named.stdout.split()) - {SOURCE_LANGUAGE})


def gather(root: Path, codes: list[str]) -> None:
    """Run makemessages in ``root`` (a work tree or a copy of it)."""
    (root / "locale").mkdir(exist_ok=True)
    locales = [part for code in codes for part in ("--locale", code)]
    ignored = [part for name in ("var", ".venv", "tests", "docs", "node_modules") for part in ("--ignore", f"{name}/*")]
    command = [sys.executable, "manage.py", "makemessages", *locales, *ignored]
    options = ["--no-obsolete", "--add-location=file", "--no-wrap", "--verbosity=0"]
    answer = subprocess.run([*command, *options], cwd=root, env=_environment(), capture_output=True, text=True)
    if answer.returncode != 0:
        raise RuntimeError(f"makemessages failed:\n{answer.stdout}{answer.stderr}")


def faults() -> Iterator[str]:
    """What is wrong, one sentence each."""
    codes = languages()
    with tempfile.TemporaryDirectory(prefix="portal-catalogues-") as folder:
        copy = Path(folder)
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
            elif source.exists():
                shutil.copy(source, copy / name)
        for path in copy.rglob("locale/*/LC_MESSAGES/*.po"):
            path.unlink()  # so that only what the code says now is gathered
        gather(copy, codes)
        for code in codes:
            yield from _compare(code, _merged(copy, code), _merged(ROOT, code))


def _merged(root: Path, code: str) -> dict[Key, polib.POEntry]:
    """All entries for a language, wherever the catalogues lie."""
    entries: dict[Key, polib.POEntry] = {}
    for top in SOURCES:
        for path in sorted((root / top).rglob(f"{code}/LC_MESSAGES/*.po")):
            for entry in polib.pofile(str(path)):
                entries[entry.msgctxt, entry.msgid, entry.msgid_plural] = entry
    return entries


def _compare(code: str, wanted: dict[Key, polib.POEntry], kept: dict[Key, polib.POEntry]) -> Iterator[str]:
    if not wanted:
        yield f"{code}: makemessages found no text at all"
    for key in wanted.keys() - kept.keys():
        yield f"{code}: not in the catalogue (run make messages): {key[1]!r} from {_places(wanted[key])}"
    for key, entry in kept.items():
        if entry.obsolete:
            yield f"{code}: obsolete entry: {entry.msgid!r}"
        elif key not in wanted:
            yield f"{code}: no longer in the code (run make messages): {entry.msgid!r}"
        elif "fuzzy" in entry.flags:
            yield f"{code}: fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"{code}: not translated: {entry.msgid!r}"
        else:
            yield from _broken_placeholders(code, entry)


def _broken_placeholders(code: str, entry: polib.POEntry) -> Iterator[str]:
    # A plural form may leave out the number ("one file"), so only what is too much is wrong there.
    allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        found = set(PLACEHOLDER.findall(text))
        if found - allowed or (not entry.msgid_plural and allowed - found):
            yield f"{code}: placeholders differ: {entry.msgid!r} and {text!r}"


def _places(entry: polib.POEntry) -> str:
    return ", ".join(sorted({path for path, _ in entry.occurrences})) or "?"


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}


def main(verb: str) -> int:
    """``check`` or ``update``."""
    if verb == "update":
        gather(ROOT, languages())
    found = list(faults())
    print("\n".join(found) or "the catalogues are complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
