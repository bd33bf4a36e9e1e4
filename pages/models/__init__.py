"""The kinds of page."""

from .base import BasePage
from .kinds import ArticlePage, HomePage, InfoPage, JourneyPage, StepPage, TopicPage

__all__ = ["ArticlePage", "BasePage", "HomePage", "InfoPage", "JourneyPage", "StepPage", "TopicPage"]
