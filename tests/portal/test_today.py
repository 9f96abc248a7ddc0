"""The start page of the office: what waits, for whom, and what happened."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from assessment.models import FocusArea
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.activity import record
from semarang_resilience.core.models import Activity
from semarang_resilience.portal.activity_text import SENTENCES, tell
from semarang_resilience.portal.workday import piles_for
from tests.support.network import NOON, Network


def waiting(network: Network, user: User) -> dict[str, list[str]]:
    """Pile -> titles, as the page shows them to `user`."""
    piles = piles_for(user, network.cycle, timezone.now(), timezone.localdate())
    return {pile.key: [item.title for item in pile.items] for pile in piles if pile.total}


def submitted(network: Network, **fields):
    return network.finding(published=False, status="submitted", submitted_at=NOON, **fields)


class TestPiles:
    def test_the_lead_decides_about_what_others_wrote(self, network: Network):
        submitted(network)
        submitted(network, author=network.lead)
        assert waiting(network, network.lead)["decide"] == ["T-001 Temuan 1"]
        assert "decide" not in waiting(network, network.author)

    def test_drafts_and_returned_findings_belong_to_their_author(self, network: Network):
        network.finding(published=False)
        network.finding(
            published=False,
            status="returned",
            submitted_at=NOON,
            decided_by=network.lead,
            decided_at=NOON,
            decision_reason="Sebutkan n.",
        )
        mine = waiting(network, network.author)
        assert mine["draft"] == ["T-001 Temuan 1"]
        assert mine["returned"] == ["T-002 Temuan 2"]
        assert waiting(network, network.lead) == {}

    def test_accepted_findings_wait_for_publication(self, network: Network):
        network.finding(is_published=False)
        assert waiting(network, network.lead)["publish"] == ["T-001 Temuan 1"]

    def test_focus_areas_and_late_actions_wait_for_everybody(self, network: Network):
        network.area(published=False)
        network.action(None, planned_end=date(2016, 1, 1))
        network.action(None, planned_end=timezone.localdate() + timedelta(days=1))
        network.action(
            None, planned_end=date(2016, 1, 1), actual_start=date(2015, 1, 1), actual_end=date(2017, 1, 1)
        )
        leader = User.objects.create_user("w@contoh.test", name="Wali", roles=[Role.LEADERSHIP.value])
        assert waiting(network, leader) == {"areas": ["Fokus 1"], "late": ["RTL-01 Kegiatan 1"]}

    def test_open_surveys_show_their_number_of_answers(self, network: Network):
        type(network.survey).objects.update(
            status="open", published_at=None, closed_at=None, closes_at=datetime(2100, 1, 1, tzinfo=UTC)
        )
        for n in range(3):
            network.version.responses.create(
                sector="community", answers=[], receipt=f"R{n}", received_on=date(2015, 7, 1)
            )
        (pile,) = (p for p in piles_for(network.lead, network.cycle, NOON, NOON.date()) if p.total)
        assert "3" in pile.items[0].meta

    def test_only_the_first_five_and_the_number_of_all(self, network: Network):
        for _ in range(7):
            network.finding(published=False)
        (pile,) = (p for p in piles_for(network.author, network.cycle, NOON, NOON.date()) if p.total)
        assert (pile.total, len(pile.items)) == (7, 5)


class TestPage:
    def test_strangers_are_sent_to_the_login(self, client, db):
        assert client.get("/id/kerja/").status_code == 302

    def test_forum_members_have_no_office_page(self, client, network: Network):
        member = User.objects.create_user("f@contoh.test", name="F", roles=[Role.FORUM_MEMBER.value])
        client.force_login(member)
        assert client.get("/id/kerja/").status_code == 403

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_staff_see_their_day_in_both_languages(self, client, network: Network, language):
        network.finding(published=False)
        record(verb="accept_finding", target=network.finding(), by=network.lead, at=NOON, reason="Kuat.")
        client.force_login(network.author)
        page = client.get(f"/{language}/kerja/")
        assert page.status_code == 200
        assert "Kuat." in page.content.decode()

    def test_the_number_of_queries_does_not_grow(
        self, client, network: Network, django_assert_max_num_queries
    ):
        client.force_login(network.lead)
        client.get("/id/kerja/")
        with django_assert_max_num_queries(14) as few:
            client.get("/id/kerja/")
        for _ in range(20):
            network.area(submitted(network), network.finding(), published=False)
            network.action(None, planned_end=date(2016, 1, 1))
            record(verb="accept_finding", target=network.finding(), by=network.lead, at=NOON)
        assert FocusArea.objects.count() == 20
        with django_assert_max_num_queries(14) as many:
            client.get("/id/kerja/")
        assert len(many) == len(few)


class TestActivityInWords:
    def test_every_operation_has_a_sentence(self):
        known = set(SENTENCES)
        recorded = set()
        for path in Path(settings.BASE_DIR).glob("**/operations*/**/*.py"):
            recorded |= _verbs(path)
        for path in Path(settings.BASE_DIR).glob("**/operations.py"):
            recorded |= _verbs(path)
        assert len(recorded) > 40, "the scan found the operations"
        assert recorded <= known, f"no sentence for {sorted(recorded - known)}"

    @pytest.mark.parametrize("verb", sorted(SENTENCES))
    def test_each_sentence_names_its_target_in_both_languages(self, verb):
        row = Activity(verb=verb, target_label="SASARAN", at=NOON, data={"finding": "T-9"})
        for language in ("id", "en"):
            with translation.override(language):
                (told,) = tell([row])
                assert "<strong>SASARAN</strong>" in told.sentence
                assert "{" not in told.sentence

    def test_what_people_typed_is_escaped(self):
        row = Activity(verb="add_person", target_label="<b>x</b>", at=NOON, data={"organization": "<script>"})
        (told,) = tell([row])
        assert "<b>" not in told.sentence
        assert "<script>" not in told.sentence

    def test_an_unknown_operation_is_still_told(self):
        (told,) = tell([Activity(verb="do_something", target_label="X", at=NOON)])
        assert "do_something" in told.sentence


def _verbs(path: Path) -> set[str]:
    """The operation names that a module records."""
    if {".venv", "node_modules"} & set(path.parts):
        return set()
    return {
        verb
        for line in re.findall(r"\bverb=([^,\n)]+)", path.read_text())
        for verb in re.findall(r'"([a-z]+_[a-z_]+)"', line)
    }
