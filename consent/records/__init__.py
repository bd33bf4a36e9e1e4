"""A conversation as machines read it: the record of ISO/IEC TS 27560 and the Consent of FHIR R5."""

from .fhir import consent_resource
from .iso27560 import record_document, record_json

__all__ = ["consent_resource", "record_document", "record_json"]
