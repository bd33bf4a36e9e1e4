"""Writes pages back to their files, so that what editors changed can be read, compared and kept beside the code."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.fields import StreamField

from pages.files import FOLDER, read
from pages.models import BasePage
from pages.queries import page_kinds
from pages.staleness import digest_of, segments_of

LINK = re.compile(r'linktype="page" id="(\d+)"|id="(\d+)" linktype="page"')


@dataclass
class Exported:
    """What a run wrote, by ``language/key``."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def export(*, folder: Path = FOLDER, everything: bool = False) -> Exported:
    """Write the live pages that an editor changed since they were loaded, or all; also pages that have no file yet.

    Args:
        everything: write a file for every page, changed or not.

    A translation that is up to date gets ``made_from`` of the Dutch file as that is after this run.
    """
    report = Exported()
    pages = [page for kind in page_kinds() if kind.file_kind for page in kind.objects.live().select_related("locale")]
    keys = {page.pk: _key(page) for page in pages}
    by_family = {page.translation_key: page for page in pages if page.is_source}
    wanted = [page for page in pages if everything or page.beside() or page.content_hash() != page.loaded_content_hash]
    for page in sorted(wanted, key=lambda one: (not one.is_source, one.pk)):
        source = by_family.get(page.translation_key)
        data = _data(page, keys)
        if not page.is_source and source is not None:
            data = {**_about(page, source, keys[source.pk], folder), **data}
            path = folder / page.language / f"{keys[source.pk]}.toml"
        else:
            data = {**_place(page, keys), **data}
            path = folder / page.language / f"{keys[page.pk]}.toml"
        text = tomli_w.dumps(data, multiline_strings=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        name = f"{page.language}/{path.stem}"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            report.unchanged.append(name)
            continue
        path.write_text(text, encoding="utf-8")
        report.written.append(name)
    return report


def _key(page: BasePage) -> str:
    return page.file_key or f"{page.slug}-{page.pk}"


def _place(page: BasePage, keys: dict[int, str]) -> dict[str, Any]:
    parent = page.get_parent()
    data: dict[str, Any] = {"kind": page.file_kind}
    if parent.pk in keys:
        data |= {"parent": keys[parent.pk], "slug": page.slug}
        data["order"] = 1 + list(parent.get_children().values_list("pk", flat=True)).index(page.pk)
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


def _about(page: BasePage, source: BasePage, key: str, folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = {}
    fresh = digest_of(page.source_segments) == digest_of(segments_of(source))
    dutch = read(settings.LANGUAGE_CODE, folder).get(key) if fresh else None
    data["made_from"] = dutch.words_hash if dutch is not None else "older"
    if page.translation_origin == "machine":
        data["made_by"] = "machine"
    if page.translation_checked_by:
        data["checked_by"] = page.translation_checked_by
    if page.translation_checked_on:
        data["checked_on"] = page.translation_checked_on
    return data


def _data(page: BasePage, keys: dict[int, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"title": page.title, "summary": page.summary}
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
