"""New wordings of an open survey, earlier rounds, and what makes answers incomparable."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.models import Question, QuestionKind, Section, Survey, SurveyVersion
from assessment.operations import surveys
from assessment.operations.survey_editing import ChangedSince, Stale
from assessment.operations.survey_specs import spec_of, specs_of
from assessment.operations.survey_versions import base_of, draft_of
from assessment.operations.surveys import BothLanguages, ConditionSpec, OptionSpec, SectionSpec
from assessment.questionnaire import questionnaire_of
from assessment.survey_gaps import version_gaps
from assessment.wording import changes_between, forced_breaks, words_changed
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused

from .conftest import AT, CLOSES, OPENS, Builder, all_seen, asks, both, seen

SINGLE, SCALE = QuestionKind.SINGLE, QuestionKind.SCALE


@pytest.fixture
def asked(builder: Builder, empty: Survey, budi: User) -> Survey:
    """An open survey: a choice, a scale, and a text for those who chose the first option."""
    choice = builder.add(asks("Apa yang paling penting?", SINGLE, key="penting"))
    builder.add(asks("Seberapa siap?", SCALE, key="siap", levels=5, low=both("belum"), high=both("sangat")))
    builder.depend(builder.add(asks("Mengapa?", key="mengapa"), 1), choice, 1)
    return surveys.open_survey(survey=empty, by=budi, at=AT)


def start(survey: Survey, by: User) -> SurveyVersion:
    return surveys.start_version(survey=survey, by=by, at=AT)


def question(version: SurveyVersion, key: str) -> Question:
    return Question.objects.get(section__version=version, key=key)


def describe(
    version: SurveyVersion, by: User, *broken: str, note: BothLanguages | None = None
) -> SurveyVersion:
    return surveys.describe_version(
        version=version, note=note or both("Kata yang salah diperbaiki"), broken=broken, seen=seen(version),
        by=by, at=AT,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_new_version_begins_as_a_copy_with_the_same_keys_codes_and_conditions(
    asked: Survey, budi: User
) -> None:
    first = asked.current_version
    draft = start(asked, budi)
    assert draft.number == 2
    assert specs_of(draft) == specs_of(first)
    assert question(draft, "mengapa").shown_if == question(draft, "penting")
    with pytest.raises(Refused) as refusal:
        start(asked, budi)
    assert refusal.value.code == "has_draft"


@pytest.mark.django_db
def test_people_are_asked_the_new_wording_from_its_publication_on(
    asked: Survey, builder: Builder, budi: User, wali: User
) -> None:
    draft = start(asked, budi)
    row = question(draft, "siap")
    builder.edit(row, replace(spec_of(row), text=both("Seberapa siap keluarga Anda?")))
    for missing in ("no_note",):
        with pytest.raises(Refused) as refusal:
            surveys.publish_version(version=draft, by=budi, at=AT)
        assert refusal.value.code == missing
    describe(draft, budi)
    with pytest.raises(NotAllowed):
        surveys.publish_version(version=draft, by=wali, at=AT)
    survey = surveys.publish_version(version=draft, by=budi, at=AT)
    assert survey.current_version == draft
    asked.refresh_from_db()
    current = SurveyVersion.objects.get(pk=asked.current_version_id)
    assert str(questionnaire_of(current).by_key["siap"].text) == "Seberapa siap keluarga Anda?"
    assert questionnaire_of(current).version == 2
    assert not questionnaire_of(current).by_key["siap"].breaks_series
    assert draft_of(asked) is None


@pytest.mark.django_db
def test_a_version_in_which_nothing_differs_is_not_published(asked: Survey, budi: User) -> None:
    draft = start(asked, budi)
    describe(draft, budi)
    with pytest.raises(Refused) as refusal:
        surveys.publish_version(version=draft, by=budi, at=AT)
    assert refusal.value.code == "no_change"


@pytest.mark.django_db
def test_a_version_with_gaps_or_a_note_in_one_language_is_not_published(
    asked: Survey, builder: Builder, budi: User
) -> None:
    draft = start(asked, budi)
    row = question(draft, "siap")
    builder.edit(row, replace(spec_of(row), text=BothLanguages(id="Siapkah?")))
    describe(draft, budi, note=BothLanguages(id="Diperbaiki"))
    with pytest.raises(Refused) as refusal:
        surveys.publish_version(version=draft, by=budi, at=AT)
    assert refusal.value.code == "no_text_en"
    builder.edit(row, replace(spec_of(row), text=both("Siapkah?")))
    with pytest.raises(Refused) as refusal:
        surveys.publish_version(version=draft, by=budi, at=AT)
    assert refusal.value.code == "no_note"


@pytest.mark.django_db
def test_while_a_survey_is_open_no_question_comes_or_goes(
    asked: Survey, builder: Builder, budi: User
) -> None:
    draft = start(asked, budi)
    section = Section.objects.filter(version=draft).first()
    for change in (
        lambda: surveys.add_question(section=section, spec=asks("Baru?"), by=budi, at=AT),
        lambda: builder.remove(question(draft, "mengapa")),
        lambda: surveys.remove_section(section=section, seen=all_seen(draft, section), by=budi, at=AT),
        lambda: surveys.append_questions(
            survey=asked,
            sections=[SectionSpec(title=both("x"), questions=[asks("y", key="y")])],
            by=budi,
            at=AT,
        ),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.code == "open"


@pytest.mark.django_db
def test_what_cannot_compare_is_marked_whether_people_say_so_or_not(
    asked: Survey, builder: Builder, budi: User
) -> None:
    draft = start(asked, budi)
    row = question(draft, "siap")
    builder.edit(row, replace(spec_of(row), levels=7))
    describe(draft, budi, "penting")
    surveys.publish_version(version=draft, by=budi, at=AT)
    frozen = questionnaire_of(SurveyVersion.objects.get(pk=draft.pk))
    assert {each.key: each.breaks_series for each in frozen} == {
        "penting": True,
        "siap": True,
        "mengapa": False,
    }


@pytest.mark.django_db
def test_a_draft_is_thrown_away_and_the_survey_goes_on(asked: Survey, builder: Builder, budi: User) -> None:
    draft = start(asked, budi)
    before = all_seen(draft)
    builder.edit(question(draft, "siap"), replace(spec_of(question(draft, "siap")), required=True))
    with pytest.raises(ChangedSince):  # nor with it what somebody else has just written there
        surveys.discard_version(version=draft, seen=before, by=budi, at=AT)
    surveys.discard_version(version=draft, seen=all_seen(draft), by=budi, at=AT)
    assert list(asked.versions.values_list("number", flat=True)) == [1]
    assert Question.objects.count() == 3
    assert start(asked, budi).number == 2


@pytest.mark.django_db
def test_two_who_write_the_note_do_not_overwrite_each_other(asked: Survey, budi: User) -> None:
    draft = start(asked, budi)
    facts = {"version": draft, "broken": (), "seen": seen(draft), "by": budi, "at": AT}
    surveys.describe_version(note=both("Pertama"), **facts)
    with pytest.raises(Stale):
        surveys.describe_version(note=both("Kedua"), **facts)


@pytest.mark.django_db
def test_a_round_copies_keys_and_codes_and_takes_the_hazards_of_its_cycle(
    asked: Survey, budi: User, cycle: object
) -> None:
    again = surveys.begin_survey(
        cycle=cycle, slug="lagi", start="round", previous=asked, title_id="Lagi", title_en="Again",
        opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip
    draft = draft_of(again)
    assert specs_of(draft) == specs_of(asked.current_version)
    assert base_of(draft) == asked.current_version


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["standard", "extended"])
def test_the_ready_made_surveys_lack_nothing(
    kind: str, budi: User, cycle: object, framework: object, hazards: list, districts: list
) -> None:
    survey = surveys.begin_survey(
        cycle=cycle, slug="jadi", start=kind, previous=None, title_id="Jadi", title_en="Ready",
        introduction_id="Mulai", introduction_en="Start", opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip
    assert survey.opening_gaps(at=AT) == []
    asked_kinds = {row.kind for row in Question.objects.all()}
    further = {"scale", "asset_nomination", "priority_vote"}
    assert asked_kinds & further == (further if kind == "extended" else set())
    surveys.open_survey(survey=survey, by=budi, at=AT)


@pytest.mark.django_db
def test_an_earlier_round_without_questions_cannot_be_copied(
    empty: Survey, budi: User, cycle: object
) -> None:
    with pytest.raises(Refused) as refusal:
        surveys.begin_survey(
            cycle=cycle, slug="lagi", start="round", previous=empty, title_id="Lagi", opens_at=OPENS,
            closes_at=CLOSES, by=budi, at=AT,
        )  # fmt: skip
    assert refusal.value.code == "no_questions"
    assert not Survey.objects.filter(slug="lagi").exists()


# -- gaps -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_every_text_that_lacks_a_language_is_named_with_its_place(
    builder: Builder, version: SurveyVersion, sections: list[Section], empty: Survey
) -> None:
    only = BothLanguages(id="Hanya Indonesia")
    builder.add(asks("Lengkap?"))
    builder.add(
        asks("Pilih", SINGLE, help=only, options=[OptionSpec(label=both("A")), OptionSpec(label=only)])
    )
    builder.add(asks("Nilai", SCALE, levels=5, low=only))
    Section.objects.filter(pk=sections[0].pk).update(introduction_en="English only")
    found = [(gap.code, getattr(gap, "question", None)) for gap in version_gaps(version)]
    pks = dict(Question.objects.values_list("key", "pk"))
    assert found == [
        ("no_introduction_id", None),
        ("no_help_text_en", pks["pilih"]),
        ("no_option_en", pks["pilih"]),
        ("no_low_label_en", pks["nilai"]),
        ("no_ends", pks["nilai"]),
        ("empty_section", None),
    ]
    assert "3" in str(version_gaps(version)[3])  # the number of the question


@pytest.mark.django_db
def test_a_condition_that_can_never_be_met_is_a_gap(builder: Builder, version: SurveyVersion) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu?"))
    builder.depend(dependent, asked, 1)
    Question.objects.filter(pk=dependent.pk).update(shown_if_codes=[9])  # only by hand: operations refuse it
    assert "broken_condition" in [gap.code for gap in version_gaps(version)]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_gaps_and_questionnaires_take_three_queries_whatever_the_size(
    builder: Builder, version: SurveyVersion, count: int
) -> None:
    from assessment.outline import outline_of

    for number in range(count):
        builder.add(asks(f"Pilih {number}", SINGLE))
    for read in (version_gaps, specs_of, outline_of):
        with CaptureQueriesContext(connection) as queries:
            read(version)
        assert len(queries) == 3, read


# -- what changed -----------------------------------------------------------------------------------------
def spec(**facts: object) -> surveys.QuestionSpec:
    return asks("Apa yang paling penting?", SINGLE, key="k", **facts)


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"text": both("Apa yang terpenting?")}, 0),
        ({"required": True}, 0),
        ({"options": spec().options[:2]}, 0),
        ({"options": [*spec().options, OptionSpec(label=both("Empat"))]}, 0),
        ({"kind": QuestionKind.MULTIPLE}, 1),
        ({"max_choices": 2}, 1),
        ({"condition": ConditionSpec(key="lain", codes=frozenset({1}))}, 1),
        ({"options": [OptionSpec(label=both("Sepenuhnya lain")), *spec().options[1:]]}, 1),
        ({"options": [OptionSpec(label=both("Satu saja")), *spec().options[1:]]}, 0),
    ],
)
def test_structure_decides_what_cannot_compare(change: dict, count: int) -> None:
    assert len(forced_breaks(spec(), replace(spec(), **change))) == count


def test_changes_are_told_word_by_word() -> None:
    pieces = [
        (piece.kind, piece.text) for piece in words_changed("Seberapa siap Anda?", "Seberapa siap kita?")
    ]
    assert pieces == [("same", "Seberapa siap "), ("gone", "Anda"), ("new", "kita"), ("same", "?")]


words = st.text(st.sampled_from("ab c,.\n"), max_size=30)


@given(before=words, after=words)
@settings(max_examples=200)
def test_the_pieces_of_a_change_give_back_both_texts(before: str, after: str) -> None:
    pieces = words_changed(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_questions_that_came_went_or_moved_are_told_apart() -> None:
    one, two, three = (asks(name, key=name) for name in ("satu", "dua", "tiga"))
    title = both("Bagian")

    def sections(*questions: surveys.QuestionSpec) -> list[SectionSpec]:
        return [SectionSpec(title=title, questions=questions)]

    changes = changes_between(sections(one, two), sections(two, one))
    assert (changes.is_reordered, changes.questions, changes.is_any) == (True, (), True)
    changes = changes_between(sections(one, two), sections(one, three))
    assert [(change.key, bool(change.before), bool(change.after)) for change in changes.questions] == [
        ("tiga", False, True),
        ("dua", True, False),
    ]
    assert not changes_between(sections(one), sections(one)).is_any
