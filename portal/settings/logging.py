"""What is logged, and in which form. Who did what to whom is not here: that is in the audit log."""

import re
from typing import Any

import structlog
from structlog.typing import Processor

OURS = ("portal", "consent", "dossiers", "pages", "django_structlog")
# The last part of these addresses is a secret until it is used; a library may log an address in any of its lines.
SECRET = re.compile(
    r"((?:enrol|invitation|reset|resets(?:/|%2F)stop|password(?:/|%2F)new|my(?:/|%2F)(?:letter|key))(?:/|%2F))"
    r"[^/\s\"'&?]+",
    re.IGNORECASE,
)


def without_tokens(_logger: object, _method: str, line: Any) -> str:
    """The finished line, with the token of every link taken out."""
    return SECRET.sub(r"\1[hidden]", line)


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """The setting ``LOGGING``; configures structlog to write through it.

    Args:
        level: from where on our own lines are written; libraries speak from WARNING on.
        as_json: one JSON object per line, for a log collector; otherwise text for people.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # Plain tracebacks: the others print the values of local variables, and those are names and keys.
    form: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *form, without_tokens],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level} for name in OURS},
            # It says again, with the address, what the request log says with the route.
            "django.request": {"handlers": ["nowhere"], "propagate": False},
        },
    }
