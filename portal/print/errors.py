"""Why there is no PDF."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


class PdfUnavailable(Exception):
    """This machine cannot make the PDF; ``reason`` is a code, never shown text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def message(self) -> str:
        """What the reader is told."""
        return _("Op deze computer kan geen PDF gemaakt worden. Gebruik de pagina zelf.")


class FontMissing(PdfUnavailable):
    """A letter has no font here: the PDF would show a box, so there is none."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = "".join(sorted(set(characters)))
        super().__init__("font_missing")

    @property
    def message(self) -> str:
        """What the reader is told."""
        return _(
            "In deze tekst staat een letter die wij niet kunnen afdrukken. Er is geen PDF. Gebruik de pagina zelf."
        )


class ForeignAddress(RuntimeError):
    """A document asked for something that it was not given. WeasyPrint's own error is no ``Exception``."""
