"""What somebody agrees to who gets an account: the terms and the privacy notice, and which text that was."""

import hashlib
from functools import cache

from django.template.loader import get_template

TEMPLATE = "accounts/people/terms.html"


@cache
def terms_version() -> str:
    """SHA-256 of the template with the text: another text is another version."""
    source = get_template(TEMPLATE).template.source  # type: ignore[attr-defined]
    return hashlib.sha256(source.encode()).hexdigest()
