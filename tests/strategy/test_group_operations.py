"""Working groups: formed for chosen focus areas, filled from the forum, answering with sources."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import translation

from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from stakeholders.models import ForumMembership
from strategy.models import OpenQuestion, OpenQuestionStatus, WorkingGroup, WorkingGroupMember
from strategy.operations.groups import (
    add_member,
    answer_question,
    ask_question,
    form_group,
    remove_member,
    update_group,
)
from tests.support.plan import AT, People, Programme, make_user

pytestmark = pytest.mark.django_db


def last_line() -> Activity:
    return Activity.objects.order_by("-pk")[0]


def coordinator_of(programme: Programme, group: WorkingGroup, name: str) -> User:
    user = make_user(name)
    membership = programme.member(programme.person(user=user))
    add_member(group=group, membership=membership, role="coordinator", by=programme.people.sari, at=AT)
    return user


class TestForming:
    def test_a_chosen_focus_area_gets_one_group(self, programme: Programme) -> None:
        group = programme.group()
        with pytest.raises(Refused) as refusal:
            programme.group(group.focus_area)
        assert refusal.value.code == "has_group"
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkingGroup.objects.create(focus_area=group.focus_area, name="lagi")

    @pytest.mark.parametrize("status", ["proposed", "dropped"])
    def test_a_focus_area_that_is_not_chosen_gets_none(self, programme: Programme, status: str) -> None:
        with pytest.raises(Refused) as refusal:
            programme.group(programme.focus_area(status=status))
        assert refusal.value.code == "not_selected"

    def test_its_name_can_be_translated_later(self, people: People, programme: Programme) -> None:
        group = programme.group()
        update_group(group=group, changes={"name_en": "Mobility"}, by=people.sari, at=AT)
        with translation.override("en"):
            assert WorkingGroup.objects.get().name == "Mobility"


class TestMembers:
    def test_a_member_comes_from_the_forum_of_the_same_cycle_and_once(
        self, people: People, programme: Programme
    ) -> None:
        group, membership = programme.group(), programme.member()
        add_member(group=group, membership=membership, by=people.sari, at=AT)
        with pytest.raises(Invalid):
            add_member(group=group, membership=membership, by=people.sari, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkingGroupMember.objects.create(group=group, membership=membership)
        with pytest.raises(Refused) as refusal:
            add_member(group=group, membership=_member_of_another_cycle(people), by=people.sari, at=AT)
        assert refusal.value.code == "other_cycle"

    def test_who_is_taken_out_is_named_in_the_log_by_organisation(
        self, people: People, programme: Programme
    ) -> None:
        group, membership = programme.group(), programme.member()
        member = add_member(group=group, membership=membership, by=people.sari, at=AT)
        remove_member(member=member, by=people.sari, at=AT)
        assert last_line().data == {"member": str(membership.organization)}
        assert not group.members.exists()


def _member_of_another_cycle(people: People) -> ForumMembership:
    other = Programme(people, slug="2020")
    return other.member(other.person(other.organization(code="lain")))


class TestQuestions:
    def test_questions_are_numbered_in_the_order_they_are_asked(
        self, people: People, programme: Programme
    ) -> None:
        group = programme.group()
        numbers = [
            ask_question(group=group, text_id=text, by=people.sari, at=AT).position for text in ("a?", "b?")
        ]
        assert numbers == [1, 2]
        with pytest.raises(IntegrityError), transaction.atomic():
            OpenQuestion.objects.create(group=group, position=1, text="c?")

    def test_an_answer_closes_the_question_and_names_its_source(
        self, people: People, programme: Programme
    ) -> None:
        question = ask_question(group=programme.group(), text="Berapa?", by=people.sari, at=AT)
        answer_question(
            question=question,
            answer_id="Tujuh",
            answer_en="Seven",
            source="Survei 2015",
            by=people.sari,
            at=AT,
        )
        question.refresh_from_db()
        assert (question.status, question.answer_ind, question.answer_en, question.answered_at) == (
            OpenQuestionStatus.ANSWERED,
            "Tujuh",
            "Seven",
            AT,
        )
        with pytest.raises(Refused) as refusal:
            answer_question(question=question, answer="Delapan", source="x", by=people.sari, at=AT)
        assert refusal.value.code == "answered_already"

    @pytest.mark.parametrize(
        ("answer", "source", "code"), [("  ", "Survei", "no_answer"), ("Tujuh", " ", "no_source")]
    )
    def test_half_an_answer_is_refused(
        self, people: People, programme: Programme, answer: str, source: str, code: str
    ) -> None:
        question = ask_question(group=programme.group(), text="Berapa?", by=people.sari, at=AT)
        with pytest.raises(Refused) as refusal:
            answer_question(question=question, answer=answer, source=source, by=people.sari, at=AT)
        assert refusal.value.code == code
        question.refresh_from_db()
        assert question.status == OpenQuestionStatus.OPEN

    def test_the_database_agrees_that_an_answer_has_text_time_and_source(
        self, people: People, programme: Programme
    ) -> None:
        question = ask_question(group=programme.group(), text="Berapa?", by=people.sari, at=AT)
        rows = OpenQuestion.objects.filter(pk=question.pk)
        for broken in (
            {"status": "answered"},
            {"answered_at": AT},
            {"status": "answered", "answered_at": AT, "answer_source": "x"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**broken)


class TestRights:
    @pytest.mark.parametrize(
        ("name", "may"),
        [("sari", True), ("lestari", True), ("bagas", False), ("ani", False), ("mitra", False)],
    )
    def test_the_office_manages_all_groups(
        self, people: People, programme: Programme, name: str, may: bool
    ) -> None:
        assert getattr(people, name).has_perm("strategy.manage_groups", programme.group()) is may
        assert getattr(people, name).has_perm("strategy.manage_groups") is may

    def test_a_coordinator_manages_the_own_group_only(self, people: People, programme: Programme) -> None:
        group, other = programme.group(), programme.group()
        user = coordinator_of(programme, group, "Koordinator")
        assert user.has_perm("strategy.manage_groups", group)
        assert not user.has_perm("strategy.manage_groups", other)
        assert not user.has_perm("strategy.manage_groups")
        ask_question(group=group, text="Berapa?", by=user, at=AT)
        with pytest.raises(NotAllowed):
            ask_question(group=other, text="Berapa?", by=user, at=AT)
        with pytest.raises(NotAllowed):
            form_group(focus_area=programme.focus_area(), name="x", by=user, at=AT)

    def test_a_coordinator_adds_members_but_names_no_coordinators(
        self, people: People, programme: Programme
    ) -> None:
        group = programme.group()
        user = coordinator_of(programme, group, "Koordinator")
        add_member(group=group, membership=programme.member(), by=user, at=AT)
        with pytest.raises(NotAllowed):
            add_member(group=group, membership=programme.member(), role="coordinator", by=user, at=AT)
        with pytest.raises(NotAllowed):
            remove_member(member=group.members.get(role="coordinator"), by=user, at=AT)

    def test_a_plain_member_manages_nothing(self, people: People, programme: Programme) -> None:
        group, user = programme.group(), make_user("Anggota")
        add_member(
            group=group, membership=programme.member(programme.person(user=user)), by=people.sari, at=AT
        )
        assert not user.has_perm("strategy.manage_groups", group)
        assert not AnonymousUser().has_perm("strategy.manage_groups", group)


def test_a_group_is_seen_with_its_focus_area_or_by_its_members(people: People, programme: Programme) -> None:
    shown, hidden = programme.group(), programme.group(programme.focus_area(is_published=False))
    member = make_user("Anggota")
    add_member(
        group=hidden, membership=programme.member(programme.person(user=member)), by=people.sari, at=AT
    )
    assert set(WorkingGroup.objects.visible_to(AnonymousUser())) == {shown}
    assert set(WorkingGroup.objects.visible_to(people.mitra)) == {shown}
    assert set(WorkingGroup.objects.visible_to(member)) == {shown, hidden}
    assert set(WorkingGroup.objects.visible_to(people.bagas)) == {shown, hidden}
