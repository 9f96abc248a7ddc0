"""What a form may contain, and what the answer is when it contains something else."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessment.answers import InvalidAnswers, check_answers, form_data
from assessment.models import SurveyVersion
from assessment.questionnaire import Questionnaire, questionnaire_of, read_questionnaire

from .conftest import filled


def _question(key: str, kind: str, *, slots: dict[str, int], levels: int, **more: Any) -> dict[str, Any]:
    words = {"id": f"Tanya {key}", "en": f"Ask {key}"}
    return {
        "key": key, "kind": kind, "text": words, "help": {"id": "", "en": ""}, "required": False,
        "slots": slots, "levels": levels, "driver": None, "hazard": None, "options": [],
    } | more  # fmt: skip


def _options(slots: list[int | None]) -> list[dict[str, Any]]:
    return [
        {"code": code, "label": {"id": f"Pilihan {code}", "en": f"Option {code}"}, "slot": slot}
        for code, slot in enumerate(slots, start=1)
    ]


@pytest.fixture
def questionnaire() -> Questionnaire:
    """One question of each kind, the single choice required."""
    return read_questionnaire(DEFINITION)


DEFINITION = {
    "slots": 7,
    "framework": "K 1",
    "districts": [{"code": "33.74.01", "name": "Semarang Tengah"}],
    "text_max_length": 20,
    "sections": [
        {
            "title": {"id": "Satu", "en": "One"},
            "introduction": {"id": "", "en": ""},
            "questions": [
                _question("driver", "driver_rating", slots={"": 0}, levels=3),
                _question("hazard", "hazard_rating", slots={"now": 1, "future": 2}, levels=5),
                _question(
                    "single", "single", slots={"": 3}, levels=2, options=_options([None, None]), required=True
                ),
                _question("multiple", "multiple", slots={}, levels=1, options=_options([4, 5, 6])),
                _question("text", "text", slots={}, levels=0),
            ],
        }
    ],
}
FORM = {"sector": ["media"], "district": [""], "q_single": ["2"]}


def mistakes(questionnaire: Questionnaire, **changes: Any) -> list[tuple[str, str]]:
    """Field and sentence of everything that is wrong."""
    with pytest.raises(InvalidAnswers) as caught:
        check_answers(questionnaire, FORM | changes)
    return [(mistake.name, mistake.message) for mistake in caught.value.mistakes]


def test_a_full_sheet_becomes_codes_in_slots(questionnaire: Questionnaire) -> None:
    form = FORM | {
        "district": ["33.74.01"],
        "q_driver": ["0"],
        "q_hazard_now": ["5"],
        "q_multiple": ["1", "3"],
        "q_text": ["  Perbaiki\r\nsaluran\x00 "],
    }
    sheet = check_answers(questionnaire, form)
    assert (sheet.sector, sheet.district) == ("media", "33.74.01")
    assert sheet.answers == [0, 5, None, 2, 1, 0, 1]
    assert sheet.texts == {"text": "Perbaiki\nsaluran"}


def test_blank_is_not_the_same_as_not_knowing(questionnaire: Questionnaire) -> None:
    assert check_answers(questionnaire, FORM).answers == [None, None, None, 2, None, None, None]


@pytest.mark.parametrize(
    "forged",
    [
        {"q_driver": ["4"]},
        {"q_driver": ["-1"]},
        {"q_driver": ["1.0"]},
        {"q_driver": [" 1"]},
        {"q_driver": ["１"]},
        {"q_driver": ["1", "2"]},
        {"q_driver": ["x" * 10_000]},
        {"q_hazard_now": ["6"]},
        {"q_hazard_future": ["drop table"]},
        {"q_single": ["0"]},
        {"q_single": ["3"]},
        {"q_multiple": ["1", "4"]},
        {"q_multiple": ["0"]},
        {"q_text": ["a", "b"]},
    ],
)
def test_an_answer_that_the_form_does_not_offer_is_refused(
    questionnaire: Questionnaire, forged: dict[str, list[str]]
) -> None:
    found = mistakes(questionnaire, **forged)
    assert len(found) == 1
    assert found[0][0].removesuffix("_now") in {"q_driver", "q_hazard", "q_single", "q_multiple", "q_text"}


@pytest.mark.parametrize("stranger", ["q_other", "q_driver_now", "q_hazard", "is_admin", "q_", "receipt"])
def test_a_question_that_was_not_asked_is_refused(questionnaire: Questionnaire, stranger: str) -> None:
    assert [name for name, _ in mistakes(questionnaire, **{stranger: ["1"]})] == [""]


def test_a_sector_is_needed_and_must_be_one_of_the_list(questionnaire: Questionnaire) -> None:
    assert mistakes(questionnaire, sector=[""])[0][0] == "sector"
    assert mistakes(questionnaire, sector=["king"])[0][0] == "sector"
    assert mistakes(questionnaire, sector=["media", "donor"])[0][0] == "sector"


def test_a_district_may_be_left_out_but_not_made_up(questionnaire: Questionnaire) -> None:
    assert check_answers(questionnaire, {key: FORM[key] for key in ("sector", "q_single")}).district == ""
    assert mistakes(questionnaire, district=["99"])[0][0] == "district"


def test_a_required_question_left_open_is_named(questionnaire: Questionnaire) -> None:
    with translation.override("en"):
        assert mistakes(questionnaire, q_single=[""]) == [("q_single", "Answer question 3.")]


def test_a_text_that_is_too_long_is_told_by_how_much(questionnaire: Questionnaire) -> None:
    with translation.override("en"):
        (found,) = mistakes(questionnaire, q_text=["x" * 21])
    assert found[0] == "q_text"
    assert "21" in found[1]
    assert "20" in found[1]
    assert check_answers(questionnaire, FORM | {"q_text": ["x" * 20]}).texts == {"text": "x" * 20}


def test_a_sheet_without_any_answer_is_refused(questionnaire: Questionnaire) -> None:
    definition = DEFINITION | {
        "sections": [DEFINITION["sections"][0] | {"questions": DEFINITION["sections"][0]["questions"][:1]}]
    }  # type: ignore[index]
    with pytest.raises(InvalidAnswers):
        check_answers(read_questionnaire(definition), {"sector": ["media"]})


def test_everything_that_is_wrong_is_said_at_once(questionnaire: Questionnaire) -> None:
    found = mistakes(questionnaire, sector=[""], q_single=[""], q_driver=["9"], q_x=["1"])
    assert [name for name, _ in found] == ["sector", "q_driver", "q_single", ""]


ANYTHING = st.dictionaries(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "sector",
                "district",
                "q_driver",
                "q_hazard_now",
                "q_single",
                "q_multiple",
                "q_text",
                "submission",
            ]
        ),
    ),
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["0", "1", "2", "3", "media"])), max_size=4),
    max_size=8,
)


@given(ANYTHING)
def test_whatever_is_sent_the_sheet_is_clean_or_refused(form: dict[str, list[str]]) -> None:
    questionnaire = read_questionnaire(DEFINITION)
    try:
        sheet = check_answers(questionnaire, form)
    except InvalidAnswers:
        return
    limits = [3, 5, 5, 2, 1, 1, 1]
    assert len(sheet.answers) == 7
    assert all(code is None or 0 <= code <= limit for code, limit in zip(sheet.answers, limits, strict=True))
    assert all(len(text) <= 20 and "\x00" not in text for text in sheet.texts.values())


@pytest.mark.django_db
def test_answers_by_question_become_the_form_that_somebody_would_have_sent(version: SurveyVersion) -> None:
    row = {
        "sector": "community",
        "district": "33.74.01",
        "answers": {
            "driver-01": 1, "driver-02": 3, "driver-03": 0, "driver-04": None, "hazard-banjir": (4, 5),
            "hazard-rob": (2, None), "priority-dimension": 2, "helpful-measures": [1, 3],
            "suggestion": "Perbaiki saluran.",
        },
    }  # fmt: skip
    assert form_data(questionnaire_of(version), row) == filled()
