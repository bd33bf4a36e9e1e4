"""Paper: PDFs that are the same on each machine, readable by a screen reader, in every script of the site."""

from .documents import Layout, render_pdf
from .engine import typeset
from .errors import FontMissing, ForeignAddress, PdfUnavailable

__all__ = ["FontMissing", "ForeignAddress", "Layout", "PdfUnavailable", "render_pdf", "typeset"]
