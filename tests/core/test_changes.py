"""What operations share: texts in two languages, validation as sentences, races as refusals."""

from datetime import date

import pytest
from django.utils import translation

from semarang_resilience.core.changes import (
    ChangedMeanwhile,
    Invalid,
    apply_changes,
    content_fields,
    create,
    lock,
)
from semarang_resilience.core.models import Cycle, Phase

START, END = date(2015, 5, 1), date(2016, 1, 31)


def make_cycle(**values: object) -> Cycle:
    content = content_fields(Cycle, {"name_id": "Siklus", "name_en": "Cycle"})
    return Cycle(**({"slug": "crs", "planned_start": START, "planned_end": END} | content | values))


def test_callers_write_language_codes_and_the_columns_are_found() -> None:
    assert content_fields(Cycle, {"name_id": "Siklus", "name_en": "Cycle"}) == {
        "name_ind": "Siklus",
        "name_en": "Cycle",
    }


def test_a_text_that_the_model_does_not_translate_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="slug"):
        content_fields(Cycle, {"slug": "x"})


@pytest.mark.django_db
def test_a_missing_translation_is_not_filled_in_by_validation() -> None:
    with translation.override("en"):
        cycle = create(Cycle(slug="crs", planned_start=START, planned_end=END, name_ind="Siklus"))
        cycle.refresh_from_db()
        assert cycle.name == "Siklus"
        assert not cycle.name_en


@pytest.mark.django_db
def test_a_broken_rule_is_a_sentence_at_its_field() -> None:
    with translation.override("en"), pytest.raises(Invalid) as refusal:
        create(make_cycle(planned_end=date(2014, 1, 1)))
    assert refusal.value.fields == {"": ["The planned end must not lie before the planned start."]}


@pytest.mark.django_db
def test_only_permitted_fields_change_and_only_those_that_differ() -> None:
    cycle = create(make_cycle())
    changed = apply_changes(
        cycle, {"planned_end": END, "name_en": "First cycle"}, allowed=("planned_end", "planned_start")
    )
    assert changed == ["name_en"]
    with pytest.raises(TypeError, match="slug"):
        apply_changes(cycle, {"slug": "y"}, allowed=("planned_end",))


@pytest.mark.django_db
def test_an_insert_that_lost_a_race_is_refused_and_leaves_the_transaction_usable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cycle = create(make_cycle())
    # The other one commits between our check and our insert: the check sees nothing, the database does.
    monkeypatch.setattr("semarang_resilience.core.changes.check", lambda row: None)
    create(Phase(cycle=cycle, position=1, name="Tahap 1"))
    with pytest.raises(ChangedMeanwhile):
        create(Phase(cycle=cycle, position=1, name="Tahap 1"))
    assert Phase.objects.count() == 1


@pytest.mark.django_db
def test_locking_reads_the_newest_state() -> None:
    cycle = create(make_cycle())
    Cycle.objects.filter(pk=cycle.pk).update(planned_end=date(2016, 3, 1))
    lock(cycle)
    assert cycle.planned_end == date(2016, 3, 1)
