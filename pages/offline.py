"""What a telephone keeps, so that the road and the page for need can be read without a network.

The service worker itself is ``static/pages/js/worker.js``; what it must know about this site stands in front of it as
``BUILD``. It keeps what everybody may see and nothing else: only answers that are marked ``public``.
"""

import hashlib
import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from pages.families import members
from pages.queries import public_pages

WORKER = "pages/js/worker.js"
SCRIPTS = Path(__file__).resolve().parent / "static" / "pages" / "js"
# What a page needs to look and work as it should: the style sheet and every script for readers.
ASSETS = (
    "pages/css/bundle.css",
    "pages/img/favicon.svg",
    *sorted(f"pages/js/{script.name}" for script in SCRIPTS.glob("*.js") if not WORKER.endswith(script.name)),
)
# The page that stands in for one that is not kept, below the language.
STAND_IN = "geen-internet/"


def worker() -> str:
    """The service worker for this version of the site. Other files, another version: the browser then renews it."""
    build = {
        "version": version(),
        "assets": [static(name) for name in ASSETS],
        "static": settings.STATIC_URL,
        "media": settings.MEDIA_URL,
        "languages": [code for code, _ in settings.LANGUAGES],
        "saved": saved_paths(),
        "standIn": STAND_IN,
    }
    return f"const BUILD = {json.dumps(build)};\n{_read(WORKER).decode()}"


def version() -> str:
    """Changes when one of the files does."""
    digest = hashlib.sha256()
    for name in (*ASSETS, WORKER):
        digest.update(name.encode() + b"\0" + _read(name))
    return digest.hexdigest()[:12]


def saved_paths() -> list[str]:
    """What is kept without a visit, below the language: need first, then the beginning and the road with its steps."""
    kinds = [apps.get_model("pages", name) for name in ("EmergencyPage", "HomePage", "JourneyPage", "StepPage")]
    types = ContentType.objects.get_for_models(*kinds)
    order = {types[kind].pk: place for place, kind in enumerate(kinds)}
    source = public_pages().filter(locale__language_code=settings.LANGUAGE_CODE, content_type_id__in=list(order))  # type: ignore[var-annotated]
    found = sorted(members(source), key=lambda one: (order[one.content_type_id], one.path))
    return [one.address(settings.LANGUAGE_CODE).split("/", 2)[2] for one in found]


def _read(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(path).read_bytes()
