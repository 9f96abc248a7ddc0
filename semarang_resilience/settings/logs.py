"""Structured logs: one JSON object a line, with the request id that django-structlog binds."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# A receipt beside a time and an address would lead from a person to an answer sheet; a token opens one.
_SECRET_PATH = re.compile(
    r"((?:/survei/(?:terima|[\w-]+/isi)|/surat/berhenti|/saya/tautan|/akun/sandi|/akun/password/reset/key"
    r"|/(?:id|en)/lokakarya|/api/v1/surveys/[\w-]+/responses)/|/api/v1/surveys/[\w-]+/draft)[^/\s'\"?]*"
)
# A line without any of these needs no search.
_PLACES = ("/survei/", "/surveys/", "/lokakarya/", "/surat/", "/saya/", "/akun/")
_WHO = frozenset({"user_id", "user_agent", "ip"})


def hide_survey_paths(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank survey tokens and receipts in every text of a log line: anonymity must survive the logs.

    Such a line also says the minute, so it must not say who was logged in, nor with which browser.
    """
    is_about_answers = False
    for key, value in event.items():
        if isinstance(value, str) and any(place in value for place in _PLACES):
            event[key], hidden = _SECRET_PATH.subn(r"\1…", value)
            is_about_answers = is_about_answers or hidden > 0
    if is_about_answers:
        for key in _WHO & event.keys():
            del event[key]
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str, *, readable: bool = False) -> dict[str, Any]:
    """Configure structlog and return the LOGGING dictionary; `readable` writes for people."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    chain: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        # For people, too: the renderer's own traceback would write out local variables, which hold answers.
        structlog.processors.format_exc_info,
        hide_survey_paths,
        structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer(),
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": chain,
        "foreign_pre_chain": _SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
    }
