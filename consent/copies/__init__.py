"""The copy of everything that the portal knows about a person (GDPR art. 15 and 20): a PDF to read, JSON to use."""

from .archive import FORMAT, copy_archive, copy_document
from .part import Part, on_copied
from .parts import parts_of

__all__ = ["FORMAT", "Part", "copy_archive", "copy_document", "on_copied", "parts_of"]
