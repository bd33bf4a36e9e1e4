"""The field for running text of the Wagtail admin."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea


class RichTextArea(DraftailRichTextArea):
    """Wagtail's own, for which a form that its script did not write is an empty text and not a fault."""

    def value_from_datadict(self, data: QueryDict, files: MultiValueDict[str, Any], name: str) -> str | None:
        """The text as it is stored."""
        try:
            return super().value_from_datadict(data, files, name)  # type: ignore[no-any-return]
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            return ""
