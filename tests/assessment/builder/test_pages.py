"""The builder's pages: without JavaScript, in both languages, with nothing typed ever lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from assessment.models import BankQuestion, Question, QuestionKind, Section, Survey, SurveyVersion
from assessment.operations import survey_bank, surveys
from assessment.operations.survey_specs import spec_of, specs_of
from assessment.operations.survey_versions import draft_of
from semarang_resilience.accounts.models import User
from tests.support.http import PolicyClient
from tests.support.pages import queries, text

from .conftest import AT, Builder, asks, seen

pytestmark = pytest.mark.django_db
SINGLE = QuestionKind.SINGLE


@pytest.fixture
def staff(client: PolicyClient, budi: User) -> PolicyClient:
    client.force_login(budi)
    return client


def address(name: str, *arguments: Any, language: str = "id") -> str:
    with translation.override(language):
        return reverse(f"assessment:{name}", args=arguments)


def options(*labels: str, start: int = 1) -> dict[str, str]:
    """The rows of a form; English repeats the label."""
    rows = {}
    for number, label in enumerate(labels, start=start):
        rows |= {f"option_{number}_id": label, f"option_{number}_en": f"{label} (en)"}
    return rows


# -- a new survey -----------------------------------------------------------------------------------------
NEW = {
    "title_id": "Survei air bersih", "title_en": "Clean water survey", "opens_on": "2026-03-01",
    "closes_on": "2036-04-01", "reminder_floor_days": "5", "start": "empty",
}  # fmt: skip


@pytest.mark.parametrize("start", ["empty", "standard", "extended"])
def test_a_survey_begins_with_a_form_and_leads_to_its_questions(
    staff: PolicyClient, cycle: object, framework: object, hazards: list, districts: list, start: str
) -> None:
    response = staff.post(address("work_survey_new"), NEW | {"start": start})
    assert response.status_code == 302
    survey = Survey.objects.get()
    assert (survey.slug, response["Location"]) == (
        "survei-air-bersih",
        address("work_survey_builder", survey.slug),
    )
    assert bool(specs_of(draft_of(survey))) == (start != "empty")
    assert "Clean water survey" in text(staff, address("work_survey_builder", survey.slug, language="en"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_id": ""}, "title_id"),
        ({"closes_on": "2025-01-01"}, "closes_on"),
        ({"opens_on": "besok"}, "opens_on"),
        ({"start": "round"}, "previous"),
        ({"reminder_floor_days": "0"}, "reminder_floor_days"),
        ({"slug": "bank"}, "__all__"),
    ],
)
def test_a_survey_that_cannot_be_made_keeps_what_was_typed(
    staff: PolicyClient, cycle: object, framework: object, changes: dict, field: str
) -> None:
    for language in ("id", "en"):
        response = staff.post(address("work_survey_new", language=language), NEW | changes)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert "Clean water survey" in response.content.decode()
    assert not Survey.objects.exists()


def test_a_code_that_is_taken_gets_a_number(staff: PolicyClient, cycle: object, framework: object) -> None:
    for _again in range(2):
        staff.post(address("work_survey_new"), NEW)
    assert sorted(Survey.objects.values_list("slug", flat=True)) == [
        "survei-air-bersih",
        "survei-air-bersih-2",
    ]


def test_only_staff_see_the_buttons(staff: PolicyClient, wali: User, builder: Builder, empty: Survey) -> None:
    builder.add(asks("Apa?"))
    url = address("work_survey_builder", empty.slug)
    assert address("work_survey_section_new", empty.slug) in text(staff, url)
    staff.force_login(wali)
    assert address("work_survey_section_new", empty.slug) not in text(staff, url)


# -- questions --------------------------------------------------------------------------------------------
def test_a_question_is_added_with_its_options_in_both_languages(
    staff: PolicyClient, empty: Survey, sections: list[Section]
) -> None:
    url = address("work_survey_question_new", empty.slug, sections[0].pk, "single")
    data = {"text_id": "Pilih satu", "text_en": "Choose one", "rows": "5", **options("A", "B")}
    response = staff.post(url, data)
    question = Question.objects.get()
    assert response["Location"] == f"{address('work_survey_builder', empty.slug)}#pertanyaan-{question.pk}"
    assert [label.en for _code, label in spec_of(question).coded_options] == ["A (en)", "B (en)"]
    assert staff.post(url, data | {"text_id": "Lagi", "next": "another"})["Location"] == url


def test_more_rows_and_moving_an_option_keep_everything_typed_and_save_nothing(
    staff: PolicyClient, empty: Survey, sections: list[Section]
) -> None:
    url = address("work_survey_question_new", empty.slug, sections[0].pk, "single")
    data = {"text_id": "Pilih", "text_en": "Choose", "rows": "5", **options("A", "B")}
    page = staff.post(url, data | {"more": "1"})
    form = page.context["form"]
    assert (page.status_code, form.count, form["text_id"].value()) == (200, 8, "Pilih")
    form = staff.post(url, data | {"up": "2"}).context["form"]
    assert [form[f"option_{n}_id"].value() for n in (1, 2)] == ["B", "A"]
    assert not Question.objects.exists()


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_every_kind_has_a_form_that_refuses_an_empty_question(
    staff: PolicyClient, empty: Survey, sections: list[Section], kind: QuestionKind
) -> None:
    url = address("work_survey_question_new", empty.slug, sections[0].pk, kind.value)
    assert staff.get(url).status_code == 200
    response = staff.post(url, {"help_id": "Tetap ada"})
    assert response.status_code == 422
    assert "Tetap ada" in response.content.decode()
    assert not Question.objects.exists()


def test_a_rating_takes_its_name_from_the_driver(
    staff: PolicyClient, empty: Survey, sections: list[Section], framework: Any
) -> None:
    driver = framework.dimensions.first().drivers.first()
    url = address("work_survey_question_new", empty.slug, sections[0].pk, "driver_rating")
    staff.post(url, {"driver": driver.pk})
    question = Question.objects.get()
    assert (question.text_ind, question.text_en, question.driver) == (driver.name_ind, driver.name_en, driver)


def test_two_people_who_reword_one_question_both_keep_their_words(
    staff: PolicyClient, builder: Builder, empty: Survey
) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    builder.edit(question, asks("Kalimat orang lain"))
    url = address("work_survey_question", empty.slug, question.pk)
    mine = {"text_id": "Kalimat saya", "text_en": "My words", "seen": before}
    page = staff.post(url, mine)
    assert page.status_code == 409
    html = page.content.decode()
    assert "Kalimat saya" in html
    assert "Kalimat orang lain" in html
    assert page.context["conflict"].by == "Budi"
    assert str(Question.objects.get(pk=question.pk).text) == "Kalimat orang lain"
    again = staff.post(url, mine | {"seen": page.context["now_seen"]})  # both were seen: mine may stand
    assert again.status_code == 302
    assert str(Question.objects.get(pk=question.pk).text) == "Kalimat saya"


def test_words_for_a_question_that_is_gone_can_be_added_again(
    staff: PolicyClient, builder: Builder, empty: Survey, sections: list[Section]
) -> None:
    question = builder.add(asks("Apa?"))
    url = address("work_survey_question", empty.slug, question.pk)
    mine = {"text_id": "Kalimat saya", "text_en": "My words", "seen": seen(question), "asked_kind": "text"}
    builder.remove(question)
    page = staff.post(url, mine)
    assert page.status_code == 409
    assert "Kalimat saya" in page.content.decode()
    assert staff.get(url).status_code == 404
    new = address("work_survey_question_new", empty.slug, sections[0].pk, "text")
    assert f'action="{new}"' in page.content.decode()
    staff.post(new, mine)
    assert Question.objects.get().text_en == "My words"


def test_a_question_that_others_depend_on_is_not_removed_and_the_page_names_them(
    staff: PolicyClient, builder: Builder, empty: Survey
) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Bergantung?"))
    builder.depend(dependent, asked, 1)
    for language in ("id", "en"):
        url = address("work_survey_question_remove", empty.slug, asked.pk, language=language)
        page = staff.post(url, {"seen": seen(asked)})
        assert page.status_code == 409
        assert "Bergantung?" in page.content.decode()


def test_a_condition_is_set_in_two_steps_and_told_in_words(
    staff: PolicyClient, builder: Builder, empty: Survey
) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu?"))
    url = address("work_survey_condition", empty.slug, dependent.pk)
    assert 'value="pilih"' in text(staff, url)
    step = f"{url}?question={asked.key}"
    assert "Dua" in text(staff, step)
    assert staff.post(step, {"seen": seen(dependent)}).status_code == 422
    assert staff.post(step, {"codes": ["2"], "seen": seen(dependent)}).status_code == 302
    assert "“Dua”" in text(staff, address("work_survey_builder", empty.slug))
    assert staff.post(url, {"remove": "1", "seen": "lama"}).status_code == 422
    assert staff.post(url, {"remove": "1", "seen": seen(dependent)}).status_code == 302
    dependent.refresh_from_db()
    assert dependent.shown_if is None


def test_what_is_taken_away_from_the_outline_is_what_was_seen_there(
    staff: PolicyClient, builder: Builder, empty: Survey, sections: list[Section]
) -> None:
    builder.add(asks("Apa?"))
    outline = staff.get(address("work_survey_builder", empty.slug)).context["outline"]
    builder.add(asks("Pertanyaan orang lain"))
    remove = address("work_survey_section_remove", empty.slug, sections[0].pk)
    delete = address("work_survey_delete", empty.slug)
    assert staff.post(remove, {"seen": outline.blocks[0].seen}).status_code == 409
    assert staff.post(delete, {"seen": outline.seen}).status_code == 409
    assert Question.objects.count() == 2
    outline = staff.get(address("work_survey_builder", empty.slug)).context["outline"]
    assert staff.post(remove, {"seen": outline.blocks[0].seen}).status_code == 302
    page = staff.get(address("work_survey_builder", empty.slug))
    assert staff.post(delete, {"seen": page.context["outline"].seen}).status_code == 302
    assert not Survey.objects.exists()


def test_moving_works_by_buttons_alone(
    staff: PolicyClient, builder: Builder, empty: Survey, sections: list[Section]
) -> None:
    first, _second = builder.add(asks("a")), builder.add(asks("b"))
    url = address("work_survey_question_move", empty.slug, first.pk)
    assert staff.post(url, {"step": "down"}).status_code == 302
    assert builder.order() == [["b", "a"], []]
    assert staff.post(url, {"section": sections[1].pk, "place": "1"}).status_code == 302
    assert builder.order() == [["b"], ["a"]]
    assert staff.post(url, {"step": "sideways"}).status_code == 404


# -- gaps and preview -------------------------------------------------------------------------------------
def test_gaps_lead_to_their_place(staff: PolicyClient, builder: Builder, empty: Survey) -> None:
    question = builder.add(asks("Apa?", help=surveys.BothLanguages(id="Bantuan")))
    html = text(staff, address("work_survey_builder", empty.slug))
    assert f'href="#pertanyaan-{question.pk}"' in html
    assert f'id="pertanyaan-{question.pk}"' in html


@pytest.mark.parametrize(("language", "words"), [("id", "Apa yang penting?"), ("en", "What matters?")])
def test_the_preview_is_the_form_of_the_draft_in_the_language_of_the_page(
    staff: PolicyClient, builder: Builder, empty: Survey, language: str, words: str
) -> None:
    builder.add(asks("x"), 1)
    builder.edit(
        builder.add(asks("y")), surveys.QuestionSpec(
            kind=QuestionKind.TEXT, text=surveys.BothLanguages(id="Apa yang penting?", en="What matters?")
        ),
    )  # fmt: skip
    frame = address("work_survey_preview_form", empty.slug, language=language)
    assert frame in text(staff, address("work_survey_preview", empty.slug, language=language))
    response = staff.get(frame)
    assert words in response.content.decode()
    assert 'method="post"' not in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


# -- bank -------------------------------------------------------------------------------------------------
def test_the_bank_is_searched_and_its_questions_taken_by_ticking_them(
    staff: PolicyClient, budi: User, empty: Survey, sections: list[Section]
) -> None:
    for words in ("Air bersih di rumah", "Angkutan umum"):
        survey_bank.keep_question(spec=asks(words), topic="Kota", by=budi, at=AT)
    found = text(staff, f"{address('work_bank')}?words=rumah+air")
    assert "Air bersih di rumah" in found
    assert "Angkutan umum" not in found
    url = address("work_survey_take", empty.slug)
    assert staff.post(url, {"section": sections[1].pk}).status_code == 422
    keys = ["air-bersih-di-rumah", "angkutan-umum"]
    assert staff.post(url, {"section": sections[1].pk, "question": keys}).status_code == 302
    assert sorted(Question.objects.values_list("key", flat=True)) == keys


def test_a_bank_question_is_made_reworded_retired_and_offered_again(
    staff: PolicyClient, cycle: object
) -> None:
    data = {"text_id": "Pilih", "text_en": "Choose", "rows": "5", "provenance": "office", **options("A", "B")}
    new = address("work_bank_new", "single")
    assert staff.post(new, data | {"provenance": "quoted"}).status_code == 422
    assert staff.post(new, data).status_code == 302
    kept = BankQuestion.objects.get()
    url = address("work_bank_question", kept.key)
    coded = {"option_1_code": "1", "option_2_code": "2", "seen": seen(kept)}
    assert staff.post(url, data | coded | {"topic": "Air"}).status_code == 302
    late = staff.post(url, data | coded | {"topic": "Panas"})
    assert late.status_code == 409
    assert [(row.mine, row.theirs) for row in late.context["conflict"].differences] == [("Panas", "Air")]
    for step, retired in (("retire", True), ("restore", False)):
        assert staff.post(address("work_bank_offer", kept.key, step)).status_code == 302
        kept.refresh_from_db()
        assert kept.is_retired is retired


# -- versions ---------------------------------------------------------------------------------------------
def test_a_new_wording_of_an_open_survey_from_the_first_click_to_its_publication(
    staff: PolicyClient, builder: Builder, empty: Survey, budi: User
) -> None:
    builder.add(asks("Apa yang perlu?", key="apa"))
    builder.add(asks("Lagi?"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    assert staff.post(address("work_survey_version_start", empty.slug)).status_code == 302
    draft = SurveyVersion.objects.get(number=2)
    question = Question.objects.get(section__version=draft, key="apa")
    data = {"text_id": "Apa yang penting?", "text_en": "What matters?", "seen": seen(question)}
    assert staff.post(address("work_survey_question", empty.slug, question.pk), data).status_code == 302
    page = text(staff, address("work_survey_version", empty.slug, 2))
    assert "<del>perlu</del><ins>penting</ins>" in page
    publish = address("work_survey_version_publish", empty.slug, 2)
    assert staff.post(publish).status_code == 409  # nothing said about it yet
    note = {"note_id": "Kata diganti", "note_en": "A word changed", "broken": ["apa"], "seen": seen(draft)}
    assert staff.post(address("work_survey_version", empty.slug, 2), note).status_code == 302
    assert staff.post(address("work_survey_version", empty.slug, 2), note).status_code == 422  # stale by now
    assert staff.post(publish).status_code == 302
    empty.refresh_from_db()
    assert empty.current_version_id == draft.pk
    assert "A word changed" in text(staff, address("work_survey_versions", empty.slug, language="en"))


# -- XLSForm ----------------------------------------------------------------------------------------------
def upload(name: str, data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}


def test_a_form_goes_out_and_comes_back_through_the_preview(
    staff: PolicyClient, builder: Builder, empty: Survey
) -> None:
    builder.depend(builder.add(asks("Lalu?"), 1), builder.add(asks("Pilih", SINGLE)), 2)
    before = specs_of(draft_of(empty))
    response = staff.get(address("work_survey_xlsform", empty.slug, 1))
    data = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == 'attachment; filename="baru-dibuat-v1-xlsform.xlsx"'
    page = staff.post(address("work_survey_import", empty.slug), upload("form.xlsx", data))
    assert page.status_code == 200
    assert specs_of(draft_of(empty)) == before  # nothing is written yet
    payload = {"payload": page.context["payload"], "seen": page.context["seen"]}
    confirm = address("work_survey_import_confirm", empty.slug)
    assert staff.post(confirm, payload).status_code == 409  # neither added nor in the place of the others
    assert staff.post(confirm, payload | {"how": "replace"}).status_code == 302
    assert specs_of(draft_of(empty)) == before
    assert staff.post(confirm, {"payload": payload["payload"][:-3], "how": "append"}).status_code == 409


@pytest.mark.parametrize(
    "data",
    [b"", b"halo", b"%PDF-1.7 ...", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"type,name\ntext,a\n"],
)
def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(
    staff: PolicyClient, empty: Survey, data: bytes
) -> None:
    for language in ("id", "en"):
        page = staff.post(
            address("work_survey_import", empty.slug, language=language), upload("a.xlsx", data)
        )
        assert page.status_code == 422
        assert page.context["form"].errors


def test_a_workbook_that_is_no_form_is_refused_with_a_sentence(staff: PolicyClient, empty: Survey) -> None:
    import openpyxl

    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    page = staff.post(address("work_survey_import", empty.slug), upload("a.xlsx", file.getvalue()))
    assert page.status_code == 422
    assert "survey" in str(page.context["form"].non_field_errors())


# -- budgets ----------------------------------------------------------------------------------------------
def test_pages_ask_as_often_for_forty_questions_as_for_one(
    staff: PolicyClient, builder: Builder, empty: Survey, budi: User
) -> None:
    first = builder.add(asks("Mula", SINGLE))
    survey_bank.keep_question(spec=asks("Bank 0", SINGLE), by=budi, at=AT)
    urls = [
        address("work_survey_builder", empty.slug),
        address("work_survey_preview_form", empty.slug),
        address("work_survey_question", empty.slug, first.pk),
        address("work_survey_version", empty.slug, 1),
        address("work_survey_take", empty.slug),
        address("work_bank"),
    ]
    before = [queries(staff, url) for url in urls]
    for number in range(40):
        builder.depend(builder.add(asks(f"Pilih {number}", SINGLE), number % 2), first, 1)
    for number in range(1, 20):
        survey_bank.keep_question(spec=asks(f"Bank {number}", SINGLE), by=budi, at=AT)
    assert [queries(staff, url) for url in urls] == before
    assert max(before) <= 20
