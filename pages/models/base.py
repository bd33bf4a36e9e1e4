"""What every page has, whatever its kind."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, Revision
from wagtail_localize.fields import SynchronizedField, TranslatableField

from pages import municipal
from pages.blocks import BodyBlock
from pages.content_hash import fingerprint
from pages.csp import preview_policy
from pages.enums import Audience, TranslationOrigin
from pages.fields import OtherPagesField
from pages.frame import frame, reader_of


class BasePage(Page):
    """A page with an owner, a date to look at it again, and, if it is a translation, the source it was made from.

    ``source_segments`` are the fingerprints of the Dutch text, segment by segment, at the moment of translating (see
    :mod:`pages.staleness`). ``file_key`` is the name of the content file, whatever the page is called by now;
    ``loaded_file_hash`` and ``loaded_content_hash`` say which file the page came from and what
    it said then, so that loading again leaves alone what an editor changed.

    Kinds say what they hold in ``content_words`` (fields that a translation has its own of, beyond title, summary and
    body) and ``content_facts`` (the same in every language: taken from the Dutch page).
    """

    summary = models.TextField(_("samenvatting"), max_length=300, help_text=_("Eén of twee korte zinnen."))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("inhoud"))
    owner_organisation = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("eigenaar"),
    )
    audience = models.CharField(_("voor wie"), max_length=16, choices=Audience, default=Audience.EVERYONE)
    reviewed_on = models.DateField(_("nagekeken op"), null=True, blank=True)
    next_review = models.DateField(_("opnieuw nakijken op"), null=True, blank=True)
    related_pages = OtherPagesField(
        "wagtailcore.Page",
        blank=True,
        related_name="+",
        verbose_name=_("hoort bij deze pagina's"),
        # What readers see, by its Dutch name: drafts of others are nobody's business.
        limit_choices_to={"live": True, "depth__gt": 2, "locale__language_code": settings.LANGUAGE_CODE},
    )
    translation_origin = models.CharField(
        _("vertaald door"), max_length=16, choices=TranslationOrigin, default=TranslationOrigin.PERSON
    )
    translation_checked_by = models.CharField(
        _("vertaling nagekeken door"),
        max_length=120,
        blank=True,
        help_text=_("Naam van wie deze taal als moedertaal spreekt. Leeg: de lezer ziet dat niemand heeft nagekeken."),
    )
    translation_checked_on = models.DateField(_("vertaling nagekeken op"), null=True, blank=True)
    source_segments = models.JSONField(default=list, blank=True, editable=False)
    reading_level = models.FloatField(null=True, blank=True, editable=False)
    reading_measure = models.CharField(max_length=40, blank=True, editable=False)
    file_key = models.SlugField(max_length=80, blank=True, editable=False)
    loaded_file_hash = models.CharField(max_length=64, blank=True, editable=False)
    loaded_content_hash = models.CharField(max_length=64, blank=True, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("related_pages"),
    ]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel(
            [
                FieldPanel("owner_organisation"),
                FieldPanel("audience"),
                FieldPanel("reviewed_on"),
                FieldPanel("next_review"),
            ],
            heading=_("Beheer"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("translation_origin"),
                FieldPanel("translation_checked_by"),
                FieldPanel("translation_checked_on"),
            ],
            heading=_("Vertaling"),
        ),
    ]
    # The ``kind`` in content files (pages.files); empty: this kind is not loaded from files.
    file_kind = ""
    content_words: tuple[str, ...] = ()
    content_facts: tuple[str, ...] = ()
    # A private kind is for whoever is signed in; it stands in no list, search, feed or sitemap (pages.queries).
    is_private = False

    class Meta:
        abstract = True

    @classproperty
    def translatable_fields(cls) -> list[TranslatableField | SynchronizedField]:  # noqa: N805
        """What wagtail-localize gives to translators, and what it takes over from the Dutch page as it is.

        Slugs and all that says who looked after a text belong to each page itself.
        """
        words = ("title", "seo_title", "summary", *cls.content_words, "body")
        same = (*cls.content_facts, "audience", "owner_organisation", "show_in_menus")
        return [
            *(TranslatableField(name) for name in words),
            *(SynchronizedField(name, overridable=False) for name in same),
        ]

    @property
    def language(self) -> str:
        """The code of the language that the page itself is written in."""
        return self.locale.language_code

    @property
    def is_source(self) -> bool:
        """Whether others are translations of this page."""
        return self.language == settings.LANGUAGE_CODE

    def content_hash(self) -> str:
        """The fingerprint of everything that a reader reads and an editor may change."""
        content = {}
        # A translation has the facts of the Dutch page: nobody edits them there.
        facts = self.content_facts if self.is_source else ()
        for name in ("title", "summary", "body", *self.content_words, *facts):
            field = self._meta.get_field(name)
            value = getattr(self, name)
            if isinstance(field, StreamField):
                content[name] = field.stream_block.get_prep_value(value)
            elif field.many_to_many:
                content[name] = sorted(str(other.pk) for other in value.all())
            elif field.is_relation:
                content[name] = str(field.value_from_object(self))
            elif isinstance(value, datetime):  # the database gives back another zone than a file or a form
                content[name] = value.astimezone(UTC).isoformat()
            else:
                plain = field.get_prep_value(value)
                content[name] = plain if isinstance(plain, str | int | float | list | dict | None) else str(plain)
        return fingerprint(content)

    @classmethod
    def before_loading(cls, data: dict[str, Any]) -> None:
        """Make what a page of this kind needs before it can be made from its Dutch file."""

    def beside(self) -> dict[str, Any]:
        """What the file of the page holds beside the page's own fields: what :meth:`after_loading` reads."""
        return {}

    def after_loading(self, data: dict[str, Any], *, overwrite: bool) -> None:
        """Store what its file holds besides the page itself."""

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """The widths at which editors see a page, first of all the phone that readers hold."""
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("Voorbeeld op een telefoon")},
            {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("Voorbeeld op een tablet")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("Voorbeeld op een computer")},
        ]

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """What Wagtail asks before it shows a button or does what it stands for."""
        from pages.permissions import OwnPagesTester  # it asks who somebody is, which needs the apps to be ready

        return OwnPagesTester(user, self)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """A revision; a text that is put back brings along which Dutch text it was made from."""
        restored = kwargs.get("previous_revision")
        if restored is not None and not self.is_source:
            self.source_segments = restored.content.get("source_segments", [])
        return super().save_revision(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        local = municipal.local_of(self, request, reader_of(self, request))
        around = frame(self, request, linked=local.linked if local is not None else ())
        context = {**super().get_context(request, *args, **kwargs), **around, "local": local}
        return municipal.in_version(context, request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The preview speaks the language of the page, not that of the editor."""
        with translation.override(self.language):
            response = preview_policy(super().serve_preview)(request, mode_name)  # type: ignore[call-arg]
            return response.render() if hasattr(response, "render") else response
