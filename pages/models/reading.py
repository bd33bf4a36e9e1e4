"""What readers do with the pages: search, react, visit; and what has to stay true for them: dates and links.

Nobody is in it: no address, no account, no cookie. Days and not moments, so that rows cannot be laid beside a log.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pages.enums import FeedbackState, Limited, LinkState

LANGUAGES = settings.LANGUAGES


class SearchDocument(models.Model):
    """One page in the search index; ``family`` is shared by its translations."""

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    family = models.UUIDField()
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["family"], name="search_document_family")]

    def __str__(self) -> str:
        return f"{self.language} {self.title}"


class SearchWord(models.Model):
    """A folded word of a page and how much it says about it: more in a title than in running text."""

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=8)
    word = models.CharField(max_length=40)
    weight = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "word"], name="search_word_once")]
        indexes = [models.Index(fields=["language", "word"], name="search_word_lookup")]

    def __str__(self) -> str:
        return self.word


class SearchMiss(models.Model):
    """What a reader looked for and did not find, sent to the editors by one tap. Equal ones of a day are one row."""

    language = models.CharField(_("taal"), max_length=8, choices=LANGUAGES)
    query = models.CharField(_("zoekwoorden"), max_length=200)
    day = models.DateField(_("dag"), default=timezone.localdate)
    count = models.PositiveIntegerField(_("hoe vaak"), default=1)
    closed = models.BooleanField(_("afgehandeld"), default=False)

    class Meta:
        ordering = ["-day", "language", "query"]
        verbose_name = _("zoekvraag zonder antwoord")
        verbose_name_plural = _("zoekvragen zonder antwoord")
        constraints = [models.UniqueConstraint(fields=["language", "query", "day"], name="search_miss_once")]

    def __str__(self) -> str:
        return self.query


class Feedback(models.Model):
    """What a reader thought of a page: it helped or not, and what was missing."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("pagina"))
    language = models.CharField(_("taal"), max_length=8, choices=LANGUAGES)
    helped = models.BooleanField(_("geholpen"))
    text = models.TextField(_("wat mist er"), max_length=1000, blank=True)
    created_on = models.DateField(_("dag"), default=timezone.localdate)
    state = models.CharField(_("stand"), max_length=8, choices=FeedbackState, default=FeedbackState.OPEN)
    answer = models.TextField(
        _("wat is ermee gedaan"), max_length=1000, blank=True, help_text=_("Alleen de redactie leest dit.")
    )

    class Meta:
        ordering = ["-created_on", "-pk"]
        verbose_name = _("reactie")
        verbose_name_plural = _("reacties")
        indexes = [
            models.Index(fields=["page", "created_on"], name="feedback_of_a_day"),
            models.Index(fields=["language"], condition=models.Q(state="open"), name="feedback_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FeedbackState.values), name="feedback_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.created_on} {self.language} {self.page_id}"


class Refused(models.Model):
    """How many messages of readers were not kept on a day because there were too many."""

    kind = models.CharField(max_length=8, choices=Limited)
    day = models.DateField(default=timezone.localdate)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="refused_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}: {self.count}"


class PageViews(models.Model):
    """How often a page was read on a day, below which language. No constraint on the page: counting never fails."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, db_constraint=False, related_name="+")
    language = models.CharField(max_length=8, choices=LANGUAGES)
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "language", "day"], name="page_views_once")]
        indexes = [models.Index(fields=["day"], name="page_views_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.page_id}: {self.count}"


class ReviewReminder(models.Model):
    """That an owner was reminded of a review date, this many days before it: once each."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    next_review = models.DateField()
    days_before = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "next_review", "days_before"], name="review_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.next_review} - {self.days_before}"


class DailyWork(models.Model):
    """On which day a piece of background work was last begun: one worker does it, once a day."""

    name = models.CharField(max_length=40, primary_key=True)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class CheckedLink(models.Model):
    """An address that public pages point to, and whether it still answers. See :mod:`pages.linkcheck`."""

    url = models.CharField(_("adres"), max_length=2000)
    # An index on a long text has a limit in PostgreSQL; a fingerprint has none.
    url_hash = models.CharField(max_length=64, unique=True, editable=False)
    host = models.CharField(max_length=255, blank=True)
    state = models.CharField(_("stand"), max_length=8, choices=LinkState, default=LinkState.NEW)
    reason = models.CharField(_("waarom"), max_length=40, blank=True)
    gone_count = models.PositiveSmallIntegerField(default=0)
    unresolved_count = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(_("gekeken op"), null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    pages = models.ManyToManyField("wagtailcore.Page", related_name="+", verbose_name=_("op deze pagina's"))  # type: ignore[var-annotated]

    class Meta:
        ordering = ["url"]
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["due_at"], name="checked_link_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=LinkState.values), name="checked_link_state_known"),
        ]

    def __str__(self) -> str:
        return self.url
