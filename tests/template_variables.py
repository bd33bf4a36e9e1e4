"""An undefined variable in one of our templates fails the test; those of libraries keep Django's silence."""

import inspect
from pathlib import Path

from django.conf import settings


class UndefinedTemplateVariableError(Exception):
    """A template of this project used a variable that its view does not give."""


class UndefinedVariable(str):
    """Stands in for Django's ``string_if_invalid``.

    Django puts the name of the variable into it with ``%`` when it contains ``%s``. Wagtail's templates lean on
    undefined variables being empty, so only templates from the project's own folders raise.
    """

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, variable: object) -> str:  # type: ignore[override]
        origin = _template_being_rendered()
        if origin is not None and _is_ours(origin):
            raise UndefinedTemplateVariableError(f"{variable!s} is not defined in {origin}")
        return ""


def _template_being_rendered() -> str | None:
    frame = inspect.currentframe()
    while frame is not None:
        owner = frame.f_locals.get("self")
        origin = getattr(owner, "origin", None)
        if frame.f_code.co_name in ("render", "render_annotated") and origin is not None:
            return str(origin)
        frame = frame.f_back
    return None


def _is_ours(origin: str) -> bool:
    path = Path(origin)
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts
