"""Files as people at a centre really send them: made up, and the same bytes for the same child."""

from .fhir import fhir_bundle
from .office import growth_table, letter
from .pdf import form
from .photo import vaccination_card
from .scan import scan
from .subject import DemoFile, Subject

__all__ = ["DemoFile", "Subject", "fhir_bundle", "form", "growth_table", "letter", "scan", "vaccination_card"]
