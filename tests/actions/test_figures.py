"""Figures of plan and forum: what they say in words, in the table and in the picture agree."""

import pytest

from actions.figures import StatusRow, status_by_pillar, status_by_year
from actions.models import Action
from actions.overview import by_pillar, by_status, by_year
from stakeholders.figures import SectorShare, forum_composition, shares
from tests.support.plan import Programme

ROWS = [
    StatusRow(label="1. Air", counts={"done": 2, "planned": 1}),
    StatusRow(label="2. Kerja & <usaha>", counts={"ongoing": 3}),
]


@pytest.mark.parametrize("build", [status_by_pillar, status_by_year])
def test_the_table_holds_every_number_of_the_picture(build: object) -> None:
    figure = build(ROWS)  # type: ignore[operator]
    assert figure.description == "6 actions: 2 done, 3 ongoing, 1 planned."
    assert figure.table.headers[1:] == ("Done", "Ongoing", "Planned", "All")
    assert [row[1:] for row in figure.table.rows] == [("2", "0", "1", "3"), ("0", "3", "0", "3")]
    assert sum(value["count"] for value in figure.spec["data"]["values"]) == 6
    assert "2. Kerja &amp; &lt;usaha&gt;" in figure.svg


@pytest.mark.django_db
def test_actions_without_date_launch_or_initiative_are_counted_apart(programme: Programme) -> None:
    pillar = programme.pillar(2)
    programme.action(initiative=programme.draft(programme.strategy(pillar)))
    programme.action(planned_start=None, planned_end=None)
    programme.action(planned_start="2016-01-04", planned_end=None)
    actions = list(Action.objects.select_related("initiative__strategy__pillar"))
    assert [(row.label, row.total) for row in by_pillar(actions)] == [
        ("2. Pillar 2", 1),
        ("Without an initiative", 2),
    ]
    assert [(row.label, row.total) for row in by_year(actions, programme.cycle)] == [
        ("Before the launch", 1),
        ("Year 1", 1),
        ("No date yet", 1),
    ]
    assert {str(status): n for status, n in by_status(actions).items()} == {
        "done": 0,
        "ongoing": 0,
        "planned": 3,
    }


def test_sectors_stand_in_the_order_in_which_they_are_always_listed() -> None:
    rows = shares(
        [
            {"sector": "media", "organizations": 1, "members": 0},
            {"sector": "government", "organizations": 3, "members": 4},
        ]
    )
    figure = forum_composition(rows)
    assert [row[0] for row in figure.table.rows] == ["Government", "Media"]
    assert figure.description == "4 organisations; the largest sector is Government with 3."
    assert "Government" in figure.svg


def test_an_empty_forum_is_described_too() -> None:
    assert forum_composition([]).description == "The forum has no members yet."
    assert forum_composition([SectorShare(sector="media", organizations=1, members=1)]).table.rows
