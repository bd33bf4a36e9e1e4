"""The one style sheet: own tokens and rules around the Utrecht components, joined into a single file.

A reader on a slow line fetches one file, not thirty. ``manage.py build_css`` writes it; a test compares.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static" / "pages" / "css"
BUNDLE = FOLDER / "bundle.css"
UTRECHT = (
    "document",
    "body",
    "heading-1",
    "heading-2",
    "heading-3",
    "paragraph",
    "link",
    "button",
    "skip-link",
    "unordered-list",
    "ordered-list",
    "alert",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-label",
    "textbox",
    "textarea",
    "select",
    "checkbox",
    "radio-button",
    "table",
    "data-list",
    "badge-status",
)
OWN = (
    "base",
    "frame",
    "site",
    "road",
    "home",
    "office",
    "signing",
    "handover",
    "my",
    "reading",
    "places",
    "tools",
    "print",
)
NOTICE = "/* Joined by manage.py build_css. With NL Design System, (c) Gemeente Utrecht, Frameless B.V., EUPL-1.2 */\n"


def sources() -> list[Path]:
    """The parts, in the order in which they win from each other."""
    components = [FOLDER / "utrecht" / f"{name}.css" for name in UTRECHT]
    return [FOLDER / "tokens.css", *components, *(FOLDER / f"{name}.css" for name in OWN)]


def bundle() -> str:
    """The whole style sheet, without comments and spare white space."""
    text = "\n".join(part.read_text(encoding="utf-8") for part in sources())
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return NOTICE + "\n".join(line for line in lines if line) + "\n"
