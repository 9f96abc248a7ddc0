"""Logs are lines of JSON and never lead from a person to an answer sheet."""

import io
import json
import logging

from django.conf import settings

from semarang_resilience.settings.logs import hide_survey_paths, logging_config


def test_a_line_is_one_json_object_with_its_exception() -> None:
    line = json.loads(_logged(readable=False))
    assert line["event"] == "gagal /id/survei/terima/…/"
    assert "ValueError: pecah" in line["exception"]


def test_a_line_for_people_shows_no_answers_either() -> None:
    line = _logged(readable=True)
    assert "ValueError: pecah" in line
    assert "JAWABAN" not in line
    assert "K7QF" not in line


def _logged(*, readable: bool) -> str:
    formatter_config = logging_config("INFO", readable=readable)["formatters"]["line"]
    factory = formatter_config.pop("()")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(factory(**formatter_config))
    logger = logging.Logger("uji")
    logger.addHandler(handler)
    try:
        _fail("JAWA" + "BAN")
    except ValueError:
        logger.exception("gagal %s", "/id/survei/terima/K7QF-2M9P/")
    return stream.getvalue()


def _fail(answer: str) -> None:
    raise ValueError("pecah")


def test_tokens_receipts_and_addresses_stay_out_of_the_logs() -> None:
    event = {"request": "POST /en/survei/persepsi-2026/isi/abc_DEF-123/", "other": 3}
    assert hide_survey_paths(None, "info", event)["request"] == "POST /en/survei/persepsi-2026/isi/…/"
    assert settings.DJANGO_STRUCTLOG_IP_LOGGING_ENABLED is False


def test_a_line_about_answers_does_not_say_who_was_there() -> None:
    who = {"user_id": 7, "user_agent": "Peramban/1.0", "code": 303}
    answering = {"request": "POST /id/survei/persepsi-2026/isi/abc_DEF-123/"} | who
    assert hide_survey_paths(None, "info", answering).keys() == {"request", "code"}
    reading = {"request": "GET /id/survei/persepsi-2026/hasil/"} | who
    assert hide_survey_paths(None, "info", reading)["user_id"] == 7


def test_a_sheet_that_comes_through_the_api_or_in_a_room_says_no_more() -> None:
    who = {"user_id": 7, "user_agent": "Peramban/1.0", "code": 201}
    places = {
        "PUT /api/v1/surveys/survei/responses/0b9d3a52-6f2e/": "PUT /api/v1/surveys/survei/responses/…/",
        "PUT /api/v1/surveys/survei/draft/": "PUT /api/v1/surveys/survei/draft…/",
        "POST /id/lokakarya/K7QF2M/jawab/": "POST /id/lokakarya/…/jawab/",
    }
    for sent, kept in places.items():
        assert hide_survey_paths(None, "info", {"request": sent} | who) == {"request": kept, "code": 201}
    office = {"request": "POST /id/kerja/survei/persepsi-2026/lokakarya/3/"} | who
    assert hide_survey_paths(None, "info", office)["user_id"] == 7
