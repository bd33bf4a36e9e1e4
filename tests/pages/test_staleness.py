"""'Older than the Dutch text' is a fact: over random lives of a page and its translation, none false, none missed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.signals import post_save
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelsearch import signal_handlers as modelsearch
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published, page_unpublished

from pages import signals
from pages.models import ArticlePage, SourceText, TranslationState
from pages.policy import Editor
from pages.staleness import is_outdated, live_digest
from pages.translating.services import DutchChanged, mark_current
from tests.factories import UserFactory
from tests.pages.site import article, make_site, topic, translate

pytestmark = pytest.mark.django_db

EXAMPLES = 1000
STEPS = 8
TEXTS = ("Bel de huisarts.", "Bel 112.", "Kom langs & vraag.")
WRITER = Editor(writes=frozenset({None}), translates=frozenset({"ar"}))

DUTCH = ["edit", "draft", "publish", "move", "restore", "no-op", "unpublish"]
THEIRS = ["follow", "their draft", "their publish", "their restore", "their unpublish"]
actions = st.sampled_from([*DUTCH, *THEIRS])
lives = st.lists(st.tuples(actions, st.integers(0, 5)), min_size=1, max_size=STEPS)


@dataclass
class Model:
    """What is expected, told in texts; it knows no fingerprint."""

    draft: str = TEXTS[0]
    live: str | None = TEXTS[0]
    drafts: list[str] = field(default_factory=lambda: [TEXTS[0]])
    their_draft: str = TEXTS[0]
    their_live: str | None = TEXTS[0]
    their_drafts: list[str] = field(default_factory=lambda: [TEXTS[0]])

    @property
    def older(self) -> bool:
        """The readers' translation was made from another text than the Dutch one that readers see."""
        return self.live is not None and self.their_live is not None and self.their_live != self.live


def body(text: str, *, key: str = "a") -> list[dict[str, Any]]:
    """The text as the editor stores it: the keys of paragraphs and the ids of blocks are new at each save."""
    return [{"type": "text", "value": f'<p data-block-key="{key}">{escape(text)}</p>'}]


class Pages:
    """The same life, lived by real pages."""

    def __init__(self, dutch: ArticlePage, theirs: ArticlePage, user: Any) -> None:
        self.dutch_pk, self.their_pk, self.user = dutch.pk, theirs.pk, user
        self.revisions = [dutch.latest_revision_id]
        self.their_revisions = [theirs.latest_revision_id]
        self.topics = [dutch.get_parent().pk]

    @property
    def dutch(self) -> ArticlePage:
        return ArticlePage.objects.select_related("locale").get(pk=self.dutch_pk)

    @property
    def theirs(self) -> ArticlePage:
        return ArticlePage.objects.select_related("locale").get(pk=self.their_pk)

    def save(self, page: ArticlePage, text: str | None, known: list[int], **kwargs: Any) -> Any:
        newest = page.get_latest_revision_as_object()
        if text is not None:
            newest.body = body(text, key=f"k{len(known)}")
        revision = newest.save_revision(clean=False, **kwargs)
        known.append(revision.pk)
        return revision


def live_on(model: Model, pages: Pages, action: str, number: int, second_topic: Any) -> None:
    """One step of both."""
    text = TEXTS[number % len(TEXTS)]
    if action in ("edit", "draft"):
        revision = pages.save(pages.dutch, text, pages.revisions)
        model.draft = text
        model.drafts.append(text)
        if action == "edit":
            revision.publish()
            model.live = text
    elif action == "publish":
        pages.dutch.latest_revision.publish()
        model.live = model.draft
    elif action == "restore":
        at = number % len(pages.revisions)
        page = pages.dutch
        old = page.revisions.get(pk=pages.revisions[at])
        revision = old.as_object().save_revision(clean=False, previous_revision=old)
        pages.revisions.append(revision.pk)
        model.draft = model.drafts[at]
        model.drafts.append(model.draft)
        if number % 2:
            revision.publish()
            model.live = model.draft
    elif action == "no-op":
        pages.save(pages.dutch, model.draft, pages.revisions)
        model.drafts.append(model.draft)
    elif action == "move":
        target = second_topic if pages.dutch.get_parent().pk != second_topic.pk else None
        if target is not None:
            pages.dutch.move(type(second_topic).objects.get(pk=second_topic.pk), pos="last-child")
    elif action == "unpublish":
        pages.dutch.unpublish()
        model.live = None
    elif action == "follow":
        digest = live_digest(pages.dutch.translation_key)
        page = pages.theirs
        if digest is None:
            with pytest.raises(DutchChanged):
                mark_current(editor=WRITER, user=pages.user, page=page, digest="")
        else:
            mark_current(editor=WRITER, user=pages.user, page=page, digest=digest)
            model.their_draft = model.live or ""
            if not page.has_unpublished_changes:
                model.their_live = model.live if page.live else None
            model.their_drafts[pages.their_revisions.index(page.latest_revision_id)] = model.their_draft
    elif action == "their draft":
        pages.save(pages.theirs, f"ترجمة {number}", pages.their_revisions)
        model.their_drafts.append(model.their_draft)
    elif action == "their publish":
        pages.theirs.latest_revision.publish()
        model.their_live = model.their_draft
    elif action == "their restore":
        at = number % len(pages.their_revisions)
        page = pages.theirs
        # As Wagtail's editor does it: the newest version with the old words in it.
        old = page.revisions.get(pk=pages.their_revisions[at])
        newest = page.get_latest_revision_as_object()
        newest.body = old.as_object().body
        revision = newest.save_revision(clean=False, previous_revision=old)
        pages.their_revisions.append(revision.pk)
        model.their_draft = model.their_drafts[at]
        model.their_drafts.append(model.their_draft)
        if number % 2:
            revision.publish()
            model.their_live = model.their_draft
    elif action == "their unpublish":
        pages.theirs.unpublish()
        model.their_live = None


def outdated_in_lists(page: ArticlePage) -> bool:
    """What one join says."""
    sources = SourceText.objects.filter(translation_key=F("translation_key"))
    state = TranslationState.objects.get(page=page)
    return page.live and sources.filter(translation_key=state.translation_key).exclude(digest=state.made_from).exists()


@pytest.fixture
def without_indexes() -> Iterator[None]:
    """The indexes of search and of references have tests of their own; here they would take most of the time."""
    page_published.disconnect(dispatch_uid="pages.search.published")
    page_unpublished.disconnect(dispatch_uid="pages.search.unpublished")
    post_save.disconnect(modelsearch.post_save_signal_handler, sender=ArticlePage)
    with disable_reference_index_auto_update():
        yield
    post_save.connect(modelsearch.post_save_signal_handler, sender=ArticlePage)
    signals.connect()


@pytest.mark.slow
@pytest.mark.usefixtures("without_indexes")
def test_no_false_and_no_missed_older_than_the_dutch_text() -> None:
    home = make_site(("nl", "ar"))
    dutch = article(home, body=body(TEXTS[0]))
    second = topic(home, title="Wonen", slug="wonen")
    theirs = translate(dutch, "ar", title="طبيب", body=body("ترجمة"))
    user = UserFactory()
    steps = 0
    # The comparison is the same on every database; there are enough lives on the other to see that its joins agree.
    examples = EXAMPLES if connection.vendor == "sqlite" else EXAMPLES // 10

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(life=lives)
    def live(life: list[tuple[str, int]]) -> None:
        nonlocal steps
        with transaction.atomic():
            model, pages = Model(), Pages(dutch, theirs, user)
            for action, number in life:
                steps += 1
                live_on(model, pages, action, number, second)
                page = pages.theirs
                found = page.live and is_outdated(page.source_segments, live_digest(page.translation_key))
                assert found == model.older
                assert outdated_in_lists(page) == model.older
            transaction.set_rollback(True)

    live()
    assert steps > examples
    print(f"{examples} lives, {steps} steps")
