"""Two people merge, link or edit at the same moment, in real threads on PostgreSQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from semarang_resilience.core.errors import Refused
from stakeholders.models import ForumMembership, Organization
from stakeholders.operations.forum import join_forum
from stakeholders.operations.merging import merge_organizations, settle_merges
from stakeholders.operations.organizations import update_organization
from tests.actions.test_races import at_once
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2015, 7, 1)


@pytest.fixture
def city() -> Programme:
    return Programme(People())


def merger(city: Programme, winner: Organization, loser: Organization) -> Callable[[], Any]:
    by = city.people.sari

    def run() -> Any:
        one, two = (Organization.objects.get(pk=each.pk) for each in (winner, loser))
        return merge_organizations(winner=one, loser=two, by=by, at=AT)

    return run


def states(*rows: Organization) -> list[int | None]:
    return [Organization.objects.get(pk=row.pk).merged_into_id for row in rows]


def test_two_who_merge_the_same_pair_both_ways_get_one_winner(city: Programme) -> None:
    for _ in range(5):
        a, b = city.organization(), city.organization()
        city.member(city.person(a))
        answers = at_once(merger(city, a, b), merger(city, b, a))
        assert sum(isinstance(each, Refused) for each in answers) == 1
        into = states(a, b)
        assert into in ([b.pk, None], [None, a.pk])
        winner = b if into[0] else a
        assert ForumMembership.objects.filter(organization=winner).count() == 1


def test_a_winner_that_is_merged_away_at_the_same_moment_takes_all_along(city: Programme) -> None:
    for _ in range(5):
        a, b, c = city.organization(), city.organization(), city.organization()
        city.member(city.person(a))
        at_once(merger(city, b, a), merger(city, c, b))
        into = states(a, b, c)
        assert into in ([c.pk, c.pk, None], [None, c.pk, None]), into
        home = a if into[0] is None else c
        assert ForumMembership.objects.filter(organization=home).count() == 1


def test_a_ring_of_merges_does_not_lock_up(city: Programme) -> None:
    a, b, c = city.organization(), city.organization(), city.organization()
    answers = at_once(merger(city, a, b), merger(city, b, c), merger(city, c, a))
    assert None not in answers
    assert sum(into is None for into in states(a, b, c)) == 1


def test_who_is_linked_at_the_moment_of_the_merge_ends_at_the_winner(city: Programme) -> None:
    for _ in range(5):
        winner, loser = city.organization(), city.organization()
        by, cycle = city.people.sari, city.cycle

        def join(loser: Organization = loser, by: Any = by, cycle: Any = cycle) -> Any:
            organization = Organization.objects.get(pk=loser.pk)
            return join_forum(cycle=cycle, organization=organization, since=DAY, by=by, at=AT)

        answers = at_once(merger(city, winner, loser), join)
        settle_merges(at=AT)
        joined = not isinstance(answers[1], Refused)
        assert ForumMembership.objects.filter(organization=winner).count() == int(joined)
        assert not ForumMembership.objects.filter(organization=loser).exists()


def test_a_change_at_the_same_moment_is_kept_or_refused(city: Programme) -> None:
    for _ in range(5):
        winner, loser = city.organization(), city.organization()
        by = city.people.sari

        def rename(winner: Organization = winner, by: Any = by) -> Any:
            row = Organization.objects.get(pk=winner.pk)
            return update_organization(organization=row, changes={"name": "Nama baru"}, by=by, at=AT)

        answers = at_once(merger(city, winner, loser), rename)
        assert not any(isinstance(each, Refused) for each in answers)
        assert Organization.objects.get(pk=winner.pk).name == "Nama baru"
        assert states(loser) == [winner.pk]
