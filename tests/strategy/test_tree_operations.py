"""The strategy tree: codes made of numbers, links with reasons, publication without gaps."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle
from strategy.models import Initiative, InitiativeFocusArea, InitiativeStatus, Pillar, Strategy
from strategy.operations.tree import (
    add_initiative,
    add_pillar,
    add_strategy,
    link_focus_area,
    publish_initiative,
    unlink_focus_area,
    update_initiative,
    update_pillar,
    update_strategy,
)
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db


def last_line() -> Activity:
    return Activity.objects.order_by("-pk")[0]


class TestNumbers:
    def test_codes_are_made_of_the_numbers_above(self, programme: Programme) -> None:
        pillar = programme.pillar(3)
        programme.strategy(pillar)
        strategy = programme.strategy(pillar)
        initiative = programme.draft(strategy)
        assert (pillar.code, strategy.code, initiative.code) == ("3", "3.2", "3.2.1")

    def test_each_number_is_used_once_below_its_parent(self, people: People, programme: Programme) -> None:
        pillar, strategy = programme.pillar(1), programme.strategy(programme.pillar(2))
        programme.draft(strategy)
        who = {"by": people.sari, "at": AT}
        for again in (
            lambda: add_pillar(cycle=programme.cycle, number=1, name="x", **who),
            lambda: add_strategy(pillar=strategy.pillar, number=1, name="x", **who),
            lambda: add_initiative(strategy=strategy, number=1, name="x", **who),
        ):
            with pytest.raises(Invalid):
                again()
        for row in (
            lambda: Pillar.objects.create(cycle=programme.cycle, number=1, name="x"),
            lambda: Strategy.objects.create(pillar=strategy.pillar, number=1, code="2.1", name="x"),
            lambda: Initiative.objects.create(strategy=strategy, number=1, code="2.1.1", name="x"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                row()
        assert Pillar.objects.filter(number=1).get() == pillar

    def test_an_initiative_without_code_cannot_be_stored(self, programme: Programme) -> None:
        initiative = programme.draft()
        with pytest.raises(IntegrityError), transaction.atomic():
            Initiative.objects.filter(pk=initiative.pk).update(code="")

    def test_the_refusal_speaks_the_language_of_the_reader(
        self, people: People, programme: Programme
    ) -> None:
        programme.pillar(1)
        with translation.override("en"), pytest.raises(Invalid) as refusal:
            add_pillar(cycle=programme.cycle, number=1, name="x", by=people.sari, at=AT)
        assert str(refusal.value) == "Another pillar has this number."

    def test_a_name_is_needed_in_at_least_one_language(self, people: People, programme: Programme) -> None:
        pillar, strategy = programme.pillar(), programme.strategy()
        who = {"by": people.sari, "at": AT}
        for nameless in (
            lambda: add_pillar(cycle=programme.cycle, number=9, name_id="", **who),
            lambda: add_strategy(pillar=pillar, number=9, **who),
            lambda: add_initiative(strategy=strategy, number=9, name_en="", **who),
        ):
            with pytest.raises(Invalid) as refusal:
                nameless()
            assert "name" in refusal.value.fields


class TestChanges:
    def test_texts_lead_drivers_and_hazards_change_and_are_logged(
        self, people: People, programme: Programme
    ) -> None:
        initiative = programme.draft(drivers=programme.drivers[:1])
        hazard, lead = programme.hazard(), programme.organization()
        update_initiative(
            initiative=initiative,
            changes={"name_en": "Rain harvest", "lead": lead, "time_frame": "short"},
            drivers=programme.drivers[:1],
            hazards=[hazard],
            by=people.sari,
            at=AT,
        )
        initiative.refresh_from_db()
        assert (initiative.name_en, initiative.lead, list(initiative.hazards.all())) == (
            "Rain harvest",
            lead,
            [hazard],
        )
        assert last_line().data == {"changed": ["hazards", "lead", "name_en", "time_frame"]}

    def test_pillar_and_strategy_keep_their_number(self, people: People, programme: Programme) -> None:
        strategy = programme.strategy()
        who = {"by": people.sari, "at": AT}
        update_pillar(pillar=strategy.pillar, changes={"icon": "waves"}, **who)
        update_strategy(strategy=strategy, changes={"summary_id": "Ringkas"}, **who)
        assert last_line().data == {"changed": ["summary_id"]}
        with pytest.raises(TypeError, match="number"):
            update_pillar(pillar=strategy.pillar, changes={"number": 9}, **who)

    def test_hazards_come_from_the_list_of_the_same_cycle(self, people: People, programme: Programme) -> None:
        other = Programme(people, slug="2020")
        with pytest.raises(Refused) as refusal:
            programme.draft(hazards=[other.hazard()])
        assert refusal.value.code == "other_cycle"
        assert not Initiative.objects.exists()  # the refusal took the initiative back


class TestReasons:
    def test_a_link_carries_its_reason(self, people: People, programme: Programme) -> None:
        initiative, focus_area = programme.draft(), programme.focus_area()
        link = link_focus_area(
            initiative=initiative,
            focus_area=focus_area,
            reason_id="Air bersih langka",
            by=people.sari,
            at=AT,
        )
        assert link.reason == "Air bersih langka"
        with pytest.raises(Invalid):
            link_focus_area(
                initiative=initiative, focus_area=focus_area, reason="lagi", by=people.sari, at=AT
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            InitiativeFocusArea.objects.create(initiative=initiative, focus_area=focus_area)

    @pytest.mark.parametrize(
        ("case", "code"),
        [
            ("other_cycle", "other_cycle"),
            ("proposed", "not_selected"),
            ("dropped", "not_selected"),
            ("no_reason", "no_reason"),
        ],
    )
    def test_a_link_that_would_explain_nothing_is_refused(
        self, people: People, programme: Programme, case: str, code: str
    ) -> None:
        reason = "  " if case == "no_reason" else "Sebab"
        match case:
            case "other_cycle":
                focus_area = Programme(people, slug="2020").focus_area()
            case "no_reason":
                focus_area = programme.focus_area()
            case _:
                focus_area = programme.focus_area(status=case)
        with pytest.raises(Refused) as refusal:
            link_focus_area(
                initiative=programme.draft(), focus_area=focus_area, reason=reason, by=people.sari, at=AT
            )
        assert refusal.value.code == code

    def test_the_log_keeps_the_reason_of_a_link_that_is_gone(
        self, people: People, programme: Programme
    ) -> None:
        initiative = programme.complete()
        link = initiative.focus_area_links.get()
        unlink_focus_area(link=link, by=people.sari, at=AT)
        assert last_line().data["reason"] == "Answers the need"
        assert not initiative.focus_area_links.exists()


class TestPublication:
    def test_a_complete_initiative_is_published_by_the_lead_once(
        self, people: People, programme: Programme
    ) -> None:
        initiative = programme.complete()
        publish_initiative(initiative=initiative, by=people.lestari, at=AT)
        initiative.refresh_from_db()
        assert initiative.status == InitiativeStatus.PUBLISHED
        assert last_line().verb == "publish_initiative"
        with pytest.raises(Refused) as refusal:
            publish_initiative(initiative=initiative, by=people.lestari, at=AT)
        assert refusal.value.code == "published_already"

    def test_every_gap_stops_publication_and_is_named(self, people: People, programme: Programme) -> None:
        initiative = programme.draft(name_en="", summary_id="Hanya di sini")
        with translation.override("en"):
            with pytest.raises(Refused) as refusal:
                publish_initiative(initiative=initiative, by=people.lestari, at=AT)
            assert str(refusal.value) == " ".join(str(gap) for gap in initiative.publication_gaps())
        codes = {gap.code for gap in initiative.publication_gaps()}
        assert codes == {"no_name_en", "no_summary_en", "no_focus_area", "no_lead"}
        initiative.refresh_from_db()
        assert initiative.status == InitiativeStatus.DRAFT

    def test_a_link_without_reason_is_a_gap_even_if_somebody_put_it_in_the_database(
        self, programme: Programme
    ) -> None:
        initiative = programme.complete()
        initiative.focus_area_links.update(reason_ind="", reason_en="")
        assert [gap.code for gap in initiative.publication_gaps()] == ["no_reason"]

    def test_a_quoted_initiative_is_published_as_its_source_gives_it(
        self, people: People, programme: Programme
    ) -> None:
        initiative = programme.draft(name_en="", provenance="quoted", source="RISPAM 2018, VII-30")
        assert initiative.publication_gaps() == []
        assert {gap.code for gap in initiative.open_points()} == {"no_name_en", "no_focus_area", "no_lead"}
        publish_initiative(initiative=initiative, by=people.lestari, at=AT)
        assert initiative.status == InitiativeStatus.PUBLISHED

    def test_an_example_has_to_be_as_complete_as_the_real_thing(self, programme: Programme) -> None:
        assert programme.draft(provenance="example").publication_gaps()


@pytest.mark.parametrize(
    ("name", "may_edit", "may_publish"),
    [
        ("sari", True, False),
        ("lestari", True, True),
        ("bagas", False, False),
        ("ani", False, False),
        ("mitra", False, False),
    ],
)
def test_who_may_edit_the_tree_and_who_may_publish(
    people: People, programme: Programme, name: str, may_edit: bool, may_publish: bool
) -> None:
    user, initiative = getattr(people, name), programme.complete()
    assert user.has_perm("strategy.edit_tree", initiative) is may_edit
    assert user.has_perm("strategy.publish_initiative", initiative) is may_publish
    if not may_edit:
        with pytest.raises(NotAllowed):
            update_initiative(initiative=initiative, changes={"name_en": "x"}, by=user, at=AT)
    if not may_publish:
        with pytest.raises(NotAllowed):
            publish_initiative(initiative=initiative, by=user, at=AT)


class TestVisibility:
    def test_strangers_see_published_initiatives_and_count_only_those(
        self, people: People, programme: Programme
    ) -> None:
        strategy = programme.strategy()
        shown, hidden = programme.complete(strategy), programme.draft(strategy)
        publish_initiative(initiative=shown, by=people.lestari, at=AT)
        assert set(Initiative.objects.visible_to(people.mitra)) == {shown}
        assert set(Initiative.objects.visible_to(people.bagas)) == {shown, hidden}
        assert Pillar.objects.for_list(people.mitra).get().initiative_count == 1
        assert Pillar.objects.for_list(people.bagas).get().initiative_count == 2
        [pillar] = Pillar.objects.for_tree(people.mitra)
        assert [list(row.initiatives.all()) for row in pillar.strategies.all()] == [[shown]]

    def test_codes_may_repeat_in_another_cycle(self, people: People, programme: Programme) -> None:
        other = Programme(people, slug="2020")
        assert programme.draft().code == other.draft().code == "1.1.1"
        assert Cycle.objects.count() == 2
