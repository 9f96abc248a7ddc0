"""Adding, rewording, conditioning, moving and removing questions of a draft."""

import pytest
from django.utils import translation

from assessment.models import Question, QuestionKind, Section, Survey, SurveyVersion
from assessment.operations import surveys
from assessment.operations.survey_editing import ChangedSince, Gone, Stale, fingerprint
from assessment.operations.survey_specs import spec_of
from assessment.operations.surveys import BothLanguages, ConditionSpec, OptionSpec, SectionSpec
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

from .conftest import AT, Builder, all_seen, asks, both, seen

pytestmark = pytest.mark.django_db
SINGLE, MULTIPLE = QuestionKind.SINGLE, QuestionKind.MULTIPLE


def remove_section(section: Section, by: User) -> None:
    surveys.remove_section(section=section, seen=all_seen(section.version, section), by=by, at=AT)


def labels(question: Question) -> dict[int, str]:
    return {option.position: str(option.label) for option in question.options.order_by("position")}


def test_a_survey_grows_question_by_question_and_every_step_is_told(builder: Builder, empty: Survey) -> None:
    question = builder.add(asks("Apa yang perlu diperbaiki?"))
    assert question.key == "apa-yang-perlu-diperbaiki"
    assert builder.order() == [["apa-yang-perlu-diperbaiki"], []]
    verbs = list(Activity.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["create_survey", "add_version", "add_section", "add_section", "add_question"]


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_questions_of_every_kind_can_be_built_and_read_back(
    builder: Builder, framework: object, hazards: list, kind: QuestionKind
) -> None:
    from assessment.models import Driver

    facts = {
        QuestionKind.DRIVER_RATING: {"driver": Driver.objects.first()},
        QuestionKind.HAZARD_RATING: {"hazard": hazards[0], "aspects": "likelihood_impact"},
        QuestionKind.SCALE: {"levels": 7, "low": both("rendah"), "high": both("tinggi")},
        QuestionKind.PRIORITY_VOTE: {"max_choices": 2},
    }.get(kind, {})
    spec = asks("Bagaimana menurut Anda?", kind, help=both("Bantuan"), required=True, **facts)
    question = builder.add(spec)
    read = spec_of(Question.objects.get(pk=question.pk))
    for name in ("kind", "text", "help", "required", "levels", "low", "high", "max_choices"):
        assert getattr(read, name) == getattr(spec, name)
    assert [option.label for option in read.options] == [option.label for option in spec.options]
    assert (read.driver, read.hazard) == (spec.driver, spec.hazard)


def test_a_key_is_never_given_twice_even_to_another_survey(builder: Builder) -> None:
    first, second = builder.add(asks("Sama?")), builder.add(asks("Sama?"))
    assert (first.key, second.key) == ("sama", "sama-2")


def test_only_staff_build(builder: Builder, wali: User, sections: list[Section]) -> None:
    question = builder.add(asks("Satu?"))
    who = {"by": wali, "at": AT}
    with pytest.raises(NotAllowed):
        surveys.add_question(section=sections[0], spec=asks("Dua?"), **who)
    with pytest.raises(NotAllowed):
        surveys.edit_question(question=question, spec=asks("Dua?"), seen=seen(question), **who)
    with pytest.raises(NotAllowed):
        surveys.remove_question(question=question, seen=seen(question), **who)
    with pytest.raises(NotAllowed):
        surveys.move_section(section=sections[1], step=-1, **who)


# -- bad input, in both languages ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (lambda: asks("Pilih", SINGLE, labels=("Satu",)), "few_options"),
        (lambda: asks("Pilih", QuestionKind.PRIORITY_VOTE, max_choices=4), "max_choices"),
        (lambda: asks("Pilih", QuestionKind.PRIORITY_VOTE), "max_choices"),
        (lambda: asks("Nilai", QuestionKind.SCALE, levels=11), "levels"),
        (lambda: asks("Nilai", QuestionKind.SCALE), "levels"),
        (lambda: asks("Nilai", QuestionKind.DRIVER_RATING), "no_driver"),
        (lambda: asks("Nilai", QuestionKind.HAZARD_RATING), "no_hazard"),
        (lambda: asks("Apa?", key="Kunci_salah"), "key"),
        (
            lambda: asks(
                "Pilih",
                SINGLE,
                options=[OptionSpec(label=both("A"), code=1), OptionSpec(label=both("B"), code=1)],
            ),
            "option_codes",
        ),
        (
            lambda: asks(
                "Pilih", SINGLE, options=[OptionSpec(label=both("A")), OptionSpec(label=BothLanguages())]
            ),
            "option_label",
        ),
    ],
)
def test_what_could_not_be_asked_is_refused_with_a_sentence(
    builder: Builder, spec: object, code: str
) -> None:
    messages = set()
    for language in ("id", "en"):
        with translation.override(language), pytest.raises(Refused) as refusal:
            builder.add(spec())  # type: ignore[operator]
        assert refusal.value.code == code
        messages.add(str(refusal.value.message))
    assert all(message.endswith(".") for message in messages)
    assert len(messages) == 2  # each in its own language
    assert not Question.objects.exists()


# -- options keep their codes -----------------------------------------------------------------------------
def test_before_anybody_was_asked_codes_follow_the_order_of_the_list(builder: Builder) -> None:
    question = builder.add(asks("Pilih", SINGLE))
    first, _second, third = spec_of(Question.objects.get(pk=question.pk)).options
    edited = builder.edit(
        question, asks("Pilih", SINGLE, options=[third, OptionSpec(label=both("Baru")), first])
    )
    assert labels(edited) == {1: "Tiga", 2: "Baru", 3: "Satu"}


def test_a_condition_follows_an_option_that_moves(builder: Builder) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu?"))
    builder.depend(dependent, asked, 3)
    first, second, third = spec_of(Question.objects.get(pk=asked.pk)).options
    builder.edit(asked, asks("Pilih", SINGLE, options=[third, first, second]))
    dependent.refresh_from_db()
    assert dependent.shown_if_codes == [1]


def test_an_option_on_which_a_condition_rests_cannot_go(builder: Builder) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu apa yang terjadi?"))
    builder.depend(dependent, asked, 3)
    first, second, _third = spec_of(Question.objects.get(pk=asked.pk)).options
    with pytest.raises(Refused, match="Lalu apa yang terjadi") as refusal:
        builder.edit(asked, asks("Pilih", SINGLE, options=[first, second]))
    assert refusal.value.code == "has_dependents"
    with pytest.raises(Refused):  # nor by exchanging every option for a new one of the same number
        builder.edit(asked, asks("Pilih", SINGLE, labels=("A", "B", "C")))
    assert labels(asked) == {1: "Satu", 2: "Dua", 3: "Tiga"}


def test_once_asked_removed_options_leave_a_hole_and_new_ones_never_take_an_old_code(
    builder: Builder, empty: Survey, budi: User
) -> None:
    question = builder.add(asks("Pilih", SINGLE, key="pilih"))
    builder.add(asks("Isi bagian dua"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    draft = surveys.start_version(survey=empty, by=budi, at=AT)
    copy = Question.objects.get(section__version=draft, key="pilih")
    first, _second, third = spec_of(copy).options
    new = OptionSpec(label=both("Empat"))
    edited = builder.edit(copy, asks("Pilih", SINGLE, options=[new, third, first]))
    assert labels(edited) == {1: "Satu", 3: "Tiga", 4: "Empat"}
    again = builder.edit(
        edited, asks("Pilih", SINGLE, options=[first, third, OptionSpec(label=both("Lima"))])
    )
    assert labels(again) == {1: "Satu", 3: "Tiga", 4: "Lima"}  # nobody was asked "Empat"
    assert labels(question) == {1: "Satu", 2: "Dua", 3: "Tiga"}


def test_a_code_that_the_question_does_not_know_is_not_taken_over(builder: Builder) -> None:
    question = builder.add(asks("Pilih", SINGLE))
    forged = [OptionSpec(label=both(label), code=code) for label, code in (("A", 1), ("B", 77), ("C", 78))]
    assert labels(builder.edit(question, asks("Pilih", SINGLE, options=forged))) == {1: "A", 2: "B", 3: "C"}


# -- nobody's work is lost --------------------------------------------------------------------------------
def test_of_two_wordings_the_second_is_refused_and_the_first_stands(builder: Builder) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    builder.edit(question, asks("Apa kata orang pertama?"), seen=before)
    with pytest.raises(Stale):
        builder.edit(question, asks("Apa kata orang kedua?"), seen=before)
    assert str(Question.objects.get(pk=question.pk).text) == "Apa kata orang pertama?"


def test_a_question_that_somebody_reworded_is_not_removed_by_another(builder: Builder) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    builder.edit(question, asks("Apa lagi?"))
    with pytest.raises(ChangedSince):
        surveys.remove_question(question=question, seen=before, by=builder.by, at=AT)
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_section_in_which_somebody_reworded_a_question_is_not_removed_by_another(
    builder: Builder, sections: list[Section], version: SurveyVersion
) -> None:
    question = builder.add(asks("Apa?"))
    before = all_seen(version, sections[0])
    builder.edit(question, asks("Apa lagi?"))
    with pytest.raises(ChangedSince):
        surveys.remove_section(section=sections[0], seen=before, by=builder.by, at=AT)
    remove_section(sections[0], builder.by)
    assert not Question.objects.exists()


@pytest.mark.parametrize("how", ["delete", "replace"])
def test_a_draft_that_somebody_changed_is_neither_deleted_nor_replaced(
    builder: Builder, empty: Survey, version: SurveyVersion, how: str
) -> None:
    builder.add(asks("Apa?"))
    before = all_seen(version)
    builder.add(asks("Pertanyaan orang lain"))
    facts = {"survey": empty, "by": builder.by, "at": AT}
    other = [SectionSpec(title=both("Lain"), questions=[asks("Lain?", key="lain")])]
    act = {
        "delete": lambda seen: surveys.delete_survey(seen=seen, **facts),
        "replace": lambda seen: surveys.replace_questions(seen=seen, sections=other, **facts),
    }[how]
    with pytest.raises(ChangedSince):
        act(before)
    assert Question.objects.count() == 2
    act(all_seen(version))
    assert list(Question.objects.values_list("key", flat=True)) == ([] if how == "delete" else ["lain"])


def test_rewording_what_is_gone_is_refused(builder: Builder) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    builder.remove(question)
    with pytest.raises(Gone):
        surveys.edit_question(question=question, spec=asks("Apa?"), seen=before, by=builder.by, at=AT)


def test_an_option_is_part_of_what_was_seen_but_the_place_is_not(builder: Builder) -> None:
    question, other = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lain"))
    before = seen(question)
    builder.move(other, -1)
    assert seen(question) == before
    question.options.filter(position=2).update(label_en="Another")
    assert fingerprint(Question.objects.get(pk=question.pk)) != before


# -- conditions -------------------------------------------------------------------------------------------
def test_a_condition_looks_back_to_a_question_with_one_answer(builder: Builder) -> None:
    single, scale = (
        builder.add(asks("Pilih", SINGLE)),
        builder.add(asks("Nilai", QuestionKind.SCALE, levels=5)),
    )
    several, last = builder.add(asks("Boleh banyak", MULTIPLE)), builder.add(asks("Mengapa?"), 1)
    assert builder.depend(last, single, 1, 2).shown_if_codes == [1, 2]
    assert builder.depend(last, scale, 0, 5).shown_if_codes == [0, 5]
    for asked, codes, code in (
        (several, (1,), "condition_kind"),
        (single, (4,), "condition_codes"),
        (scale, (6,), "condition_codes"),
        (single, (), "condition_codes"),
    ):
        with pytest.raises(Refused) as refusal:
            builder.depend(last, asked, *codes)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:  # nor ahead, nor in a circle
        builder.depend(single, scale, 1)
    assert refusal.value.code == "condition_order"
    with pytest.raises(Refused) as refusal:
        builder.depend(single, single, 1)
    assert refusal.value.code == "condition_order"


def test_everybody_is_asked_again_when_the_condition_goes(builder: Builder) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu?"))
    builder.depend(dependent, asked, 1)
    surveys.set_condition(question=dependent, condition=None, seen=seen(dependent), by=builder.by, at=AT)
    dependent.refresh_from_db()
    assert (dependent.shown_if, dependent.shown_if_codes) == (None, [])


def test_a_question_stays_before_those_that_depend_on_it(builder: Builder) -> None:
    asked, dependent = builder.add(asks("Pilih satu", SINGLE)), builder.add(asks("Mengapa begitu?"))
    builder.depend(dependent, asked, 1)
    for moved, step in ((asked, 1), (dependent, -1)):
        with pytest.raises(Refused, match=r"“Mengapa begitu\?”.*“Pilih satu”") as refusal:
            builder.move(moved, step)
        assert refusal.value.code == "condition_order"
    with pytest.raises(Refused, match="Mengapa begitu"):
        builder.remove(asked)
    assert builder.order() == [["pilih-satu", "mengapa-begitu"], []]


def test_a_section_stays_before_those_that_depend_on_it(
    builder: Builder, sections: list[Section], budi: User
) -> None:
    asked, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Mengapa?"), 1)
    builder.depend(dependent, asked, 1)
    with pytest.raises(Refused, match="Mengapa"):
        surveys.move_section(section=sections[0], step=1, by=budi, at=AT)
    with pytest.raises(Refused, match="Mengapa"):
        remove_section(sections[0], budi)
    remove_section(sections[1], budi)
    remove_section(sections[0], budi)
    assert not Question.objects.exists()


def test_a_choice_may_become_another_kind_of_choice_but_nothing_else(builder: Builder) -> None:
    question, dependent = builder.add(asks("Pilih", SINGLE)), builder.add(asks("Lalu?"))
    builder.depend(dependent, question, 1)
    with pytest.raises(Refused) as refusal:
        builder.edit(question, asks("Pilih", MULTIPLE))
    assert refusal.value.code == "has_dependents"
    surveys.set_condition(question=dependent, condition=None, seen=seen(dependent), by=builder.by, at=AT)
    assert builder.edit(question, asks("Pilih", MULTIPLE)).kind == MULTIPLE
    with pytest.raises(Refused) as refusal:
        builder.edit(question, asks("Pilih"))
    assert refusal.value.code == "kind"


# -- places -----------------------------------------------------------------------------------------------
def test_a_question_moves_up_and_down_and_over_the_edge_of_its_section(builder: Builder) -> None:
    for text in ("a", "b", "c"):
        builder.add(asks(text))
    c = Question.objects.get(key="c")
    steps = [builder.move(c, -1) and builder.order() for _ in range(3)]
    assert steps == [[["a", "c", "b"], []], [["c", "a", "b"], []], [["c", "a", "b"], []]]
    b = Question.objects.get(key="b")
    assert builder.move(b, 1)
    assert builder.order() == [["c", "a"], ["b"]]
    assert builder.move(b, 1)
    assert builder.order() == [["c", "a"], ["b"]]
    assert builder.move(b, -1)
    assert builder.order() == [["c", "a", "b"], []]


def test_a_question_goes_to_a_place_in_another_section(builder: Builder, sections: list[Section]) -> None:
    for text in ("a", "b", "c"):
        builder.add(asks(text))
    builder.add(asks("d"), 1)
    a = Question.objects.get(key="a")
    surveys.place_question(question=a, section=sections[1], place=1, by=builder.by, at=AT)
    assert builder.order() == [["b", "c"], ["a", "d"]]
    surveys.place_question(question=a, section=sections[1], place=99, by=builder.by, at=AT)
    assert builder.order() == [["b", "c"], ["d", "a"]]


def test_sections_move_with_their_questions(builder: Builder, sections: list[Section], budi: User) -> None:
    builder.add(asks("a"))
    builder.add(asks("b"), 1)
    surveys.move_section(section=sections[1], step=-1, by=budi, at=AT)
    assert builder.order() == [["b"], ["a"]]


def test_a_move_that_leads_nowhere_is_not_told(builder: Builder) -> None:
    question = builder.add(asks("a"))
    builder.move(question, -1)
    assert not Activity.objects.filter(verb="move_question").exists()


# -- what is asked already --------------------------------------------------------------------------------
def test_questions_that_are_being_asked_stay_as_they_are(builder: Builder, empty: Survey, budi: User) -> None:
    question = builder.add(asks("Apa?"))
    builder.add(asks("Isi"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    for change in (
        lambda: builder.add(asks("Lagi?")),
        lambda: builder.edit(question, asks("Lain?")),
        lambda: builder.remove(question),
        lambda: builder.move(question, 1),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.code == "frozen"


def test_a_section_needs_a_title(empty: Survey, budi: User) -> None:
    with pytest.raises(Refused):
        surveys.add_section(survey=empty, title=BothLanguages(), by=budi, at=AT)


def test_two_who_reword_a_section_do_not_overwrite_each_other(sections: list[Section], budi: User) -> None:
    before = seen(sections[0])
    change = {"section": sections[0], "introduction": both("x"), "seen": before, "by": budi, "at": AT}
    surveys.edit_section(title=both("Pertama"), **change)
    with pytest.raises(Stale):
        surveys.edit_section(title=both("Kedua"), **change)
    assert str(Section.objects.get(pk=sections[0].pk)) == "Pertama"


def test_a_condition_on_an_unknown_question_is_refused(builder: Builder, budi: User) -> None:
    question = builder.add(asks("Apa?"))
    with pytest.raises(Refused) as refusal:
        surveys.set_condition(
            question=question,
            condition=ConditionSpec(key="tidak-ada", codes=frozenset({1})),
            seen=seen(question),
            by=budi,
            at=AT,
        )
    assert refusal.value.code == "condition_order"
