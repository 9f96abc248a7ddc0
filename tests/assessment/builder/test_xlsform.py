"""XLSForm: what the portal writes, KoboToolbox takes, and the portal reads again unchanged."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from assessment.models import Driver, Framework, Hazard, HazardAspects, QuestionKind, SurveyVersion
from assessment.operations import surveys
from assessment.operations.survey_specs import check_questionnaire, complete, specs_of
from assessment.operations.survey_versions import draft_of, with_free_keys
from assessment.operations.surveys import (
    BothLanguages,
    ConditionSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
)
from assessment.xlsform.carrying import carried, carried_here
from assessment.xlsform.expressions import Relevance, read_at_most, read_relevance
from assessment.xlsform.plan import Plan
from assessment.xlsform.reading import Known, read_plan
from assessment.xlsform.workbook import read_workbook
from assessment.xlsform.writing import driver_ref, workbook_of, xlsform_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.sheets.grid import Grid, SheetRefused
from semarang_resilience.core.sheets.reading import read_grids
from semarang_resilience.places.models import Ward

from .conftest import AT, CLOSES, OPENS, all_seen, asks, both

pytestmark = pytest.mark.django_db
TITLE = both("Survei")
SELECTS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE)


@pytest.fixture
def version(
    framework: Framework, hazards: list[Hazard], wards: list[Ward], budi: User, cycle: object
) -> SurveyVersion:
    survey = surveys.begin_survey(
        cycle=cycle, slug="coba-xlsform", start="extended", previous=None, title_id="Coba", title_en="Try",
        opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip
    version = draft_of(survey)
    assert version
    return version


def known(framework: Framework | None) -> Known:
    return Known(
        framework=framework.slug if framework else "",
        drivers={driver_ref(driver): driver for driver in Driver.objects.for_list()},
        hazards={hazard.slug: hazard for hazard in Hazard.objects.all()},
    )


def read(file: Any, framework: Framework | None = None) -> Plan:
    data = file.read() if hasattr(file, "read") else file
    book = read_workbook(read_grids(io.BytesIO(data), size=len(data)))
    return read_plan(book, title=TITLE, known=known(framework))


def plain(sections: Sequence[SectionSpec]) -> list[SectionSpec]:
    """With tuples everywhere and every option coded, as a version stores it."""
    return [
        replace(section, questions=tuple(_coded(complete(question)) for question in section.questions))
        for section in sections
    ]


def _coded(question: QuestionSpec) -> QuestionSpec:
    options = sorted(question.coded_options)
    return replace(question, options=tuple(OptionSpec(label=label, code=code) for code, label in options))


# -- round trip -------------------------------------------------------------------------------------------
def test_the_extended_survey_makes_the_round_trip(version: SurveyVersion) -> None:
    plan = read(xlsform_of(version, specs_of(version)), version.framework)
    assert plain(plan.sections) == plain(specs_of(version))
    assert plan.lost == []
    assert [remark.row for remark in plan.noted] == [2]  # group and district, which the portal asks by itself


def test_kobotoolbox_takes_what_is_written(version: SurveyVersion, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(xlsform_of(version, specs_of(version)).read())
    made = convert(str(path), validate=False)
    assert "Bahasa Indonesia (id)" in made.xform
    assert "English (en)" in made.xform
    assert "count-selected(.) &lt;= 3" in made.xform
    assert [warning for warning in made.warnings if "unrecogni" in warning.lower()] == []


texts = st.text(st.sampled_from("abcdefgh ÄéŚ“”–?!.,:;'\"(){}$&<>=+-@#%"), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split()) or "x"
)
both_languages = st.builds(BothLanguages, id=texts, en=texts)
maybe = st.one_of(st.just(BothLanguages()), both_languages, st.builds(BothLanguages, id=texts))
keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@st.composite
def questionnaires(draw: st.DrawFn) -> list[SectionSpec]:
    """Any questionnaire that can be built: all kinds, holes among codes, conditions on earlier questions."""
    drivers, hazards = list(Driver.objects.for_list()), list(Hazard.objects.order_by("pk"))
    asked: list[QuestionSpec] = []
    sections = []
    names = draw(st.lists(keys, min_size=1, max_size=7, unique=True))
    for _number in range(draw(st.integers(1, 3))):
        questions = [draw(question(names.pop(), asked, drivers, hazards)) for _ in range(min(len(names), 3))]
        if questions:
            sections.append(
                SectionSpec(title=draw(both_languages), introduction=draw(maybe), questions=tuple(questions))
            )
    return sections


@st.composite
def question(
    draw: st.DrawFn, key: str, asked: list[QuestionSpec], drivers: list[Driver], hazards: list[Hazard]
) -> QuestionSpec:
    kind = draw(st.sampled_from(list(QuestionKind)))
    facts: dict[str, Any] = {}
    if kind in SELECTS:
        codes = draw(st.lists(st.integers(1, 40), min_size=2, max_size=5, unique=True))
        facts["options"] = [OptionSpec(label=draw(both_languages), code=code) for code in codes]
    if kind == QuestionKind.PRIORITY_VOTE:
        facts["max_choices"] = draw(st.integers(1, len(facts["options"])))
    if kind == QuestionKind.SCALE:
        facts |= {"levels": draw(st.integers(2, 10)), "low": draw(maybe), "high": draw(maybe)}
    if kind == QuestionKind.DRIVER_RATING:
        own = draw(st.booleans())
        facts["driver"] = draw(st.sampled_from(drivers))
        facts["options"] = [OptionSpec(label=draw(both_languages), code=n) for n in (1, 2, 3) if own]
    if kind == QuestionKind.HAZARD_RATING:
        facts |= {
            "hazard": draw(st.sampled_from(hazards)),
            "aspects": draw(st.sampled_from(HazardAspects.values)),
        }
    deciding = [each for each in asked if each.answer_codes]
    if deciding and draw(st.booleans()):
        on = draw(st.sampled_from(deciding))
        codes = draw(st.sets(st.sampled_from(sorted(on.answer_codes)), min_size=1, max_size=3))
        facts["condition"] = ConditionSpec(key=on.key, codes=frozenset(codes))
    spec = QuestionSpec(
        key=key, kind=kind, text=draw(both_languages), help=draw(maybe), required=draw(st.booleans()), **facts
    )
    asked.append(spec)
    return spec


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_questionnaire_makes_the_round_trip(version: SurveyVersion, data: st.DataObject) -> None:
    sections = data.draw(questionnaires())
    check_questionnaire([replace(each, questions=list(map(complete, each.questions))) for each in sections])
    plan = read(xlsform_of(version, sections), version.framework)
    assert plain(plan.sections) == plain(sections)
    assert plan.lost == []


@given(data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_kobotoolbox_takes_any_questionnaire(
    version: SurveyVersion, tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(xlsform_of(version, data.draw(questionnaires())).read())
    convert(str(path), validate=False)


def test_what_is_carried_to_the_confirmation_arrives_unchanged(version: SurveyVersion, budi: User) -> None:
    sections = plain(specs_of(version))
    payload = carried(sections, survey=7, user=budi.pk)
    assert plain(carried_here(payload, survey=7, user=budi.pk)) == sections
    for wrong in ({"survey": 8, "user": budi.pk}, {"survey": 7, "user": budi.pk + 1}):
        with pytest.raises(Refused):
            carried_here(payload, **wrong)
    with pytest.raises(Refused):
        carried_here(payload[:-2], survey=7, user=budi.pk)


# -- forms from elsewhere ---------------------------------------------------------------------------------
SURVEY = (
    "type",
    "name",
    "label",
    "label::English (en)",
    "hint",
    "required",
    "relevant",
    "constraint",
    "more",
)
CHOICES = [
    ("list_name", "name", "label", "label::English (en)"),
    ("yesno", "yes", "Ya", "Yes"),
    ("yesno", "no", "Tidak", "No"),
    ("many", "a", "Satu", "One"),
    ("many", "b", "Dua", "Two"),
    ("many", "c", "Tiga", ""),
]


def kobo(*rows: Sequence[Any], headings: Sequence[str] = SURVEY, choices: Any = CHOICES) -> Plan:
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(list(headings))
    for row in rows:
        survey.append(list(row))
    sheet = book.create_sheet("choices")
    for row in choices:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return read(file)


def test_a_form_from_kobotoolbox_becomes_a_questionnaire() -> None:
    plan = kobo(
        ("begin_group", "air", "Air bersih", "Clean water"),
        ("note", "n", "Tentang air di rumah Anda."),
        ("select_one yesno", "Punya_Sumur", "Punya sumur?", "Do you have a well?", "Jawab saja", "true"),
        ("select_multiple many", "apa", "Apa saja?", "", "", "", "${Punya_Sumur} = 'yes'"),
        ("select_multiple many", "utama", "Yang utama?", "", "", "", "", "count-selected(.) < 3"),
        ("end_group",),
        ("text", "saran", "Saran?", "Suggestion?"),
    )
    assert plan.lost == []
    first, second = plan.sections
    assert (str(first.title), first.introduction.id, second.title) == (
        "Air bersih",
        "Tentang air di rumah Anda.",
        TITLE,
    )
    well, which, main = first.questions
    assert (well.key, well.kind, well.required, well.help.id) == (
        "punya-sumur", QuestionKind.SINGLE, True, "Jawab saja",
    )  # fmt: skip
    assert which.condition == ConditionSpec(key="punya-sumur", codes=frozenset({1}))
    assert (main.kind, main.max_choices) == (QuestionKind.PRIORITY_VOTE, 2)
    assert [label.id for _code, label in main.coded_options] == ["Satu", "Dua", "Tiga"]
    assert second.questions[0].kind == QuestionKind.TEXT


@pytest.mark.parametrize(
    "row",
    [
        ("calculate", "x", "", ""),
        ("geopoint", "x", "Di mana?"),
        ("integer", "x", "Umur?"),
        ("date", "x", "Kapan?"),
        ("image", "x", "Foto"),
        ("start", "start"),
        ("deviceid", "deviceid"),
        ("rank many", "x", "Urutkan"),
        ("acknowledge", "x", "Setuju?"),
        ("select_one_from_file kota.csv", "x", "Kota?"),
        ("select_one tidakada", "x", "Pilih"),
        ("sesuatu_baru", "x", "Apa ini?"),
        ("note", "x", "Di antara pertanyaan"),
        ("end_group",),
    ],
)
def test_a_row_that_cannot_be_asked_is_listed_with_its_number_and_a_reason(row: tuple[str, ...]) -> None:
    plan = kobo(("text", "dulu", "Apa?"), row, ("text", "lalu", "Lagi?"))
    assert [question.key for question in plan.questions] == ["dulu", "lalu"]
    assert [(remark.row, bool(str(remark.reason))) for remark in plan.lost] == [(3, True)]


def test_everything_inside_a_repeat_or_a_matrix_is_listed() -> None:
    plan = kobo(
        ("begin_repeat", "anak", "Anak"),
        ("text", "nama", "Nama anak"),
        ("begin_group", "g", "Rincian"),
        ("select_one yesno", "sekolah", "Bersekolah?"),
        ("end_group",),
        ("end_repeat",),
        ("text", "akhir", "Saran"),
    )
    assert [question.key for question in plan.questions] == ["akhir"]
    assert [remark.row for remark in plan.lost] == [2, 3, 5]


@pytest.mark.parametrize(
    "relevant",
    ["${a} > 3", "${a} = 'yes' and ${b} = 'no'", "${a} = 'yes' or ${b} = 'yes'", "not(${a} = 'yes')",
     "${nanti} = 'yes'", "${a} = 'maybe'"],
)  # fmt: skip
def test_a_condition_that_is_too_complicated_is_named_and_the_question_kept(relevant: str) -> None:
    plan = kobo(
        ("select_one yesno", "a", "A?"),
        ("select_one yesno", "b", "B?"),
        ("text", "c", "C?", "", "", "", relevant),
    )
    assert plan.questions[2].condition is None
    assert [remark.row for remark in plan.noted] == [4]
    assert relevant in str(plan.noted[0].reason)


def test_a_condition_of_a_group_is_that_of_its_questions() -> None:
    plan = kobo(
        ("select_one yesno", "a", "A?"),
        ("begin_group", "g", "Bagian", "", "", "", "selected(${a}, 'no')"),
        ("text", "b", "B?"),
        ("text", "c", "C?", "", "", "", "${a} = 'yes'"),
        ("end_group",),
    )
    assert plan.questions[1].condition == ConditionSpec(key="a", codes=frozenset({2}))
    assert plan.questions[2].condition is None  # two conditions at once
    assert [remark.row for remark in plan.noted] == [5]


def test_what_is_changed_is_said() -> None:
    plan = kobo(
        ("select_one yesno or_other", "a", "A?"),
        ("text", "b", "x" * 400),
        ("text", "c", "Halo ${a}"),
        ("text", "d", "D?", "", "", "", "", ". > 3", "sesuatu"),
        ("text", "b", "Lagi?"),
        ("text", "", "Tanpa nama"),
        ("begin_group", "satu", "Satu"),
        ("begin_group", "dua", "Dua"),
        ("text", "e", ""),
        ("end_group",),
        ("end_group",),
    )
    assert [remark.row for remark in plan.noted] == [2, 3, 4, 5, 5, 9, 10]
    assert len(plan.questions[1].text.id) == 300
    assert [question.key for question in plan.questions] == ["a", "b", "c", "d", "b-2", "tanpa-nama", "e"]


def test_languages_that_the_portal_does_not_speak_are_named() -> None:
    plan = kobo(
        ("text", "a", "Sopo?", "Siapa?", "Who?"),
        headings=("type", "name", "label::Jawa (jv)", "label::Bahasa Indonesia", "label:English"),
    )
    assert plan.questions[0].text == BothLanguages(id="Siapa?", en="Who?")
    assert [(remark.row, remark.words) for remark in plan.noted] == [(0, "Jawa (jv)")]


def test_names_that_are_numbers_stay_codes_with_their_holes() -> None:
    choices = [("list_name", "name", "label"), ("l", 3, "Tiga"), ("l", 7, "Tujuh"), ("l", 1, "Satu")]
    plan = kobo(("select_one l", "a", "A?"), choices=choices)
    assert [(code, label.id) for code, label in plan.questions[0].coded_options] == [
        (1, "Satu"), (3, "Tiga"), (7, "Tujuh"),
    ]  # fmt: skip


def test_a_range_becomes_a_scale() -> None:
    headings = ("type", "name", "label", "parameters")
    plan = kobo(("range", "a", "Seberapa?", "start=1 end=7 step=1"), headings=headings)
    assert (plan.questions[0].kind, plan.questions[0].levels) == (QuestionKind.SCALE, 7)
    for settings_ in ("start=0 end=10", "end=100", "end=10 step=2"):
        plan = kobo(("range", "a", "Seberapa?", settings_), headings=headings)
        assert [remark.row for remark in plan.lost] == [2]


def test_a_driver_of_another_framework_is_lost(version: SurveyVersion) -> None:
    plan = read(xlsform_of(version, specs_of(version)), None)
    drivers = [q for s in specs_of(version) for q in s.questions if q.kind == QuestionKind.DRIVER_RATING]
    assert len([remark for remark in plan.lost if remark.row]) >= len(drivers)


@pytest.mark.parametrize(
    ("grids", "code"),
    [
        ([Grid(name="Sheet1", rows=[["type", "name"]])], "no_survey_sheet"),
        ([Grid(name="survey", rows=[["a", "b"], ["x", "y"]])], "no_columns"),
        ([Grid(name="survey", rows=[])], "no_columns"),
    ],
)
def test_a_file_that_is_no_xlsform_is_refused(grids: list[Grid], code: str) -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_workbook(grids)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${a} = 'x'", Relevance("a", ("x",))),
        ("( ${a}='x' or selected( ${a} , \"y\" ) )", Relevance("a", ("x", "y"))),
        ("${a} = 3", Relevance("a", ("3",))),
        ("${a} != 'x'", None),
        ("", None),
        ("(${a} = 'x') or (${a} = 'y')", Relevance("a", ("x", "y"))),
    ],
)
def test_expressions_are_read_however_they_are_spaced(text: str, expected: Relevance | None) -> None:
    assert read_relevance(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("count-selected(.) <= 3", 3),
        ("count-selected(.)<4", 3),
        ("(count-selected( . ) <= 2)", 2),
        (". > 3", None),
    ],
)
def test_a_limit_is_read(text: str, number: int | None) -> None:
    assert read_at_most(text) == number


# -- writing what was read --------------------------------------------------------------------------------
def test_questions_are_added_under_free_keys_and_conditions_follow(budi: User, empty: Any) -> None:
    sections = [
        SectionSpec(
            title=TITLE,
            questions=[
                asks("Pilih", QuestionKind.SINGLE, key="a"),
                asks("Lalu", key="b", condition=ConditionSpec(key="a", codes=frozenset({1}))),
            ],
        )
    ]
    for _again in range(2):
        surveys.append_questions(survey=empty, sections=sections, by=budi, at=AT)
    found = [question for section in specs_of(draft_of(empty)) for question in section.questions]
    assert [(q.key, q.condition and q.condition.key) for q in found] == [
        ("a", None), ("b", "a"), ("a-2", None), ("b-2", "a-2"),
    ]  # fmt: skip
    now = all_seen(draft_of(empty))
    surveys.replace_questions(survey=empty, sections=sections, seen=now, by=budi, at=AT)
    assert len(specs_of(draft_of(empty))) == 1


@given(taken=st.sets(st.sampled_from("abc"), max_size=3))
def test_free_keys_are_free(taken: set[str]) -> None:
    sections = [SectionSpec(title=TITLE, questions=[asks(key, key=key) for key in ("a", "b", "a-2")])]
    keys = [question.key for section in with_free_keys(sections, taken) for question in section.questions]
    assert len(set(keys)) == 3
    assert not set(keys) & taken


def test_the_workbook_asks_for_the_group_that_results_need(version: SurveyVersion) -> None:
    survey, choices, settings = workbook_of(version, specs_of(version))
    types = [row[0] for row in survey.rows]
    assert types[:2] == ["begin_group", "select_one sectors"]
    assert ("wards", "w33.74.01.1001") in {(row[0], row[1]) for row in choices.rows}
    assert next(iter(settings.rows))[1] == "coba_xlsform"
