"""Name and dates of a survey, deleting a draft, and the question bank."""

from datetime import timedelta

import pytest

from assessment.models import BankQuestion, Question, QuestionKind, Section, Survey
from assessment.operations import survey_bank, surveys
from assessment.operations.survey_editing import Stale, fingerprint
from assessment.operations.survey_specs import spec_of
from assessment.operations.surveys import OptionSpec
from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

from .conftest import AT, CLOSES, OPENS, Builder, all_seen, asks, both, seen

pytestmark = pytest.mark.django_db
SINGLE = QuestionKind.SINGLE


def update(survey: Survey, by: User, **changes: object) -> Survey:
    return surveys.update_survey(survey=survey, changes=changes, seen=seen(survey), by=by, at=AT)


def delete(survey: Survey, by: User) -> None:
    now = all_seen(survey.versions.order_by("-number").first())
    surveys.delete_survey(survey=survey, seen=now, by=by, at=AT)


def test_name_and_dates_change_while_it_is_a_draft(empty: Survey, budi: User) -> None:
    update(empty, budi, title_id="Nama baru", slug="nama-baru", closes_at=CLOSES + timedelta(days=1))
    survey = Survey.objects.get(slug="nama-baru")
    assert (str(survey), survey.closes_at) == ("Nama baru", CLOSES + timedelta(days=1))
    with pytest.raises(Invalid):
        update(survey, budi, closes_at=OPENS)


def test_two_who_change_the_dates_do_not_overwrite_each_other(empty: Survey, budi: User) -> None:
    before = seen(empty)
    update(empty, budi, reminder_floor_days=7)
    with pytest.raises(Stale):
        surveys.update_survey(survey=empty, changes={"reminder_floor_days": 3}, seen=before, by=budi, at=AT)


def test_of_an_open_survey_only_texts_and_the_closing_day_change(
    builder: Builder, empty: Survey, budi: User
) -> None:
    builder.add(asks("Apa?"))
    builder.add(asks("Lagi?"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    update(
        empty, budi, introduction_id="Lebih jelas", introduction_en="Clearer", closes_at=CLOSES + timedelta(1)
    )
    for changes, code in (
        ({"slug": "lain"}, "wrong_status"),
        ({"opens_at": OPENS + timedelta(1)}, "wrong_status"),
        ({"closes_at": AT}, "over"),
    ):
        with pytest.raises(Refused) as refusal:
            update(empty, budi, **changes)
        assert refusal.value.code == code


def test_rounds_never_run_in_a_circle(empty: Survey, budi: User, cycle: object) -> None:
    later = surveys.create_survey(
        cycle=cycle, slug="kemudian", title_id="x", previous=empty,
        opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        update(empty, budi, previous=later)
    assert refusal.value.code == "circle"


@pytest.mark.parametrize("slug", ["baru", "bank"])
def test_a_code_that_would_hide_a_page_is_refused(empty: Survey, budi: User, slug: str) -> None:
    with pytest.raises(Refused) as refusal:
        update(empty, budi, slug=slug)
    assert refusal.value.code == "reserved"


def test_only_a_draft_can_be_deleted_and_the_log_keeps_its_name(
    builder: Builder, empty: Survey, budi: User, wali: User
) -> None:
    dependent, asked = builder.add(asks("Pilih", SINGLE)), None
    asked, dependent = dependent, builder.add(asks("Lalu?"), 1)
    builder.depend(dependent, asked, 1)
    with pytest.raises(NotAllowed):
        delete(empty, wali)
    delete(empty, budi)
    assert not Survey.objects.exists()
    assert not Question.objects.exists()
    assert Activity.objects.get(verb="delete_survey").target_label == "Survei"


def test_a_survey_that_was_open_is_never_deleted(builder: Builder, empty: Survey, budi: User) -> None:
    builder.add(asks("Apa?"))
    builder.add(asks("Lagi?"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    with pytest.raises(Refused):
        delete(empty, budi)


def test_an_earlier_round_of_another_survey_is_not_deleted(empty: Survey, budi: User, cycle: object) -> None:
    surveys.create_survey(
        cycle=cycle, slug="kemudian", title_id="x", previous=empty,
        opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        delete(empty, budi)
    assert refusal.value.code == "has_rounds"


# -- bank -------------------------------------------------------------------------------------------------
def keep(by: User, **facts: object) -> BankQuestion:
    return survey_bank.keep_question(spec=asks("Pilih satu", SINGLE, **facts), topic="Air", by=by, at=AT)


def test_a_question_of_the_bank_keeps_key_and_codes_in_every_survey(
    budi: User, sections: list[Section]
) -> None:
    options = [OptionSpec(label=both("A"), code=2), OptionSpec(label=both("B"), code=5)]
    kept = keep(budi, options=options)
    taken = survey_bank.take_question(question=kept, section=sections[0], by=budi, at=AT)
    assert (taken.key, [option.code for option in spec_of(taken).options]) == (kept.key, [2, 5])
    with pytest.raises(Refused) as refusal:
        survey_bank.take_question(question=kept, section=sections[1], by=budi, at=AT)
    assert refusal.value.code == "key_twice"


def test_codes_of_a_question_from_the_bank_stay_although_nobody_was_asked(
    builder: Builder, budi: User, sections: list[Section]
) -> None:
    kept = keep(budi)
    taken = survey_bank.take_question(question=kept, section=sections[0], by=budi, at=AT)
    first, _second, third = spec_of(taken).options
    edited = builder.edit(
        taken, asks("Pilih", SINGLE, options=[third, OptionSpec(label=both("Baru")), first])
    )
    assert [option.code for option in spec_of(edited).options] == [1, 3, 4]


def test_a_question_goes_from_a_survey_into_the_bank(builder: Builder, budi: User) -> None:
    question = builder.add(asks("Pilih", SINGLE, help=both("Satu saja"), required=True))
    kept = survey_bank.keep_from_survey(question=question, topic=" Air ", by=budi, at=AT)
    assert (kept.key, kept.topic, str(kept.help_text), kept.options.count()) == (
        "pilih",
        "Air",
        "Satu saja",
        3,
    )
    with pytest.raises(Refused):
        survey_bank.keep_from_survey(question=question, by=budi, at=AT)


def test_ratings_are_not_kept_in_the_bank(builder: Builder, hazards: list, budi: User) -> None:
    question = builder.add(asks("Rob", QuestionKind.HAZARD_RATING, hazard=hazards[1]))
    with pytest.raises(Refused) as refusal:
        survey_bank.keep_from_survey(question=question, by=budi, at=AT)
    assert refusal.value.code == "kind"


def test_a_retired_question_is_no_longer_taken_and_can_be_offered_again(
    budi: User, sections: list[Section], wali: User
) -> None:
    kept = keep(budi)
    with pytest.raises(NotAllowed):
        survey_bank.retire_question(question=kept, by=wali, at=AT)
    retired = survey_bank.retire_question(question=kept, by=budi, at=AT)
    with pytest.raises(Refused) as refusal:
        survey_bank.take_question(question=retired, section=sections[0], by=budi, at=AT)
    assert refusal.value.code == "retired"
    with pytest.raises(Refused):
        survey_bank.retire_question(question=kept, by=budi, at=AT)
    offered = survey_bank.restore_question(question=kept, by=budi, at=AT)
    assert survey_bank.take_question(question=offered, section=sections[0], by=budi, at=AT)


def test_all_questions_are_taken_or_none(budi: User, sections: list[Section]) -> None:
    first, second = keep(budi), keep(budi, key="lain")
    survey_bank.retire_question(question=second, by=budi, at=AT)
    second.refresh_from_db()
    with pytest.raises(Refused):
        survey_bank.take_questions(questions=[first, second], section=sections[0], by=budi, at=AT)
    assert not Question.objects.exists()


def test_rewording_in_the_bank_keeps_codes_and_refuses_what_is_stale(budi: User) -> None:
    kept = keep(budi)
    before = fingerprint(kept)
    facts = {"question": kept, "topic": "Air", "provenance": "office", "source": "", "by": budi, "at": AT}
    first, _second, third = (
        OptionSpec(label=both(name), code=code) for name, code in (("a", 1), ("b", 2), ("c", 3))
    )
    spec = asks("Pilih lagi", SINGLE, options=[first, third, OptionSpec(label=both("baru"))])
    edited = survey_bank.edit_kept_question(spec=spec, seen=before, **facts)
    assert sorted(edited.options.values_list("position", flat=True)) == [1, 3, 4]
    with pytest.raises(Stale):
        survey_bank.edit_kept_question(spec=spec, seen=before, **facts)
