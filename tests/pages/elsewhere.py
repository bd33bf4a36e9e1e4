"""What another organisation has in the Wagtail admin, under titles that nobody else may read; and what one has oneself.

:data:`SECRET` stands in every title, text and label of the other organisation that no reader sees.
"""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Comment, Page, PageLogEntry, TaskState, Workflow
from wagtail_localize.models import StringSegment, Translation

from pages.editors import grant_editing
from pages.filing import collection_of
from pages.models import (
    ArticlePage,
    CheckedLink,
    Feedback,
    GlossaryTerm,
    HomePage,
    OrganisationCollection,
    PageViews,
    SearchMiss,
)
from pages.translating.adoption import prepare
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from tests.factories import OrganisationFactory
from tests.pages.editing import editor
from tests.pages.site import article, make_site

SECRET = "besloten4711"
# What somebody may type to find it: no answer says it by itself.
TYPED = "kwartelnest"
TITLE = f"{TYPED} {SECRET}"


class Elsewhere:
    """A site with pages of two organisations: ``own`` and ``other``."""

    def __init__(self) -> None:
        self.home: HomePage = make_site(("nl", "ar"))
        grant_editing()
        self.own: Organisation = OrganisationFactory(name="Gemeente Eigenstad")
        self.other: Organisation = OrganisationFactory(name="Gemeente Elders")
        self.colleague: User = editor(Role.PUBLISHER, organisation=self.other)[1]
        self.mine = article(self.home, title="Onze pagina", slug="onze", owner_organisation=self.own)
        parent = self.mine.get_parent().specific
        self.draft = article(parent, title=TITLE, slug="concept", owner_organisation=self.other, publish=False)
        # An own page below it: the parent shows in the way to it.
        self.below = article(self.draft, title="Onze onderpagina", slug="onder", owner_organisation=self.own)
        self.live = article(parent, title="Openbaar", slug="openbaar", owner_organisation=self.other)
        self.live.title, self.live.summary = TITLE, f"Kort {SECRET}"
        self.live.owner = self.colleague
        self.revision = self.live.save_revision(user=self.colleague, log_action=True)
        self.live.refresh_from_db()
        Workflow.objects.filter(active=True).first().start(self.live, self.colleague)  # type: ignore[union-attr]
        self.state = TaskState.objects.filter(revision=self.revision).get()
        self.comment = Comment.objects.create(
            page=self.live, user=self.colleague, text=f"Opmerking {SECRET}", contentpath="title"
        )
        Page.objects.filter(pk=self.draft.pk).update(locked=True, locked_by=self.colleague, locked_at=timezone.now())
        self.session = EditingSession.objects.create(
            user=self.colleague, content_object=Page.objects.get(pk=self.live.pk), last_seen_at=timezone.now()
        )
        self.translation: Translation = prepare(source=self.draft, language="ar", user=self.colleague)
        self.segment: StringSegment = self.translation.source.stringsegment_set.first()  # type: ignore[assignment]
        self.arabic = ArticlePage.objects.get(translation_key=self.draft.translation_key, locale__language_code="ar")
        self.my_translation: Translation = prepare(source=self.mine, language="ar", user=None)
        self._files()
        self._readers()

    def _files(self) -> None:
        above = collection_of(organisation=self.other)
        self.collection = Collection.objects.get(pk=above.pk).add_child(name=f"Map {SECRET}")
        CollectionViewRestriction.objects.create(collection=self.collection, restriction_type="login")
        self.image = picture(TITLE, self.collection)
        self.image.tags.add(f"etiket {SECRET}")
        self.document = document(TITLE, self.collection)
        self.document.tags.add(f"etiket {SECRET}")
        # Not private by itself, and theirs all the same.
        self.plain_image = picture(f"{TYPED} plaatje {SECRET}", Collection.objects.get(pk=above.pk))
        self.shared_image = picture("Gedeeld plaatje", Collection.get_first_root_node())
        self.my_image = picture("Ons plaatje", collection_of(organisation=self.own))
        self.my_document = document("Ons stuk", collection_of(organisation=self.own))
        # A draft of theirs uses the shared picture.
        self.shared_image.contextual_alt_text, self.shared_image.decorative = "x", False
        self.draft.body = [("picture", {"image": self.shared_image, "caption": ""})]
        self.draft.save()

    def _readers(self) -> None:
        self.feedback = Feedback.objects.create(page_id=self.draft.pk, language="nl", helped=False, text="Onduidelijk")
        PageViews.objects.create(page_id=self.draft.pk, language="nl", day=timezone.localdate(), count=3)
        self.miss = SearchMiss.objects.create(query="niets", language="nl", day=timezone.localdate(), count=1)
        link = CheckedLink.objects.create(url="https://example.org/", url_hash="0" * 64, host="example.org")
        link.pages.add(Page.objects.get(pk=self.draft.pk))
        self.term = GlossaryTerm.objects.create(
            key="bsn", term="BSN", explanation="Een nummer.", locale=self.home.locale
        )

    def rows(self) -> dict[str, list[Any]]:
        """What belongs to the other organisation or to the region, as it stands in the database."""
        pages = [self.draft.pk, self.live.pk, self.arabic.pk]
        return {
            "pages": list(Page.objects.filter(pk__in=pages).order_by("pk").values()),
            "articles": list(ArticlePage.objects.filter(pk__in=pages).order_by("pk").values()),
            "log": list(PageLogEntry.objects.filter(page__in=pages).order_by("pk").values_list("pk", "action")),
            "states": list(TaskState.objects.order_by("pk").values("pk", "status", "comment")),
            "comments": list(Comment.objects.order_by("pk").values("pk", "text", "resolved_at")),
            "translations": list(Translation.objects.order_by("pk").values("pk", "enabled")),
            "collections": list(Collection.objects.order_by("pk").values("pk", "name", "path")),
            "owners": list(OrganisationCollection.objects.order_by("pk").values()),
            "images": list(get_image_model().objects.order_by("pk").values("pk", "title", "collection_id")),
            "documents": list(get_document_model().objects.order_by("pk").values("pk", "title", "collection_id")),
            "terms": list(GlossaryTerm.objects.order_by("pk").values("pk", "term")),
            "below": list(
                Page.objects.filter(path__startswith=self.draft.path).order_by("pk").values_list("pk", flat=True)
            ),
        }

    def editor(self, *roles: Role, **kwargs: Any) -> Client:
        """Somebody of the own organisation; translators are the region's."""
        organisation = None if Role.TRANSLATOR in roles else self.own
        client = editor(*roles, organisation=organisation, **kwargs)[0]
        client.raise_request_exception = False  # some of Wagtail's views break on a form without fields
        return client


def picture(title: str, collection: Collection) -> Any:
    """A picture that is stored."""
    content = BytesIO()
    Picture.new("RGB", (40, 30), "navy").save(content, "PNG")
    return get_image_model().objects.create(
        title=title, file=ImageFile(content, name="plaatje.png"), collection=collection
    )


def document(title: str, collection: Collection) -> Any:
    """A document that is stored."""
    return get_document_model().objects.create(
        title=title, collection=collection, file=ContentFile(b"%PDF-1.7", name="stuk.pdf")
    )
