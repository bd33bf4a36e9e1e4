"""The kinds of page."""

from .base import BasePage
from .chances import EventPage, EventsPage, InitiativePage, InitiativesPage, OpportunitiesPage, OpportunityPage
from .files import OrganisationCollection
from .glossary import GlossaryPage, GlossaryTerm
from .kinds import ArticlePage, EmergencyPage, HomePage, InfoPage, JourneyPage, StepPage, TopicPage
from .knowledge import KnowledgeBasePage, KnowledgePage
from .leaflets import Leaflet
from .places import DirectoryPage, MunicipalitiesPage, MunicipalityPage, OrganisationPage
from .providers import ProviderPage, ProvidersPage
from .reading import (
    CheckedLink,
    DailyWork,
    Feedback,
    PageViews,
    Refused,
    ReviewReminder,
    SearchDocument,
    SearchMiss,
    SearchWord,
)
from .sound import StoredAudio
from .translation import SourceText, TranslationState

__all__ = [
    "ArticlePage",
    "BasePage",
    "CheckedLink",
    "DailyWork",
    "DirectoryPage",
    "EmergencyPage",
    "EventPage",
    "EventsPage",
    "Feedback",
    "GlossaryPage",
    "GlossaryTerm",
    "HomePage",
    "InfoPage",
    "InitiativePage",
    "InitiativesPage",
    "JourneyPage",
    "KnowledgeBasePage",
    "KnowledgePage",
    "Leaflet",
    "MunicipalitiesPage",
    "MunicipalityPage",
    "OpportunitiesPage",
    "OpportunityPage",
    "OrganisationCollection",
    "OrganisationPage",
    "PageViews",
    "ProviderPage",
    "ProvidersPage",
    "Refused",
    "ReviewReminder",
    "SearchDocument",
    "SearchMiss",
    "SearchWord",
    "SourceText",
    "StepPage",
    "StoredAudio",
    "TopicPage",
    "TranslationState",
]
