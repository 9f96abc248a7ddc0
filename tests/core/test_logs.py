"""Logs are lines of JSON and never lead from a person to an answer sheet."""

import io
import json
import logging

from django.conf import settings

from semarang_resilience.settings.logs import hide_survey_paths, logging_config


def test_a_line_is_one_json_object_with_its_exception() -> None:
    formatter_config = logging_config("INFO")["formatters"]["line"]
    factory = formatter_config.pop("()")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(factory(**formatter_config))
    logger = logging.Logger("uji")
    logger.addHandler(handler)
    try:
        raise ValueError("pecah")
    except ValueError:
        logger.exception("gagal %s", "/id/survei/terima/K7QF-2M9P/")
    line = json.loads(stream.getvalue())
    assert line["event"] == "gagal /id/survei/terima/…/"
    assert "ValueError: pecah" in line["exception"]


def test_tokens_receipts_and_addresses_stay_out_of_the_logs() -> None:
    event = {"request": "POST /en/survei/persepsi-2026/isi/abc_DEF-123/", "other": 3}
    assert hide_survey_paths(None, "info", event)["request"] == "POST /en/survei/persepsi-2026/isi/…/"
    assert settings.DJANGO_STRUCTLOG_IP_LOGGING_ENABLED is False
