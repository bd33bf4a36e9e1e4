"""Keeping the index: what the pages say now, a row a word."""

import math
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from wagtail.models import Page

from pages.models import BasePage, SearchDocument, SearchWord
from pages.queries import page_kinds, public_pages
from pages.search.folding import terms
from pages.search.texts import TITLE, pieces

# What a page is looked for most: an explanation before an address, an address before a date.
OF_A_KIND = {
    "topicpage": 1.25,
    "steppage": 1.15,
    "articlepage": 1.15,
    "emergencypage": 1.2,
    "journeypage": 1.1,
    "infopage": 0.9,
    "homepage": 0.6,
    "glossarypage": 0.7,
}
OTHERS = 0.8
BATCH = 2000


def words_of(page: BasePage) -> dict[str, float]:
    """The folded words of a page with their weights.

    Repeating a word helps, each time less: twice is not twice as much about it. A word of a short title says more than
    one of a long title.
    """
    found: dict[str, float] = defaultdict(float)
    for weight, text in pieces(page):
        of_piece = list(terms(text))
        share = weight / (1 + 0.08 * max(len(of_piece) - 1, 0)) if weight == TITLE else weight
        for forms in of_piece:
            for place, form in enumerate(forms):
                found[form] += share if place == 0 else share * 0.9
    factor = OF_A_KIND.get(page._meta.model_name or "", OTHERS)
    return {word: round(factor * math.log1p(weight), 4) for word, weight in found.items()}


@transaction.atomic
def index_page(*, page: BasePage) -> None:
    """Write down what a page says now; forget it if readers may not see it."""
    if not public_pages().filter(pk=page.pk).exists():
        forget_page(page_id=page.pk)
        return
    document, _ = SearchDocument.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "family": page.translation_key,
            "language": page.locale.language_code,
            "title": page.title,
            "summary": page.summary,
        },
    )
    wanted = words_of(page)
    present = dict(document.words.values_list("word", "weight"))
    gone = [word for word, weight in present.items() if wanted.get(word) != weight]
    for start in range(0, len(gone), 500):
        document.words.filter(word__in=gone[start : start + 500]).delete()
    SearchWord.objects.bulk_create(
        [
            SearchWord(document=document, language=document.language, word=word, weight=weight)
            for word, weight in wanted.items()
            if present.get(word) != weight
        ],
        batch_size=BATCH,
    )


def forget_page(*, page_id: int) -> None:
    """Take a page out of the index."""
    SearchDocument.objects.filter(page_id=page_id).delete()


def rebuild() -> int:
    """Index every public page anew and forget the others; returns how many there are."""
    SearchDocument.objects.exclude(page__in=public_pages()).delete()
    count = 0
    for kind in page_kinds():
        if not kind.is_private:
            count += _index_all(public_pages(kind).select_related("locale").iterator(chunk_size=200))
    return count


def _index_all(pages: Iterable[Page]) -> int:
    count = 0
    for page in pages:
        index_page(page=page)
        count += 1
    return count
