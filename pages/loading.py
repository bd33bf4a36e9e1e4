"""Makes the site from its files: locales, the site record, the pages and their translations. Twice is once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pages.files import FOLDER, ContentFile, in_order, read
from pages.models import ArticlePage, BasePage, HomePage, InfoPage, JourneyPage, StepPage, TopicPage

KINDS: dict[str, type[BasePage]] = {
    "home": HomePage,
    "journey": JourneyPage,
    "step": StepPage,
    "topic": TopicPage,
    "article": ArticlePage,
    "info": InfoPage,
}
LINK = re.compile(r'href="page:([a-z0-9-]+)"')


@dataclass
class Report:
    """What a run did, by ``language/key``."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, folder: Path = FOLDER, overwrite: bool = False) -> Report:
    """Load all files.

    A page whose file did not change is left alone. A page that an editor changed since it was loaded is left alone too
    and reported as kept, unless ``overwrite``. Links between pages need the other page to exist, so pages are made
    first and filled second.
    """
    report = Report()
    by_language = {code: read(code, folder) for code, _ in settings.LANGUAGES}
    order = in_order(by_language[settings.LANGUAGE_CODE])
    pages: dict[tuple[str, str], BasePage] = {}
    for language, files in by_language.items():
        locale, _ = Locale.objects.get_or_create(language_code=language)
        for source in order:
            if source.key in files:
                pages[language, source.key] = _place(source, files[source.key], locale, pages, report)
    for (language, key), page in pages.items():
        _fill(page, by_language[language][key], by_language[settings.LANGUAGE_CODE][key], pages, report, overwrite)
    _point_site_at(pages[settings.LANGUAGE_CODE, order[0].key])
    return report


def _place(
    source: ContentFile, file: ContentFile, locale: Locale, pages: dict[tuple[str, str], BasePage], report: Report
) -> BasePage:
    kind = KINDS[source.data["kind"]]
    parent_key = source.data.get("parent")
    parent = pages[locale.language_code, parent_key] if parent_key else Page.get_first_root_node()
    original = pages.get((settings.LANGUAGE_CODE, source.key))
    slug = f"home-{locale.language_code}" if parent_key is None else source.data["slug"]
    found = kind.objects.filter(locale=locale, slug=slug).child_of(parent).first()
    if found is not None:
        return found
    page = kind(title=file.data["title"], summary=file.data["summary"], slug=slug, locale=locale)
    if original is not None:
        page.translation_key = original.translation_key
    for name in ("pictogram", "number"):
        if name in source.data:
            setattr(page, name, source.data[name])
    for name in getattr(page, "sections", ()):
        setattr(page, name, file.data.get(name, "").strip())
    page.show_in_menus = bool(source.data.get("in_menu", False))
    report.created.append(f"{locale.language_code}/{source.key}")
    return parent.add_child(instance=page)


def _fill(
    page: BasePage,
    file: ContentFile,
    source: ContentFile,
    pages: dict[tuple[str, str], BasePage],
    report: Report,
    overwrite: bool,
) -> None:
    name = f"{file.language}/{file.key}"
    is_new = name in report.created
    if not is_new and page.loaded_file_hash == file.file_hash and not overwrite:
        report.unchanged.append(name)
        return
    if not is_new and page.content_hash() != page.loaded_content_hash and not overwrite:
        report.kept.append(name)
        return
    ids = {key: other.pk for (language, key), other in pages.items() if language == settings.LANGUAGE_CODE}
    ids |= {key: other.pk for (language, key), other in pages.items() if language == file.language}
    page.title = page.draft_title = file.data["title"]
    page.seo_title = file.data.get("seo_title", "")
    page.summary = page.search_description = file.data["summary"]
    for section in getattr(page, "sections", ()):
        setattr(page, section, _linked(file.data.get(section, "").strip(), ids))
    stream = type(page)._meta.get_field("body").stream_block
    page.body = stream.to_python(list(_blocks(file.data.get("body", []), ids)))
    page.translation_checked_by = file.data.get("checked_by", "")
    page.translation_checked_on = file.data.get("checked_on")
    page.loaded_content_hash = page.content_hash()
    page.loaded_file_hash = file.file_hash
    if not page.is_source:
        made_from = file.data.get("made_from", "")
        original = pages[settings.LANGUAGE_CODE, file.key]
        page.source_hash = original.loaded_content_hash if made_from == source.words_hash else made_from
    page.full_clean()
    page.save_revision().publish()
    if not is_new:
        report.updated.append(name)


def _blocks(body: list[dict[str, Any]], ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Blocks as StreamField stores them, from ``[[body]]`` tables: ``type``, and ``value`` or the fields themselves."""
    for entry in body:
        value = entry.get("value", {name: item for name, item in entry.items() if name != "type"})
        yield {"type": entry["type"], "value": _linked(value, ids)}


def _linked(value: Any, ids: dict[str, int]) -> Any:
    """The same, with pages' names turned into ids: ``href="page:health"`` in text, ``page = "health"`` in blocks."""
    if isinstance(value, str):
        return LINK.sub(lambda match: f'linktype="page" id="{ids[match.group(1)]}"', value.strip())
    if isinstance(value, list):
        return [_linked(item, ids) for item in value]
    if isinstance(value, dict):
        return {
            name: ids[item] if name == "page" and isinstance(item, str) else _linked(item, ids)
            for name, item in value.items()
        }
    return value


def _point_site_at(home: BasePage) -> None:
    """One site, at the Dutch home page; the page that Wagtail's own migrations make goes."""
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    name = settings.WAGTAIL_SITE_NAME
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home, "hostname": address.hostname, "port": port, "site_name": name},
    )
    Site.clear_site_root_paths_cache()
    for page in Page.objects.filter(depth=2, content_type__model="page", content_type__app_label="wagtailcore"):
        page.delete()
