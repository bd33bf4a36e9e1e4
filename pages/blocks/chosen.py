"""Choosing a page, a picture or a document, in a form that anybody may have written."""

from typing import Any

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from pages.fields import MOST_DIGITS


class _ChosenMixin:
    """Wagtail looks up whatever the hidden field holds; what is no number names nothing."""

    def value_from_form(self, value: Any) -> Any:
        """What was chosen, or ``None``."""
        if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS):
            return None
        return super().value_from_form(value)  # type: ignore[misc]


class ChosenPageBlock(_ChosenMixin, blocks.PageChooserBlock):
    """One page of the site."""


class ChosenPictureBlock(_ChosenMixin, ImageChooserBlock):
    """One picture."""


class ChosenDocumentBlock(_ChosenMixin, DocumentChooserBlock):
    """One document."""


class DescribedPictureBlock(ImageBlock):
    """A picture with an alternative text, or marked as decoration."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        chosen = ChosenPictureBlock(required=required)
        chosen.set_name("image")
        self.child_blocks["image"] = chosen
