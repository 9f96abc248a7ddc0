"""Answers in words: read, cleaned, coded by several people who do not see each other's codes."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.coding import (
    Strength,
    agreement_of,
    differences_for,
    open_answer_gaps,
    progress_of,
    waiting_for,
)
from assessment.models import OpenAnswer, OpenAnswerStatus, Reading, Survey, SurveyVersion, Theme
from assessment.operations.open_answers import (
    add_theme,
    merge_themes,
    read_answer,
    remove_theme,
    update_theme,
)
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from tests.assessment.surveys.conftest import AT

pytestmark = pytest.mark.django_db
KEY = "suggestion"


@pytest.fixture
def rina(db: None) -> User:
    """A second coder."""
    return User.objects.create_user(
        "rina@contoh.semarang", "sandi-contoh-1", name="Rina", roles=["cro_staff"]
    )


@pytest.fixture
def answers(version: SurveyVersion) -> list[OpenAnswer]:
    """Twelve texts."""
    OpenAnswer.objects.bulk_create(
        OpenAnswer(version=version, question_key=KEY, text=f"Jawaban {n} dari Pak RT", sector="media")
        for n in range(12)
    )
    return list(OpenAnswer.objects.order_by("pk"))


@pytest.fixture
def themes(survey: Survey, budi: User) -> list[Theme]:
    return [
        add_theme(survey=survey, question_key=KEY, name_id=name, name_en=english, by=budi, at=AT)
        for name, english in (("Saluran", "Drains"), ("Sampah", "Waste"))
    ]


def keep(answer: OpenAnswer, by: User, *themes: Theme) -> Reading:
    return read_answer(answer=answer, decision="kept", themes=themes, by=by, at=AT)


class TestReading:
    def test_keep_hide_and_redact(self, answers: list[OpenAnswer], budi: User) -> None:
        keep(answers[0], budi)
        read_answer(answer=answers[1], decision="hidden", by=budi, at=AT)
        read_answer(
            answer=answers[2], decision="redacted", redacted_text=" Jawaban dari […] ", by=budi, at=AT
        )
        found = [OpenAnswer.objects.get(pk=answer.pk) for answer in answers[:3]]
        assert [row.status for row in found] == ["kept", "hidden", "redacted"]
        assert [row.redacted_text for row in found] == ["", "", "Jawaban dari […]"]
        assert all(row.reviewed_by == budi and row.reviewed_on for row in found)

    @pytest.mark.parametrize("text", ["", "   ", "SAME"])
    def test_a_redaction_must_take_something_out(
        self, answers: list[OpenAnswer], budi: User, text: str
    ) -> None:
        text = answers[0].text if text == "SAME" else text
        with pytest.raises(Refused):
            read_answer(answer=answers[0], decision="redacted", redacted_text=text, by=budi, at=AT)
        assert not Reading.objects.exists()

    def test_a_decision_may_be_changed_and_leaves_nothing_behind(
        self, answers: list[OpenAnswer], budi: User
    ) -> None:
        read_answer(answer=answers[0], decision="redacted", redacted_text="[…]", by=budi, at=AT)
        keep(answers[0], budi)
        row = OpenAnswer.objects.get(pk=answers[0].pk)
        assert (row.status, row.redacted_text) == ("kept", "")
        assert Reading.objects.count() == 1

    def test_a_hidden_answer_has_no_theme(
        self, answers: list[OpenAnswer], themes: list[Theme], budi: User
    ) -> None:
        reading = read_answer(answer=answers[0], decision="hidden", themes=themes, by=budi, at=AT)
        assert not reading.themes.exists()

    def test_only_staff_read(self, answers: list[OpenAnswer], wali: User) -> None:
        with pytest.raises(NotAllowed):
            keep(answers[0], wali)

    def test_nonsense_is_refused(self, answers: list[OpenAnswer], survey: Survey, budi: User) -> None:
        other = add_theme(survey=survey, question_key="other", name_id="Lain", name_en="", by=budi, at=AT)
        for decision, chosen in (("new", []), ("", []), ("kept", [other])):
            with pytest.raises(Refused):
                read_answer(answer=answers[0], decision=decision, themes=chosen, by=budi, at=AT)

    def test_the_log_has_one_line_a_day_and_no_text(self, answers: list[OpenAnswer], budi: User) -> None:
        for answer in answers:
            keep(answer, budi)
        (line,) = Activity.objects.filter(verb="review_answers")
        assert "Jawaban" not in str(line.data)

    def test_what_nobody_has_read_stands_in_the_way_of_a_review(
        self, answers: list[OpenAnswer], survey: Survey, budi: User
    ) -> None:
        (gap,) = open_answer_gaps(survey)
        assert "12" in str(gap)
        for answer in answers:
            keep(answer, budi)
        assert open_answer_gaps(survey) == []


class TestCoding:
    def test_each_codes_alone_and_keeps_the_own_codes(
        self, answers: list[OpenAnswer], themes: list[Theme], budi: User, rina: User
    ) -> None:
        keep(answers[0], budi, themes[0])
        keep(answers[0], rina, themes[1])
        codes = {r.coder.name: [t.name for t in r.themes.all()] for r in Reading.objects.all()}
        assert codes == {"Budi": ["Saluran"], "Rina": ["Sampah"]}

    def test_everybody_has_an_own_queue(
        self, answers: list[OpenAnswer], survey: Survey, budi: User, rina: User
    ) -> None:
        keep(answers[0], budi)
        read_answer(answer=answers[1], decision="hidden", by=budi, at=AT)
        assert waiting_for(survey, KEY, budi).count() == 10
        assert waiting_for(survey, KEY, rina).count() == 11  # what is hidden needs no code

    def test_agreement_counts_only_what_several_coded(
        self, answers: list[OpenAnswer], survey: Survey, themes: list[Theme], budi: User, rina: User
    ) -> None:
        drains, _waste = themes
        for number, answer in enumerate(answers):
            keep(answer, budi, *([drains] if number < 6 else []))
        for number, answer in enumerate(answers[:10]):
            keep(answer, rina, *([drains] if number < 5 else []))
        found = {row.theme.name: row for row in agreement_of(survey, KEY)}
        # 5 both, 4 neither, 1 only Budi: p_o 0.9, p_e 0.5
        assert found["Saluran"].value == pytest.approx(0.8)
        assert (found["Saluran"].units, found["Saluran"].chosen, found["Saluran"].is_kappa) == (10, 6, True)
        assert found["Saluran"].strength == Strength.VERY_GOOD
        assert found["Sampah"].value is None
        assert found["Sampah"].strength == Strength.UNDEFINED

    def test_three_coders_are_compared_by_alpha(
        self,
        answers: list[OpenAnswer],
        survey: Survey,
        themes: list[Theme],
        budi: User,
        rina: User,
        sari: User,
    ) -> None:
        for number, answer in enumerate(answers):
            keep(answer, budi, *(themes[:1] if number % 2 else []))
            keep(answer, [rina, sari][number % 2], *(themes[:1] if number % 2 else []))
        drains = agreement_of(survey, KEY)[0]
        assert (drains.value, drains.coders, drains.is_kappa) == (1, 3, False)

    def test_differences_show_only_what_one_has_coded(
        self, answers: list[OpenAnswer], survey: Survey, themes: list[Theme], budi: User, rina: User
    ) -> None:
        keep(answers[0], budi, themes[0])
        assert differences_for(survey, KEY, rina) == []
        keep(answers[0], rina, themes[1])
        (difference,) = differences_for(survey, KEY, rina)
        assert (difference.mine, difference.others) == (["Sampah"], ["Saluran"])

    def test_the_numbers_take_few_queries(
        self, answers: list[OpenAnswer], survey: Survey, themes: list[Theme], budi: User, rina: User
    ) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                progress_of(survey, budi)
                agreement_of(survey, KEY)
                differences_for(survey, KEY, budi)
            return len(queries)

        keep(answers[0], budi, themes[0])
        keep(answers[0], rina)
        asked()
        few = asked()
        for answer in answers:
            keep(answer, budi, themes[0])
            keep(answer, rina)
        assert asked() == few


class TestThemes:
    def test_merging_moves_every_code_once(
        self, answers: list[OpenAnswer], themes: list[Theme], budi: User
    ) -> None:
        keep(answers[0], budi, *themes)
        keep(answers[1], budi, themes[1])
        merge_themes(theme=themes[1], into=themes[0], by=budi, at=AT)
        assert Theme.objects.get() == themes[0]
        assert [r.themes.count() for r in Reading.objects.all()] == [1, 1]

    def test_a_theme_merges_only_within_its_question(
        self, survey: Survey, themes: list[Theme], budi: User
    ) -> None:
        other = add_theme(survey=survey, question_key="other", name_id="X", name_en="", by=budi, at=AT)
        for into in (other, themes[0]):
            with pytest.raises(Refused):
                merge_themes(theme=themes[0], into=into, by=budi, at=AT)

    def test_a_used_theme_is_not_removed(
        self, answers: list[OpenAnswer], themes: list[Theme], budi: User
    ) -> None:
        keep(answers[0], budi, themes[0])
        with pytest.raises(Refused):
            remove_theme(theme=themes[0], by=budi, at=AT)
        remove_theme(theme=themes[1], by=budi, at=AT)
        assert Theme.objects.get() == themes[0]

    def test_two_themes_of_one_name_are_refused(
        self, survey: Survey, themes: list[Theme], budi: User
    ) -> None:
        with pytest.raises(Refused):
            add_theme(survey=survey, question_key=KEY, name_id="SALURAN", name_en="", by=budi, at=AT)
        with pytest.raises(Refused):
            update_theme(theme=themes[1], changes={"name_id": "saluran"}, by=budi, at=AT)
        update_theme(theme=themes[0], changes={"name_id": "Saluran air"}, by=budi, at=AT)
        assert Theme.objects.get(pk=themes[0].pk).name == "Saluran air"


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_the_same_moment_get_different_places(survey: Survey, budi: User) -> None:
    start = Barrier(2)

    def add(name: str) -> None:
        try:
            start.wait()
            mine = Survey.objects.get(pk=survey.pk)
            add_theme(survey=mine, question_key=KEY, name_id=name, name_en="", by=budi, at=AT)
        finally:
            connections.close_all()

    threads = [Thread(target=add, args=[name]) for name in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Theme.objects.values_list("position", flat=True)) == [1, 2]


class TestPages:
    def url(self, survey: Survey, tail: str = "", language: str = "en") -> str:
        return f"/{language}/kerja/survei/{survey.slug}/jawaban-terbuka/{tail}"

    def page(self, client: Client, url: str) -> str:
        answer = client.get(url)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_the_queue_from_the_first_to_the_last(
        self, client: Client, answers: list[OpenAnswer], survey: Survey, themes: list[Theme], budi: User
    ) -> None:
        client.force_login(budi)
        assert "Read on" in self.page(client, self.url(survey))
        where = client.get(self.url(survey, f"{KEY}/lanjut/"))["Location"]
        for number in range(len(answers)):
            shown = self.page(client, where)
            assert "Pak RT" in shown
            data: dict[str, Any] = {"decision": "kept", "themes": [themes[number % 2].pk]}
            answer = client.post(where, data, follow=True)
            where = answer.request["PATH_INFO"]
        assert where == self.url(survey, f"{KEY}/")
        done = self.page(client, where)
        assert "You have coded every answer" in done
        assert Reading.objects.count() == 12

    def test_what_others_coded_is_nowhere_in_the_queue(
        self,
        client: Client,
        answers: list[OpenAnswer],
        survey: Survey,
        themes: list[Theme],
        budi: User,
        rina: User,
    ) -> None:
        keep(answers[0], budi, themes[0])
        client.force_login(rina)
        shown = self.page(client, self.url(survey, f"baca/{answers[0].pk}/"))
        assert not re.search(r'name="themes"[^>]*checked', shown)
        assert "Budi" not in shown
        assert "Coded differently" not in self.page(client, self.url(survey, f"{KEY}/"))

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_a_refusal_keeps_what_was_typed(
        self, client: Client, answers: list[OpenAnswer], survey: Survey, budi: User, language: str
    ) -> None:
        client.force_login(budi)
        url = self.url(survey, f"baca/{answers[0].pk}/", language)
        answer = client.post(url, {"decision": "redacted", "redacted_text": answers[0].text})
        assert answer.status_code == 422
        assert "data-error-summary" in answer.content.decode()
        assert answers[0].text in answer.content.decode()

    def test_what_people_wrote_is_escaped(
        self, client: Client, answers: list[OpenAnswer], survey: Survey, budi: User
    ) -> None:
        OpenAnswer.objects.update(text="<script>alert(1)</script>")
        client.force_login(budi)
        for tail in (f"{KEY}/", f"baca/{answers[0].pk}/"):
            assert "<script>alert" not in self.page(client, self.url(survey, tail))

    def test_themes_are_added_renamed_merged_and_removed(
        self, client: Client, answers: list[OpenAnswer], survey: Survey, themes: list[Theme], budi: User
    ) -> None:
        client.force_login(budi)
        client.post(self.url(survey, f"{KEY}/tema-baru/"), {"name_id": "Air bersih"})
        made = Theme.objects.get(name_ind="Air bersih")
        client.post(self.url(survey, f"tema/{made.pk}/"), {"name_id": "Air minum", "name_en": "Water"})
        client.post(self.url(survey, f"tema/{made.pk}/gabung/"), {"into": themes[0].pk})
        client.post(self.url(survey, f"tema/{themes[1].pk}/hapus/"))
        assert list(Theme.objects.all()) == [themes[0]]
        assert client.post(self.url(survey, f"tema/{themes[0].pk}/gabung/"), {"into": "9"}).status_code == 409

    def test_strangers_and_other_surveys(
        self, client: Client, answers: list[OpenAnswer], survey: Survey, wali: User, budi: User
    ) -> None:
        client.force_login(wali)
        for tail in ("", f"{KEY}/", f"baca/{answers[0].pk}/"):
            assert client.get(self.url(survey, tail)).status_code == 403
        client.force_login(budi)
        assert client.get(self.url(survey, "tiada/")).status_code == 404
        assert client.get(self.url(survey, "baca/00000000-0000-4000-8000-000000000000/")).status_code == 404

    def test_a_question_nobody_answered_says_so(self, client: Client, survey: Survey, budi: User) -> None:
        client.force_login(budi)
        shown = self.page(client, self.url(survey, f"{KEY}/"))
        assert "No theme yet" in shown
        assert "No answer here" in shown
        assert str(OpenAnswerStatus.NEW.label) in shown
