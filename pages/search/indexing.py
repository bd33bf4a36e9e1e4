"""Keeping the index: what the pages say now, a row a word."""

from collections import defaultdict

from django.db import transaction

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
# Of a word that comes back again and again: at this weight half of what can be had is reached (as in BM25).
ENOUGH = 10.0
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
    return {word: round(factor * weight * (1 + ENOUGH) / (weight + ENOUGH), 4) for word, weight in found.items()}


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


def forget_below(*, path: str) -> None:
    """Take a page and all below it out of the index: they were shut.

    Args:
        path: its place in the tree.
    """
    SearchDocument.objects.filter(page__path__startswith=path).delete()


def index_below(*, path: str) -> int:
    """Index a page and all below it as far as readers may see them; returns how many.

    Args:
        path: its place in the tree; an empty one is the whole tree.
    """
    count = 0
    for kind in page_kinds():
        if not kind.is_private:
            pages = public_pages(kind).filter(path__startswith=path).select_related("locale")
            for page in pages.order_by("pk").iterator(chunk_size=200):
                index_page(page=page)
                count += 1
    return count


def rebuild() -> int:
    """Index every public page anew and forget the others; returns how many there are."""
    SearchDocument.objects.exclude(page__in=public_pages()).delete()
    return index_below(path="")
