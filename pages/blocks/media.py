"""Choosing a file of the right kind."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .chosen import ChosenDocumentBlock


class FileOfKindBlock(ChosenDocumentBlock):
    """A document with one of these extensions. What is in it was checked when it was uploaded (:mod:`pages.uploads`).

    Args:
        extensions: in lower case, without a dot.
    """

    def __init__(self, *, extensions: tuple[str, ...], **kwargs: Any) -> None:
        self.extensions = extensions
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The chosen document.

        Raises:
            ValidationError: it has another extension.
        """
        value = super().clean(value)
        if value is not None and value.file_extension.lower() not in self.extensions:
            wanted = ", ".join(self.extensions)
            raise ValidationError(_("Kies een bestand van deze soort: %(wanted)s."), params={"wanted": wanted})
        return value
