"""Thousands of pages in seconds: rows as Wagtail would write them, without a save for each."""

import json
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page, ReferenceIndex

from pages.models import ArticlePage, BasePage


def many_articles(topic: BasePage, count: int, *, text: str = "<p>Een zin over dit onderwerp.</p>") -> list[int]:
    """Live articles below a topic, with the words ``text``.

    Returns:
        Their primary keys.
    """
    kind = ContentType.objects.get_for_model(ArticlePage)
    depth = topic.depth + 1
    first = Page.objects.filter(path__startswith=topic.path, depth=depth).count() + 1
    rows = [
        Page(
            path=Page._get_path(topic.path, depth, number),
            depth=depth,
            numchild=0,
            translation_key=uuid4(),
            locale=topic.locale,
            title=f"Artikel {number}",
            draft_title=f"Artikel {number}",
            slug=f"artikel-{number}",
            url_path=f"{topic.url_path}artikel-{number}/",
            content_type=kind,
            live=True,
        )
        for number in range(first, first + count)
    ]
    Page.objects.bulk_create(rows, batch_size=500)
    Page.objects.filter(pk=topic.pk).update(numchild=first - 1 + count)
    stream = ArticlePage._meta.get_field("body").stream_block
    body = json.dumps(stream.get_prep_value(stream.to_python([{"type": "text", "value": text}])))
    keys = list(
        Page.objects.filter(path__startswith=topic.path, depth=depth).order_by("path").values_list("pk", flat=True)
    )
    new = keys[-count:]
    empty = ArticlePage(title="", summary="Een korte zin.", slug="x", locale=topic.locale)
    fields = [field for field in ArticlePage._meta.local_concrete_fields if field.name != "page_ptr"]
    values = [
        body if field.name == "body" else _stored(field.get_db_prep_save(field.pre_save(empty, add=True), connection))
        for field in fields
    ]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * (len(fields) + 1))
    table = connection.ops.quote_name(ArticlePage._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (page_ptr_id, {columns}) VALUES ({marks})", [(pk, *values) for pk in new]
        )
    return new


def _stored(value: Any) -> Any:
    """JSON the way SQLite takes it outside the ORM; PostgreSQL's driver has a wrapper of its own around it."""
    return json.dumps(value) if isinstance(value, list | dict) else value


def linking_articles(topic: BasePage, count: int, *, to: Page) -> list[int]:
    """Live articles below a topic that link to a page, and that Wagtail's index of references knows.

    Returns:
        Their primary keys.
    """
    made = many_articles(topic, count, text=f'<p>Lees <a linktype="page" id="{to.pk}">meer</a>.</p>')
    for page in ArticlePage.objects.filter(pk__in=made):
        ReferenceIndex.create_or_update_for_object(page)
    return made
