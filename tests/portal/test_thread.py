"""The thread: whole, both ways, only what the reader may see, in a constant number of queries."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from assessment.models import FocusArea
from semarang_resilience.portal.thread import panel_nodes
from semarang_resilience.thread import Stage, Thread, as_data, find_start, thread_of
from strategy.models import Initiative
from tests.support.network import Network

PUBLIC = AnonymousUser()


def titles(thread: Thread, stage: Stage) -> list[str]:
    return [node.title for node in thread.at(stage)]


@pytest.fixture
def chain(network: Network) -> dict[str, object]:
    """A chain with branches: two findings, one area, two initiatives, two actions, two partners."""
    first, second = network.finding(), network.finding()
    area = network.area(first, second)
    initiative, other = network.initiative(area), network.initiative(area)
    partner, helper = network.organization(), network.organization()
    action = network.action(initiative, partner, helper)
    network.action(other, partner)
    return {"finding": first, "area": area, "initiative": initiative, "action": action, "partner": partner}


def test_from_an_initiative_back_to_the_survey_and_on_to_the_partners(chain):
    thread = thread_of(chain["initiative"], PUBLIC)
    with translation.override("id"):
        assert titles(thread, Stage.SURVEY) == ["Pertanyaan 1?", "Pertanyaan 2?"]
    assert titles(thread, Stage.FINDING) == ["Temuan 1", "Temuan 2"]
    assert titles(thread, Stage.FOCUS_AREA) == ["Fokus 1"]
    assert titles(thread, Stage.INITIATIVE) == ["Inisiatif 1"]
    assert titles(thread, Stage.ACTION) == ["Kegiatan 1"]
    assert titles(thread, Stage.PARTNER) == ["Mitra 1", "Mitra 2"]


def test_every_link_carries_its_reason(chain):
    thread = thread_of(chain["initiative"], PUBLIC)
    reasons = {(link.cause.split("-")[0], link.effect.split("-")[0]): link for link in thread.links}
    assert reasons["survey", "finding"].reason == "Dinilai paling lemah."
    assert reasons["survey", "finding"].detail.startswith("n = 412, ")
    assert "1,6" in reasons["survey", "finding"].detail
    assert reasons["finding", "focus_area"].reason == "T-002 mendukung"
    assert reasons["focus_area", "initiative"].reason == "menjawab fokus-1"
    assert reasons["action", "partner"].reason == "Tenaga ahli"


def test_a_finding_shows_only_its_own_way_and_all_that_came_of_it(chain):
    thread = thread_of(chain["finding"], PUBLIC)
    assert titles(thread, Stage.FINDING) == ["Temuan 1"]
    assert titles(thread, Stage.SURVEY) == ["Pertanyaan 1?"]
    assert titles(thread, Stage.INITIATIVE) == ["Inisiatif 1", "Inisiatif 2"]
    assert titles(thread, Stage.ACTION) == ["Kegiatan 1", "Kegiatan 2"]


def test_an_action_does_not_drag_in_its_sisters(chain):
    thread = thread_of(chain["action"], PUBLIC)
    assert titles(thread, Stage.ACTION) == ["Kegiatan 1"]
    assert titles(thread, Stage.INITIATIVE) == ["Inisiatif 1"]
    assert titles(thread, Stage.FINDING) == ["Temuan 1", "Temuan 2"]


def test_an_organisation_reaches_the_findings_behind_its_actions(chain):
    thread = thread_of(chain["partner"], PUBLIC)
    assert titles(thread, Stage.PARTNER) == ["Mitra 1"]
    assert titles(thread, Stage.ACTION) == ["Kegiatan 1", "Kegiatan 2"]
    assert titles(thread, Stage.FINDING) == ["Temuan 1", "Temuan 2"]
    own = [link for link in thread.links if link.effect == thread.start.key]
    assert [link.reason for link in own] == ["Tenaga ahli", "Tenaga ahli"]


def test_leading_counts_as_taking_part(network: Network):
    lead = network.organization()
    initiative = network.initiative(lead=lead)
    network.action(None, lead=lead)
    thread = thread_of(lead, PUBLIC)
    assert titles(thread, Stage.INITIATIVE) == ["Inisiatif 1"]
    assert titles(thread, Stage.ACTION) == ["Kegiatan 1"]
    assert titles(thread_of(initiative, PUBLIC), Stage.PARTNER) == ["Mitra 1"]


def test_a_question_that_two_findings_cite_is_one_node(network: Network):
    first, second = network.finding(), network.finding(questions=0)
    question = network.section.questions.get()
    network.evidence(second, question)
    thread = thread_of(network.area(first, second), PUBLIC)
    assert len(thread.at(Stage.SURVEY)) == 1
    assert len(thread.effects(thread.at(Stage.SURVEY)[0].key)) == 2


class TestDocuments:
    """Which published edition holds what: read from the frozen content, not guessed from the kind."""

    def test_each_step_names_the_edition_that_holds_it(self, chain, network: Network):
        for kind in ("pra", "crs", "action_plan"):
            network.edition(kind)
        thread = thread_of(chain["initiative"], PUBLIC)
        holds = {
            node.title: {one.title for one in thread.quoted_by(node)} for node in thread.at(Stage.DOCUMENT)
        }
        assert holds["PRA 1 id"] == {"Temuan 1", "Temuan 2", "Fokus 1"}
        assert {"Inisiatif 1", "Fokus 1", "Kegiatan 1"} <= holds["CRS 1 id"]
        assert {"Kegiatan 1", "Mitra 1", "Mitra 2"} <= holds["ACTION_PLAN 1 id"]

    def test_what_came_after_the_freeze_is_not_in_it(self, network: Network):
        network.edition("pra")
        assert thread_of(network.finding(), PUBLIC).at(Stage.DOCUMENT) == []

    def test_the_newest_edition_in_the_language_of_the_reader_comes_first(self, network: Network):
        finding = network.finding()
        for language in ("en", "id", "id"):
            network.edition("pra", language=language)
        assert titles(thread_of(finding, PUBLIC), Stage.DOCUMENT) == ["PRA 2 id", "PRA 1 en"]
        with translation.override("en"):
            assert titles(thread_of(finding, PUBLIC), Stage.DOCUMENT) == ["PRA 1 en", "PRA 2 id"]

    def test_editions_that_are_not_published_do_not_count(self, network: Network):
        finding = network.finding()
        network.edition("pra", published=False)
        assert thread_of(finding, PUBLIC).at(Stage.DOCUMENT) == []
        assert thread_of(finding, network.lead).at(Stage.DOCUMENT) == []

    def test_a_draft_in_an_edition_does_not_show_it_to_the_public(self, network: Network):
        finding = network.finding(is_published=False)
        area = network.area(finding)
        network.edition("pra")
        held = thread_of(area, PUBLIC)
        assert titles(held, Stage.FINDING) == []
        assert [one.title for one in held.quoted_by(held.at(Stage.DOCUMENT)[0])] == ["Fokus 1"]


class TestVisibility:
    """Drafts never leak, and what only a draft connects is not shown either."""

    def test_the_public_sees_no_draft(self, network: Network):
        area = network.area(network.finding(published=False), network.finding())
        initiative = network.initiative(area)
        network.action(initiative, network.organization(published=False), published=True)
        network.action(initiative, published=False)
        thread = thread_of(initiative, PUBLIC)
        assert titles(thread, Stage.FINDING) == ["Temuan 2"]
        assert titles(thread, Stage.ACTION) == ["Kegiatan 1"]
        assert titles(thread, Stage.PARTNER) == []
        assert titles(thread, Stage.SURVEY) == ["Pertanyaan 2?"]

    def test_a_hidden_focus_area_hides_the_findings_that_only_it_connects(self, network: Network):
        finding = network.finding()
        initiative = network.initiative(network.area(finding, published=False))
        assert titles(thread_of(initiative, PUBLIC), Stage.FINDING) == []
        assert titles(thread_of(finding, PUBLIC), Stage.INITIATIVE) == []

    def test_a_hidden_initiative_hides_its_actions_from_the_finding(self, network: Network):
        finding = network.finding()
        network.action(network.initiative(network.area(finding), published=False))
        assert titles(thread_of(finding, PUBLIC), Stage.ACTION) == []

    def test_the_action_of_a_hidden_initiative_stands_alone(self, network: Network):
        action = network.action(network.initiative(network.area(network.finding()), published=False))
        assert thread_of(action, PUBLIC).links == []

    def test_the_office_sees_everything_and_what_of_it_is_a_draft(self, network: Network):
        area = network.area(network.finding(published=False))
        thread = thread_of(network.initiative(area, published=False), network.author)
        assert titles(thread, Stage.FINDING) == ["Temuan 1"]
        assert thread.at(Stage.FINDING)[0].is_draft
        assert not thread.at(Stage.FOCUS_AREA)[0].is_draft

    def test_results_that_are_not_published_are_not_linked(self, network: Network):
        finding = network.finding()
        type(network.survey).objects.update(status="closed", published_at=None)
        public, office = thread_of(finding, PUBLIC), thread_of(finding, network.lead)
        assert public.at(Stage.SURVEY)[0].url == network.survey.get_absolute_url()
        assert office.at(Stage.SURVEY)[0].url.endswith("/hasil/soal-1/")


def widen(network: Network, areas: list[FocusArea], width: int) -> None:
    """Many of everything, each linked to all focus areas."""
    partners = [network.organization() for _ in range(3)]
    for _ in range(width):
        area = network.area(network.finding(), network.finding())
        network.action(network.initiative(area, *areas, lead=partners[0]), *partners, lead=partners[1])


@pytest.mark.parametrize("kind", ["finding", "area", "initiative", "action", "partner"])
def test_at_most_six_queries_with_one_link_and_with_fifty(
    chain, network: Network, kind, django_assert_max_num_queries
):
    address = thread_of(chain[kind], PUBLIC).start.thread_path
    network.edition("crs")
    start = find_start(*address, PUBLIC)
    with django_assert_max_num_queries(6) as few:
        read_all(thread_of(start, PUBLIC))
    widen(network, [chain["area"]], 50)
    for initiative in Initiative.objects.all():
        network.action(initiative, chain["partner"])
    network.edition("crs", language="en")
    start = find_start(*address, PUBLIC)
    with django_assert_max_num_queries(6) as many:
        read_all(thread_of(start, PUBLIC))
    assert len(many) == len(few)


def read_all(thread: Thread) -> None:
    """Everything that a page reads of a thread, so that nothing is loaded late."""
    assert as_data(thread, str)["nodes"]
    assert thread.backwards or thread.forwards
    assert panel_nodes(thread, more_url="/")


class TestSteps:
    def test_backwards_goes_from_the_initiative_to_the_survey(self, chain):
        (area,) = thread_of(chain["initiative"], PUBLIC).backwards
        assert area.node.title == "Fokus 1"
        assert [step.node.title for step in area.children] == ["Temuan 1", "Temuan 2"]
        assert [step.node.title for step in area.children[0].children] == ["Pertanyaan 1?"]
        assert area.links[0].reason == "menjawab fokus-1"

    def test_what_two_ways_share_is_opened_once(self, network: Network):
        finding = network.finding()
        initiative = network.initiative(network.area(finding), network.area(finding))
        first, second = thread_of(initiative, PUBLIC).backwards
        assert (bool(first.children[0].children), first.children[0].is_cut) == (True, False)
        assert (bool(second.children[0].children), second.children[0].is_cut) == (False, True)


class TestPanel:
    def test_one_step_for_each_stage_and_the_rest_counted(self, chain):
        steps = panel_nodes(thread_of(chain["initiative"], PUBLIC), more_url="/jejak/")
        assert [step["kind"] for step in steps] == [
            "survey",
            "finding",
            "focus_area",
            "initiative",
            "action",
            "partner",
        ]
        assert [bool(step.get("current")) for step in steps].index(True) == 3
        assert steps[1]["more"] == 1
        assert steps[1]["reason"] == "T-001 mendukung"

    def test_the_nearest_missing_link_shows_as_a_gap_and_nothing_behind_it(self, network: Network):
        steps = panel_nodes(thread_of(network.action(None), PUBLIC), more_url="/jejak/")
        assert [(step["kind"], bool(step["title"])) for step in steps] == [
            ("initiative", False),
            ("action", True),
            ("partner", False),
        ]
