"""The editors' start page: what waits for somebody, with a way to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from pages.enums import FeedbackState, Limited, LinkState
from pages.freshness import due
from pages.models import CheckedLink, Feedback, Refused, SearchMiss, SourceText, TranslationState
from pages.policy import editor_of, languages_heard

# The table of pages and languages.
MATRIX = "/cms/translations/?status=outdated"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One line: what, how many, and the address of the list."""

    name: str
    count: int
    url: str


class WorkPanel(Component):
    """Outdated translations, overdue reviews, open reactions, searches in vain, broken links."""

    name = "work"
    order = 10
    template_name = "pages/admin/work_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lines for whoever looks."""
        return {"lines": waiting(parent_context["request"].user)}


def waiting(user: Any) -> list[Waiting]:
    """What waits for this editor; a number of queries that does not depend on how much it is."""
    heard = languages_heard(editor_of(user))
    reactions = Feedback.objects.filter(state=FeedbackState.OPEN, language__in=heard).count()
    searches = SearchMiss.objects.filter(closed=False, language__in=heard).count()
    lines = [
        Waiting(name=_("Vertalingen die ouder zijn dan het Nederlands"), count=outdated(heard), url=MATRIX),
        Waiting(
            name=_("Pagina's die over tijd zijn om na te kijken"),
            count=sum(one.is_overdue for one in due(within_days=0)),
            url=reverse("pages_to_review"),
        ),
        Waiting(name=_("Open reacties van lezers"), count=reactions, url=reverse("feedback:index") + "?state=open"),
        Waiting(
            name=_("Zoekvragen zonder antwoord"), count=searches, url=reverse("searchmiss:index") + "?closed=false"
        ),
        Waiting(
            name=_("Links die niet meer werken"),
            count=CheckedLink.objects.filter(state=LinkState.BROKEN).count(),
            url=reverse("checkedlink:index") + "?state=broken",
        ),
    ]
    refused = sum(Refused.objects.filter(kind__in=Limited.values).values_list("count", flat=True))
    if refused:
        lines.append(
            Waiting(name=_("Berichten van lezers die te veel waren en niet zijn bewaard"), count=refused, url="")
        )
    return lines


def outdated(languages: frozenset[str]) -> int:
    """How many live translations were made from another Dutch text than is live now; one query."""
    live = SourceText.objects.filter(translation_key=OuterRef("translation_key")).values("digest")[:1]
    states = TranslationState.objects.filter(language__in=languages - {settings.LANGUAGE_CODE}, page__live=True)
    return states.annotate(now=Subquery(live)).exclude(now=None).exclude(made_from=F("now")).count()
