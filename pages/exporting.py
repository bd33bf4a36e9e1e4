"""Writes pages back to their files, so that what editors changed can be read, compared and kept beside the code."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from wagtail.fields import StreamField

from pages.files import FOLDER, ContentFile, pair_hash, read
from pages.models import BasePage
from pages.queries import page_kinds
from pages.staleness import digest_of, segments_of
from pages.translating.services import write

# How people write TOML, which its writer does not: a list of words on one line, quotation marks as they are.
WORDS = re.compile(r'(?m)^(\w+ = )\[\n((?:    (?:"[^"\n]*"|\d+),\n)+)\]$')
PARAGRAPHS = re.compile(r'(?s)(?<== )"""\n.*?(?<!\\)"""(?=\n)')
LINK = re.compile(r'linktype="page" id="(\d+)"|id="(\d+)" linktype="page"')

Files = dict[str, dict[str, ContentFile]]


@dataclass
class Exported:
    """What a run wrote, by ``language/key``."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def export(*, folder: Path = FOLDER, everything: bool = False) -> Exported:
    """Write the live pages that say something else than their files, and those that have no file yet.

    What did not change stays in a file as it was written, so that a comparison shows what an editor did and nothing
    else. A file that is newer than the page, because nobody loaded it yet, is left alone unless an editor changed the
    page as well. A page that had no file keeps the name that it gets here.

    Args:
        everything: write a file for every page, changed or not.

    A translation that is up to date gets ``made_from`` of the Dutch file as that is after this run.
    """
    report = Exported()
    files: Files = {code: read(code, folder) for code, _ in settings.LANGUAGES}
    known = [page for kind in page_kinds() if kind.file_kind for page in kind.objects.select_related("locale")]
    keys = _keys(known)
    orders = _orders((page for page in known if page.live and page.is_source), keys, files)
    by_family = {page.translation_key: page for page in known if page.is_source}
    dutch = dict(files[settings.LANGUAGE_CODE])
    for page in sorted((page for page in known if page.live), key=lambda one: (not one.is_source, one.path)):
        source = page if page.is_source else by_family.get(page.translation_key)
        if source is None:
            continue  # nothing says where it stands
        key = keys[page.pk]
        before = files[page.language].get(key)
        about = _place(page, keys, orders) if page.is_source else _about(page, source, dutch.get(key), before)
        data = {**about, **_data(page, keys)}
        if page.is_source and before is not None and _trimmed(before.data) != _trimmed(data):
            del dutch[key]  # until it is written: nobody can say that a translation was made from a file like this
        name = f"{page.language}/{key}"
        if not everything and before is not None and not _is_news(page, before, files[source.language].get(key), data):
            report.unchanged.append(name)
            continue
        path = folder / page.language / f"{key}.toml"
        text = _toml(_as_written(data, before.data if before is not None else {}))
        if path.exists() and path.read_text(encoding="utf-8") == text:
            report.unchanged.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if page.is_source:
            dutch[key] = ContentFile(key=key, language=page.language, data=tomllib.loads(text))
        if page.file_key != key:
            write(page, live=True, revision=True, file_key=key)
        report.written.append(name)
    return report


def _keys(pages: Iterable[BasePage]) -> dict[int, str]:
    """The name of each page's file; that of a translation is the name of the Dutch one."""
    known = sorted(pages, key=lambda page: not page.is_source)
    by_family: dict[Any, str] = {}
    keys = {}
    for page in known:
        own = page.file_key or f"{page.slug}-{page.pk}"
        keys[page.pk] = by_family.setdefault(page.translation_key, own)
    return keys


def _orders(pages: Iterable[BasePage], keys: dict[int, str], files: Files) -> dict[int, int]:
    """The place of each page among its brothers: the numbers in the files where they still put them in this order."""
    brothers: dict[str, list[BasePage]] = {}
    for page in sorted(pages, key=lambda one: one.path):
        brothers.setdefault(page.path[: -page.steplen], []).append(page)
    dutch = files[settings.LANGUAGE_CODE]
    orders: dict[int, int] = {}
    for family in brothers.values():
        named = [keys[page.pk] for page in family]
        old = [(int(dutch[key].data.get("order", 0)), key) for key in named if key in dutch]
        if old == sorted(old) and named[: len(old)] == [key for _order, key in old]:
            last = old[-1][0] if old else 0
            numbers = [*(order for order, _key in old), *range(last + 1, last + 1 + len(family) - len(old))]
        else:
            numbers = list(range(1, len(family) + 1))
        orders.update(zip((page.pk for page in family), numbers, strict=True))
    return orders


def _is_news(page: BasePage, before: ContentFile, source: ContentFile | None, data: dict[str, Any]) -> bool:
    """Whether a page says something else than its file, and an editor said it."""
    if _trimmed(before.data) == _trimmed(data):
        return False
    loaded = source is not None and page.loaded_file_hash == pair_hash(before, source)
    return loaded or page.content_hash() != page.loaded_content_hash


def _place(page: BasePage, keys: dict[int, str], orders: dict[int, int]) -> dict[str, Any]:
    parent = page.get_parent()
    data: dict[str, Any] = {"kind": page.file_kind}
    if parent.pk in keys:
        data |= {"parent": keys[parent.pk], "slug": page.slug, "order": orders[page.pk]}
    if page.show_in_menus:
        data["in_menu"] = True
    if page.audience != "everyone":
        data["audience"] = page.audience
    related = [keys[pk] for pk in page.related_pages.values_list("pk", flat=True) if pk in keys]
    if related:
        data["related"] = related
    for name in type(page).content_facts:
        value = _plain(page, name, keys)
        if value not in (None, "", []):
            data[name] = value
    return data


def _about(page: BasePage, source: BasePage, dutch: ContentFile | None, before: ContentFile | None) -> dict[str, Any]:
    data: dict[str, Any] = {}
    now = dutch.words_hash if dutch is not None else ""
    said = before.data.get("made_from", "") if before is not None else ""
    fresh = digest_of(page.source_segments) == digest_of(segments_of(source))
    data["made_from"] = now if fresh and now else said if said not in ("", now) else "older"
    if page.translation_origin == "machine":
        data["made_by"] = "machine"
    if page.translation_checked_by:
        data["checked_by"] = page.translation_checked_by
    if page.translation_checked_on:
        data["checked_on"] = page.translation_checked_on
    return data


def _data(page: BasePage, keys: dict[int, str]) -> dict[str, Any]:
    dates = {"reviewed_on": page.reviewed_on, "next_review": page.next_review}
    data: dict[str, Any] = {name: value for name, value in dates.items() if value is not None}
    data |= {"title": page.title, "summary": page.summary}
    if page.seo_title:
        data["seo_title"] = page.seo_title
    for name in (*type(page).content_words, "body"):
        value = _plain(page, name, keys)
        if value not in (None, "", []):
            data[name] = value
    return {**data, **page.beside()}


def _plain(page: BasePage, name: str, keys: dict[int, str]) -> Any:
    """A field's value as TOML holds it: what :func:`pages.loading.load` reads back to the same value."""
    model_field = page._meta.get_field(name)
    value = getattr(page, name)
    if isinstance(model_field, StreamField):
        stream = model_field.stream_block
        only = len(stream.child_blocks) == 1
        return [_block(row, keys, only=only) for row in stream.get_prep_value(value)]
    if model_field.many_to_many:
        return [other.pk for other in value.all()]
    if model_field.is_relation:
        return model_field.value_from_object(page)
    if isinstance(model_field, models.DateTimeField):
        return None if value is None else timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(model_field, models.DateField):
        return None if value is None else value.isoformat()
    return _linked(value, keys)


def _block(row: dict[str, Any], keys: dict[int, str], *, only: bool) -> dict[str, Any]:
    value = _linked(row["value"], keys)
    if only:
        return value  # type: ignore[no-any-return]
    if isinstance(value, dict):
        return {"type": row["type"], **value}
    return {"type": row["type"], "value": value}


def _linked(value: Any, keys: dict[int, str]) -> Any:
    if isinstance(value, str):
        return LINK.sub(lambda found: f'href="page:{keys.get(int(found.group(1) or found.group(2)), "")}"', value)
    if isinstance(value, list):
        # Lists of one block keep their items between an id and a type, which a file leaves out.
        return [
            _linked(item["value"] if isinstance(item, dict) and {"type", "value", "id"} == item.keys() else item, keys)
            for item in value
        ]
    if isinstance(value, dict):
        return {
            name: keys.get(item, "") if name == "page" and isinstance(item, int) else _linked(item, keys)
            for name, item in value.items()
            if item is not None
        }
    return value


def _toml(data: dict[str, Any]) -> str:
    plain = tomli_w.dumps(data, multiline_strings=True)
    text = PARAGRAPHS.sub(lambda found: found.group().replace('\\"', '"'), plain)
    text = WORDS.sub(lambda found: f"{found.group(1)}[{' '.join(found.group(2).split()).rstrip(',')}]", text)
    try:
        return text if tomllib.loads(text) == tomllib.loads(plain) else plain
    except tomllib.TOMLDecodeError:  # three quotation marks in a row, say
        return plain


def _trimmed(value: Any) -> Any:
    """Without white space at the ends and without what is empty: a file may spell out what a page leaves away."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_trimmed(item) for item in value]
    if isinstance(value, dict):
        return {name: _trimmed(item) for name, item in value.items() if item not in ("", [], None)}
    return value


def _as_written(value: Any, before: Any) -> Any:
    """The value, and what of it did not change in the way and the order in which the file had it."""
    if isinstance(value, str) and isinstance(before, str):
        return before if before.strip() == value.strip() else value
    if isinstance(value, list) and isinstance(before, list):
        return [_as_written(item, _partner(item, before, at)) for at, item in enumerate(value)]
    if isinstance(value, dict) and isinstance(before, dict):
        spelled_out = {name: item for name, item in before.items() if name not in value and item in ("", [])}
        whole = {**spelled_out, **value}
        names = [*(name for name in before if name in whole), *(name for name in whole if name not in before)]
        # Tables come after all else in a table: TOML would take what follows for a part of them.
        names.sort(key=lambda name: _is_tables(whole[name]))
        return {name: _as_written(whole[name], before.get(name)) for name in names}
    return value


def _partner(item: Any, before: list[Any], at: int) -> Any:
    """What an item of a list was before: the same elsewhere in the list, or what stood in its place."""
    same = next((one for one in before if _trimmed(one) == _trimmed(item)), None)
    return same if same is not None else before[at] if at < len(before) else None


def _is_tables(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))
