"""Makes the site from its files: locales, the site record, the pages and their translations. Twice is once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site

from pages.block_ids import with_stable_ids
from pages.files import FOLDER, ContentFile, in_order, pair_hash, read
from pages.models import BasePage
from pages.queries import page_kinds
from pages.staleness import is_outdated, live_digest, segments_of
from pages.translating.services import write

LINK = re.compile(r'href="page:([a-z0-9-]+)"')


class ContentError(ValueError):
    """A file names a page or a kind of page that does not exist."""


@dataclass
class Report:
    """What a run did, by ``language/key``."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


Pages = dict[tuple[str, str], BasePage]


@transaction.atomic
def load(*, folder: Path = FOLDER, overwrite: bool = False, languages: tuple[str, ...] | None = None) -> Report:
    """Load all files.

    A page whose file did not change is left alone. A page that an editor changed since it was loaded, is working on or
    took off is left alone too and reported as kept, unless ``overwrite``. So is a page that an editor made where a file
    now puts one; a file that was written from a page says what the page says, and changes nothing. Links between pages
    need the other page to exist, so pages are made first and filled second.

    Args:
        languages: only these, and always Dutch; the rest stays as it is.

    Raises:
        ContentError: a file names a page or a kind that does not exist; nothing is loaded then.
    """
    report = Report()
    wanted = {settings.LANGUAGE_CODE, *(languages or (code for code, _ in settings.LANGUAGES))}
    by_language = {code: read(code, folder) for code, _ in settings.LANGUAGES if code in wanted}
    sources = by_language[settings.LANGUAGE_CODE]
    order = in_order(sources)
    pages: Pages = {}
    for language, files in by_language.items():
        locale, _ = Locale.objects.get_or_create(language_code=language)
        for source in order:
            if source.key in files:
                pages[language, source.key] = _place(source, files[source.key], locale, pages, sources, report)
    for (language, key), page in pages.items():
        if key in by_language[language]:
            _fill(page, by_language[language][key], sources[key], pages, report, overwrite)
    _point_site_at(pages[settings.LANGUAGE_CODE, order[0].key])
    return report


def _place(
    source: ContentFile,
    file: ContentFile,
    locale: Locale,
    pages: Pages,
    sources: dict[str, ContentFile],
    report: Report,
) -> BasePage:
    """The page at its place in the tree of its language, made if need be."""
    parent = _parent(source, locale, pages, sources, report)
    found = _existing(source, locale) or _made_by_hand(source, locale, parent, pages)
    if found is not None:
        return found
    page = _new(source, locale, pages, title=file.data["title"], summary=file.data["summary"])
    report.created.append(f"{locale.language_code}/{source.key}")
    return parent.add_child(instance=page)


def _parent(
    source: ContentFile, locale: Locale, pages: Pages, sources: dict[str, ContentFile], report: Report
) -> BasePage:
    key = source.data.get("parent")
    if key is None:
        return Page.get_first_root_node()
    if (locale.language_code, key) not in pages:
        # A parent without a translation: a place in the tree that no reader sees, so that its child is not lost.
        above = _parent(sources[key], locale, pages, sources, report)
        stub = _existing(sources[key], locale)
        if stub is None:
            data = sources[key].data
            stub = _new(sources[key], locale, pages, title=data["title"], summary=data["summary"])
            stub = above.add_child(instance=stub)
        pages[locale.language_code, key] = stub
    return pages[locale.language_code, key]


def _slug(source: ContentFile, locale: Locale) -> str:
    return source.data["slug"] if source.data.get("parent") else f"home-{locale.language_code}"


def _existing(source: ContentFile, locale: Locale) -> BasePage | None:
    """By the name of its file: an editor may have moved or renamed the page."""
    return _kind(source).objects.filter(locale=locale, file_key=source.key).select_related("locale").first()


def _made_by_hand(source: ContentFile, locale: Locale, parent: BasePage, pages: Pages) -> BasePage | None:
    """A page that an editor made and no file knew: that of the same family, or a Dutch one at the same address."""
    nameless = _kind(source).objects.filter(locale=locale, file_key="").select_related("locale")
    original = pages.get((settings.LANGUAGE_CODE, source.key))
    if original is not None:
        return nameless.filter(translation_key=original.translation_key).first()
    return nameless.child_of(parent).filter(slug=_slug(source, locale)).first()


def _kind(source: ContentFile) -> type[BasePage]:
    for kind in page_kinds():
        if kind.file_kind and kind.file_kind == source.data["kind"]:
            return kind
    raise ContentError(f"{source.key}: there is no kind of page {source.data['kind']!r}.")


def _new(source: ContentFile, locale: Locale, pages: Pages, *, title: str, summary: str) -> BasePage:
    kind = _kind(source)
    kind.before_loading(source.data)
    page = kind(title=title, draft_title=title, summary=summary, slug=_slug(source, locale), locale=locale, live=False)
    page.file_key = source.key
    original = pages.get((settings.LANGUAGE_CODE, source.key))
    if original is not None:
        page.translation_key = original.translation_key
    page.show_in_menus = bool(source.data.get("in_menu", False))
    for name in kind.content_facts:
        _set_fact(page, name, source.data.get(name))
    return page


def _fill(
    page: BasePage, file: ContentFile, source: ContentFile, pages: Pages, report: Report, overwrite: bool
) -> None:
    name = f"{file.language}/{file.key}"
    is_new = name in report.created
    file_hash = pair_hash(file, source)
    ids = {key: other.pk for (language, key), other in pages.items() if language == settings.LANGUAGE_CODE}
    if not is_new and not overwrite:
        if page.loaded_file_hash == file_hash:
            report.unchanged.append(name)
            return
        if _belongs_to_editors(page):
            if page.live and _said(page) == _said(_as_in_file(page, file, source, ids)):
                content_hash = page.content_hash()
                fields = {"loaded_file_hash": file_hash, "loaded_content_hash": content_hash, "file_key": file.key}
                write(page, live=True, revision=True, **fields)
                page.after_loading(file.data, overwrite=False)
                report.unchanged.append(name)
            else:
                report.kept.append(name)
            return
    before = page.content_hash()
    _say(page, file, source, ids)
    page.file_key = file.key
    page.draft_title = page.title
    page.search_description = page.summary
    page.reviewed_on = file.data.get("reviewed_on", page.reviewed_on)
    page.next_review = file.data.get("next_review", page.next_review)
    page.related_pages.set(Page.objects.filter(pk__in=[_known(ids, key) for key in source.data.get("related", [])]))
    page.loaded_content_hash = page.content_hash()
    page.loaded_file_hash = file_hash
    if not page.is_source and (page.content_hash() != before or not _is_current(page)):
        page.source_segments = _made_from(page, file, source, pages[settings.LANGUAGE_CODE, file.key], ids)
    page.full_clean()
    page.save_revision(clean=False).publish()
    page.after_loading(file.data, overwrite=overwrite)
    if not is_new:
        report.updated.append(name)


def _belongs_to_editors(page: BasePage) -> bool:
    """Whether an editor changed a page since it was loaded, works on it, took it off, or made it in the first place."""
    if not page.live:
        return bool(
            page.loaded_file_hash or page.latest_revision_id
        )  # a place in the tree that waits for words is ours
    return page.has_unpublished_changes or page.content_hash() != page.loaded_content_hash


def _is_current(page: BasePage) -> bool:
    """Whether a translation follows the Dutch text that readers see: a translator may have vouched for that."""
    digest = live_digest(page.translation_key)
    return digest is not None and not is_outdated(page.source_segments, digest)


def _said(page: BasePage) -> tuple[Any, ...]:
    """What is compared of a page and its file."""
    about = (page.translation_origin, page.translation_checked_by, page.translation_checked_on)
    return (page.content_hash(), page.seo_title, page.show_in_menus, page.audience, *about)


def _as_in_file(page: BasePage, file: ContentFile, source: ContentFile, ids: dict[str, int]) -> BasePage:
    """What the page would say if it were loaded."""
    written = type(page)(locale=page.locale)
    _say(written, file, source, ids)
    return written


def _say(page: BasePage, file: ContentFile, source: ContentFile, ids: dict[str, int]) -> None:
    """Put on a page what its file says: words, facts, and who translated them."""
    page.title = file.data["title"]
    page.seo_title = file.data.get("seo_title", "")
    page.summary = file.data["summary"]
    for word in type(page).content_words:
        _set_word(page, word, file.data.get(word), ids)
    for fact in type(page).content_facts:
        _set_fact(page, fact, source.data.get(fact))
    _set_word(page, "body", file.data.get("body", []), ids)
    page.show_in_menus = bool(source.data.get("in_menu", False))
    page.audience = source.data.get("audience", "everyone")
    page.translation_checked_by = file.data.get("checked_by", "")
    page.translation_checked_on = file.data.get("checked_on")
    page.translation_origin = "machine" if file.data.get("made_by") == "machine" else "person"


def _made_from(
    page: BasePage, file: ContentFile, source: ContentFile, original: BasePage, ids: dict[str, int]
) -> list[str]:
    """The marks of the Dutch words that a translation was made from.

    Those of the Dutch file if it still says them, whatever an editor has made of the Dutch page since. If it says
    others by now, those that are known from an earlier run; else a mark that fits no text.
    """
    written = type(original)(locale=original.locale, title=source.data["title"], summary=source.data["summary"])
    written.seo_title = source.data.get("seo_title", "")
    for word in type(original).content_words:
        _set_word(written, word, source.data.get(word), ids)
    _set_word(written, "body", source.data.get("body", []), ids)
    marks = segments_of(written)
    made_from = file.data.get("made_from", "unknown")
    if made_from == source.words_hash:
        return marks
    known = page.source_segments
    return known if len(known) > 1 else [made_from]


def _set_word(page: BasePage, name: str, value: Any, ids: dict[str, int]) -> None:
    model_field = page._meta.get_field(name)
    if isinstance(model_field, StreamField):
        stream = model_field.stream_block
        blocks = stream.to_python(list(_blocks(value or [], ids, only=_only_child(stream))))
        setattr(page, name, with_stable_ids(model_field, blocks))
    else:
        setattr(page, name, _linked((value or "").strip(), ids))


def _set_fact(page: BasePage, name: str, value: Any) -> None:
    """A fact from a file: a relation by its code, a date by its ISO form, a list of tables as a stream."""
    model_field = page._meta.get_field(name)
    if isinstance(model_field, StreamField):
        stream = model_field.stream_block
        setattr(page, name, stream.to_python(list(_blocks(value or [], {}, only=_only_child(stream)))))
    elif model_field.many_to_many:
        getattr(page, name).set(model_field.related_model.objects.filter(code__in=value or []))
    elif model_field.is_relation:
        # The municipality of a page is there before anybody has entered the region's organisations.
        known = model_field.related_model.objects
        setattr(
            page,
            name,
            known.get_or_create(code=value, defaults={"name": page.title, "slug": page.slug})[0] if value else None,
        )
    elif value is None:
        setattr(page, name, model_field.get_default())
    elif isinstance(model_field, models.DateTimeField):
        setattr(page, name, timezone.make_aware(datetime.fromisoformat(value)))
    else:
        setattr(page, name, model_field.to_python(value))


def _only_child(stream: Any) -> str | None:
    names = list(stream.child_blocks)
    return names[0] if len(names) == 1 else None


def _blocks(body: list[dict[str, Any]], ids: dict[str, int], *, only: str | None = None) -> Iterator[dict[str, Any]]:
    """Blocks as StreamField stores them, from ``[[body]]`` tables: ``type``, and ``value`` or the fields themselves.

    Args:
        only: the type of all of them, where the field has but one: ``[[hours]]`` says it by its name.
    """
    for entry in body:
        value = entry if only else entry.get("value", {name: item for name, item in entry.items() if name != "type"})
        yield {"type": only or entry["type"], "value": _linked(value, ids)}


def _linked(value: Any, ids: dict[str, int]) -> Any:
    """The same, with pages' names turned into ids: ``href="page:health"`` in text, ``page = "health"`` in blocks."""
    if isinstance(value, str):
        return LINK.sub(lambda match: f'linktype="page" id="{_known(ids, match.group(1))}"', value.strip())
    if isinstance(value, list):
        return [_linked(item, ids) for item in value]
    if isinstance(value, dict):
        return {
            name: _known(ids, item) if name == "page" and isinstance(item, str) else _linked(item, ids)
            for name, item in value.items()
        }
    return value


def _known(ids: dict[str, int], key: str) -> int:
    if key not in ids:
        raise ContentError(f"There is no page with the key {key!r}.")
    return ids[key]


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
    plain = ContentType.objects.get_for_model(Page)
    for page in Page.objects.filter(depth=2, content_type=plain):
        page.delete()
