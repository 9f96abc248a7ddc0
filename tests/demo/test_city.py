"""What the example city must say: facts as the sources have them, and data behind every chart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from actions.models import Action, ActionStatus, Partnership, partners_of
from assessment.models import (
    Driver,
    Evidence,
    EvidenceKind,
    Finding,
    FindingStatus,
    FocusArea,
    FocusAreaStatus,
    Hazard,
    OpenAnswer,
    OpenAnswerStatus,
    Programme,
    ProgrammeDriver,
    Reading,
    Survey,
    SurveyStatus,
)
from assessment.operations.surveys import find_invitation
from assessment.results import SurveyResults, results_of, survey_results
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.models import Activity, Cycle, ProvenanceFields
from semarang_resilience.demo.cast import LEAD, OPEN_SURVEY_TOKEN, STAFF
from semarang_resilience.demo.chapters.surveys import open_row, published_survey
from semarang_resilience.demo.data import table
from semarang_resilience.places.models import City, District, Ward
from stakeholders.composition import composition_of
from stakeholders.duplicates import organization_candidates, person_candidates
from stakeholders.expertise import fields_of
from stakeholders.models import (
    Agreement,
    Attendance,
    Engagement,
    ForumMembership,
    Level,
    Organization,
    Person,
    Sector,
)
from strategy.models import Initiative, OpenQuestion, OpenQuestionStatus, Pillar, Strategy, WorkingGroup

pytestmark = pytest.mark.usefixtures("cycle")
OWN_APPS = {"core", "stakeholders", "assessment", "strategy", "actions"}
# Codes of research notes, which no reader could look up.
NOTE_CODES = re.compile(r"\bS\d{1,3}[a-z]?\b|\bSEED\b")


def quoted_or_invented() -> Iterator[models.Model]:
    """Every row that knows where it comes from."""
    for model in apps.get_models():
        if issubclass(model, ProvenanceFields) and model._meta.app_label in OWN_APPS:
            yield from model._base_manager.all()


def results() -> SurveyResults:
    return survey_results(published_survey().current_version)


class TestProvenance:
    def test_every_row_is_quoted_or_an_example(self) -> None:
        other = [
            row
            for row in quoted_or_invented()
            if row.provenance == Provenance.OFFICE
            and not (isinstance(row, Evidence) and row.kind == EvidenceKind.SURVEY)
        ]
        assert other == []

    def test_quoted_rows_name_their_source_as_a_reader_would(self) -> None:
        rows = [row for row in quoted_or_invented() if row.is_quoted]
        assert len(rows) > 100
        assert [row for row in rows if len(row.source) < 8] == []
        assert [row for row in rows if NOTE_CODES.search(row.source)] == []

    def test_no_text_names_a_code_of_the_research_notes(self) -> None:
        words = " ".join(
            str(value)
            for row in quoted_or_invented()
            for value in vars(row).values()
            if isinstance(value, str)
        )
        assert NOTE_CODES.findall(words) == []

    def test_every_source_of_the_data_is_used_by_a_row(self) -> None:
        """A source that nothing refers to is a leftover, or a row that lost its source."""
        used = " ".join(row.source for row in quoted_or_invented())
        used += " ".join(OpenQuestion.objects.values_list("answer_source", flat=True))
        used += " ".join(apps.get_model("assessment.Framework").objects.values_list("source", flat=True))
        assert [key for key, source in table("sources").items() if source["text"] not in used] == []

    def test_people_are_functions_with_addresses_that_nobody_has(self) -> None:
        """They can be drawn for an invitation, and no letter of the example city reaches anybody."""
        for person in Person.objects.all():
            # One is entered twice, "Bpk. Perwakilan …", to show what finds duplicates.
            assert person.name.removeprefix("Bpk. ").startswith(("Perwakilan ", "Sekretariat "))
            assert person.is_example
            assert not person.email or person.email.endswith("@contoh.semarang")
            assert person.phone == ""

    def test_invented_organisations_say_so_in_their_name_or_description(self) -> None:
        for organization in Organization.objects.filter(provenance=Provenance.EXAMPLE):
            assert "contoh" in f"{organization.name} {organization.description}"


class TestLanguages:
    def test_every_text_stands_in_both_languages(self) -> None:
        missing = []
        for model in translator.get_registered_models(abstract=False):
            names = translator.get_options_for_model(model).fields
            for row in model._base_manager.all():
                for name in names:
                    texts = [
                        getattr(row, build_localized_fieldname(name, code))
                        for code, _label in settings.LANGUAGES
                    ]
                    if any(texts) and not all(texts):
                        missing.append(f"{model.__name__} {row}: {name}")
        assert missing == []

    def test_driver_names_fit_a_chart_label(self) -> None:
        for driver in Driver.objects.all():
            for code, _label in settings.LANGUAGES:
                assert 3 <= len(getattr(driver, build_localized_fieldname("short_name", code))) <= 22


class TestPlaces:
    def test_the_city_has_16_districts_and_177_wards(self) -> None:
        assert (City.objects.count(), District.objects.count(), Ward.objects.count()) == (1, 16, 177)
        assert Counter(Ward.objects.values_list("district__name", flat=True)) == {
            "Semarang Tengah": 15,
            "Semarang Utara": 9,
            "Semarang Timur": 10,
            "Gayamsari": 7,
            "Genuk": 13,
            "Pedurungan": 12,
            "Semarang Selatan": 10,
            "Candisari": 7,
            "Gajahmungkur": 8,
            "Tembalang": 12,
            "Banyumanik": 11,
            "Gunungpati": 16,
            "Semarang Barat": 16,
            "Mijen": 14,
            "Ngaliyan": 10,
            "Tugu": 7,
        }

    def test_areas_are_those_of_the_statistics_office(self) -> None:
        total = sum(District.objects.values_list("area_km2", flat=True))
        assert float(total) == pytest.approx(373.70, abs=0.01)
        assert float(District.objects.get(name="Tugu").area_km2) == 31.78

    def test_two_names_occur_twice_so_the_code_is_the_key(self) -> None:
        twice = [n for n, count in Counter(Ward.objects.values_list("name", flat=True)).items() if count > 1]
        assert sorted(twice) == ["Mangunharjo", "Purwosari"]

    @pytest.mark.parametrize("model", [City, District, Ward])
    def test_outlines_are_closed_rings_within_the_city(self, model: type[models.Model]) -> None:
        for row in model._base_manager.all():
            geometry = row.geometry
            parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            for ring in (ring for part in parts for ring in part):
                assert ring[0] == ring[-1], row
                assert len(ring) >= 4, row
                for lng, lat in ring:
                    assert 110.26 < lng < 110.52, row
                    assert -7.12 < lat < -6.93, row
                    assert round(lng, 5) == lng, row


class TestCycle:
    def test_planned_for_nine_months_launched_after_twelve(self, cycle: Cycle) -> None:
        assert (str(cycle.planned_start), str(cycle.planned_end)) == ("2015-05-01", "2016-01-31")
        assert str(cycle.launched_on) == "2016-05-23"
        assert cycle == Cycle.objects.current()

    def test_four_stages_with_planned_and_actual_dates(self, cycle: Cycle) -> None:
        phases = list(cycle.phases.order_by("position"))
        assert [phase.position for phase in phases] == [1, 2, 3, 4]
        assert all(phase.actual_start and phase.actual_end for phase in phases)
        assert [cycle.year_of(phase.actual_start) for phase in phases[2:]] == [1, 2]

    def test_nothing_happened_in_the_future(self) -> None:
        assert Activity.objects.filter(at__gt=timezone.now()).count() == 0

    def test_everything_was_done_by_an_example_account(self) -> None:
        alone = Activity.objects.filter(actor__isnull=True).exclude(verb="create_account")
        assert alone.count() == 0
        assert Activity.objects.exclude(actor__isnull=True).exclude(actor__is_example=True).count() == 0


class TestStakeholders:
    def test_all_sectors_and_levels_occur(self) -> None:
        assert set(Organization.objects.values_list("sector", flat=True)) == set(Sector.values)
        assert set(Organization.objects.values_list("level", flat=True)) == set(Level.values)

    def test_the_forum_has_members_of_at_least_six_sectors(self, cycle: Cycle) -> None:
        composition = {
            row["sector"]: row["organizations"]
            for row in ForumMembership.objects.in_cycle(cycle.pk).composition()
        }
        assert len(composition) >= 6
        assert sum(composition.values()) >= 30

    def test_every_organisation_has_a_public_page_with_a_description(self) -> None:
        twin = table("engagements")["duplicate"]["code"]  # the entry that waits to be merged
        hidden = Organization.objects.filter(is_published=False)
        assert list(hidden.values_list("code", flat=True)) == [twin]
        assert [org.code for org in Organization.objects.all() if not org.description] == []


class TestSurveys:
    def test_the_past_survey_has_about_400_answers_from_everywhere(self) -> None:
        version = published_survey().current_version
        assert published_survey().status == SurveyStatus.PUBLISHED
        assert 380 <= version.responses.count() <= 420
        assert version.responses.values("district").distinct().count() == 17  # all districts, and none named
        assert set(version.responses.values_list("channel", flat=True)) == {"web", "paper", "workshop"}
        assert not version.responses.exclude(texts={}).exists(), "counted, texts leave their sheets"
        answers = OpenAnswer.objects.filter(version=version)
        assert 35 <= answers.count() <= 45
        readers = {reading.coder.email for reading in Reading.objects.select_related("coder")}
        assert readers == {STAFF.email, LEAD.email}
        assert not answers.filter(status=OpenAnswerStatus.NEW).exists()

    def test_every_rating_has_enough_answers_to_be_shown(self) -> None:
        found = results()
        assert len(found.drivers) == 12
        assert len(found.hazards) == 16
        for driver in found.drivers:
            assert driver.rating.n > 300
            assert driver.rating.cannot_judge > 0
            assert driver.rating.blank > 0
            assert all(driver.rating.counts)
        for hazard in found.hazards:
            assert hazard.now.n > 300
            assert hazard.future.n > 300

    def test_small_sectors_stay_hidden(self) -> None:
        hidden = {group.code for group in results().drivers[0].rating.by_sector if group.n is None}
        assert {Sector.MEDIA, Sector.DONOR} <= hidden

    def test_results_differ_between_drivers_so_that_charts_say_something(self) -> None:
        means = [driver.rating.mean for driver in results().drivers]
        assert max(means) - min(means) > 0.7
        assert {driver.level for driver in results().drivers} == {1, 2, 3}

    def test_the_open_survey_can_be_answered_today_through_the_printed_link(self) -> None:
        invitation = find_invitation(token=OPEN_SURVEY_TOKEN, at=timezone.now())
        assert invitation.survey.status == SurveyStatus.OPEN
        assert invitation.survey.current_version.responses.filter(channel="web").count() == 12

    def test_each_round_asks_the_questions_of_2015_so_that_rounds_compare(self) -> None:
        rounds = Survey.objects.select_related("current_version")
        present = rounds.get(slug=open_row()["slug"])
        past, pilot = rounds.get(pk=present.previous_id), rounds.get(slug="persepsi-ketahanan-2014")
        keys = [
            {
                question["key"]
                for section in survey.current_version.definition["sections"]
                for question in section["questions"]
            }
            for survey in (past, pilot, present)
        ]
        assert keys[0] <= keys[1]
        assert keys[0] <= keys[2]
        assert past == published_survey()
        assert past.previous == pilot

    def test_the_first_round_shows_votes_and_risks(self) -> None:
        found = results_of(Survey.objects.get(slug="persepsi-ketahanan-2014"))
        assert found.n == 155
        assert found.votes[0].ranking[0].option.share > 0.3
        assert len(found.risks) == 6
        assert all(hazard.risk for hazard in found.risks)


class TestAssessment:
    def test_the_citys_own_list_of_shocks_and_stresses(self, cycle: Cycle) -> None:
        assert Counter(Hazard.objects.values_list("kind", flat=True)) == {"shock": 6, "stress": 10}
        assert not Hazard.objects.exclude(provenance=Provenance.QUOTED).exists()

    def test_every_driver_is_addressed_by_a_programme_but_not_all_directly(self) -> None:
        direct = set(
            ProgrammeDriver.objects.filter(is_direct=True).values_list("driver__position", flat=True)
        )
        everything = set(ProgrammeDriver.objects.values_list("driver__position", flat=True))
        assert everything == set(range(1, 13))
        assert direct == everything - {6}  # finding T-009 rests on this
        assert 12 <= Programme.objects.count() <= 16

    def test_findings_stand_at_every_step(self) -> None:
        counts = Counter(Finding.objects.values_list("status", flat=True))
        assert counts[FindingStatus.ACCEPTED] >= 14
        assert all(counts[status] == 1 for status in ("draft", "submitted", "returned"))
        assert set(Finding.objects.filter(is_published=True).values_list("kind", flat=True)) == {
            "strength",
            "weakness",
            "gap",
            "opportunity",
        }

    def test_findings_were_decided_by_the_lead_and_rest_on_the_survey(self) -> None:
        for finding in Finding.objects.filter(status=FindingStatus.ACCEPTED):
            assert finding.decided_by.email == LEAD.email
            assert finding.evidence.filter(kind=EvidenceKind.SURVEY, n__gte=5).exists()

    def test_all_levels_of_evidence_occur(self) -> None:
        levels = {finding.evidence_level for finding in Finding.objects.with_evidence_level()}
        assert {"perception", "several"} <= levels

    def test_what_the_findings_say_about_the_survey_is_true(self) -> None:
        found = results()
        now = {hazard.slug: hazard.now.mean for hazard in found.hazards}
        future = {hazard.slug: hazard.future.mean for hazard in found.hazards}
        drivers = {driver.number: driver.rating.mean for driver in found.drivers}
        ranked = sorted(drivers, key=drivers.__getitem__)
        assert max(now, key=now.__getitem__) == max(future, key=future.__getitem__) == "banjir"  # T-002
        assert future["rob"] > now["rob"]  # T-001
        assert future["penurunan-tanah"] > now["penurunan-tanah"]
        assert ranked[0] == 9  # T-005
        assert 7 in ranked[:2]  # T-001
        assert ranked[-1] == 4  # T-006
        assert 3 in ranked[-2:]  # T-007

    def test_what_the_findings_say_about_groups_is_true(self) -> None:
        by_sector = {
            driver.number: {group.code: group.mean for group in driver.rating.by_sector}
            for driver in results().drivers
        }
        gap = {n: means["government"] - means["community"] for n, means in by_sector.items()}
        assert max(gap, key=gap.__getitem__) == 1  # T-003, and why basic needs were chosen
        assert by_sector[2]["community"] == min(m for m in by_sector[2].values() if m)  # T-004
        assert by_sector[12]["academia"] < by_sector[12]["government"]  # T-008
        assert by_sector[11]["academia"] < by_sector[11]["government"]
        assert by_sector[6]["private"] == min(m for m in by_sector[6].values() if m)  # T-009

    def test_flood_comes_first_in_every_sector_that_is_shown(self) -> None:
        """Why the aspect of disasters was chosen."""
        tops: dict[str, tuple[float, str]] = {}
        for hazard in results().hazards:
            for group in hazard.now.by_sector:
                if group.mean is not None:
                    tops[group.code] = max(tops.get(group.code, (0.0, "")), (group.mean, hazard.slug))
        assert {slug for _mean, slug in tops.values()} == {"banjir"}

    def test_five_quoted_aspects_are_chosen_two_dropped_one_open(self) -> None:
        by_status = Counter(FocusArea.objects.values_list("status", flat=True))
        assert by_status == {"selected": 5, "dropped": 2, "proposed": 1}
        chosen = FocusArea.objects.filter(status=FocusAreaStatus.SELECTED)
        assert not chosen.exclude(provenance=Provenance.QUOTED).exists()
        assert (
            not FocusArea.objects.exclude(status=FocusAreaStatus.PROPOSED).filter(is_published=False).exists()
        )


class TestStrategy:
    def test_six_quoted_pillars_and_nine_quoted_initiatives(self) -> None:
        assert Pillar.objects.filter(provenance=Provenance.QUOTED).count() == Pillar.objects.count() == 6
        assert Initiative.objects.filter(provenance=Provenance.QUOTED).count() == 9
        assert not Strategy.objects.exclude(provenance=Provenance.EXAMPLE).exists()

    def test_every_pillar_has_a_published_initiative_and_one_is_a_draft(self) -> None:
        published = Initiative.objects.published()
        assert set(published.values_list("strategy__pillar__number", flat=True)) == {1, 2, 3, 4, 5, 6}
        assert Initiative.objects.exclude(pk__in=published).count() == 1

    def test_every_published_initiative_can_be_traced_to_a_survey_result(self) -> None:
        """The thread: initiative -> focus area -> published finding -> survey evidence, for each of them."""
        lost = [
            initiative.code
            for initiative in Initiative.objects.published()
            if not Evidence.objects.filter(
                kind=EvidenceKind.SURVEY,
                finding__is_published=True,
                finding__focus_areas__initiatives=initiative,
                finding__focus_areas__is_published=True,
            ).exists()
        ]
        assert lost == []

    def test_every_published_initiative_has_an_action_or_says_nothing_about_one(self) -> None:
        """At least the first initiative of each pillar is followed by an action."""
        for pillar in Pillar.objects.all():
            assert Action.objects.filter(initiative__strategy__pillar=pillar, is_published=True).exists(), (
                pillar
            )

    def test_five_groups_with_members_and_questions_some_answered(self) -> None:
        groups = WorkingGroup.objects.all()
        assert groups.count() == 5
        assert sum(group.is_quoted for group in groups) == 2
        assert all(group.members.count() >= 5 and group.questions.count() >= 2 for group in groups)
        statuses = Counter(OpenQuestion.objects.values_list("status", flat=True))
        assert statuses[OpenQuestionStatus.ANSWERED] >= 2
        assert statuses[OpenQuestionStatus.OPEN] >= 4

    def test_quoted_groups_have_the_attested_members(self) -> None:
        first, second = WorkingGroup.objects.order_by("focus_area__position")[:2]
        assert _organizations(first) == Counter(
            ["blh", "iucce", "undip", "pdam-tirta-moedal", "dtkp", "dinas-pertanian"]
        )
        assert _organizations(second) == Counter(
            [
                "undip",
                "undip",
                "unnes",
                "bappeda",
                "pattiro-semarang",
                "pattiro-semarang",
                "mercy-corps-indonesia",
            ]
        )


def _organizations(group: WorkingGroup) -> Counter[str]:
    return Counter(group.members.values_list("membership__organization__code", flat=True))


class TestActions:
    def test_27_activities_are_quoted_with_an_example_schedule(self) -> None:
        quoted = Action.objects.filter(source__contains="VII-30/31")
        assert quoted.count() == 27
        assert not quoted.exclude(schedule_is_example=True).exists()
        assert quoted.filter(is_published=True).count() == 27

    def test_every_status_and_both_years_occur(self, cycle: Cycle) -> None:
        quoted = Action.objects.filter(is_published=True)
        assert set(quoted.values_list("status", flat=True)) == set(ActionStatus.values)
        for year in (1, 2):
            assert quoted.in_year(cycle, year).count() >= 8

    def test_dates_without_a_source_say_so(self) -> None:
        """A quoted action may only carry planned dates when they are marked as ours."""
        planned = Action.objects.filter(provenance=Provenance.QUOTED, planned_start__isnull=False)
        assert not planned.filter(schedule_is_example=False).exists()

    def test_real_dates_of_partner_work(self) -> None:
        dates = {
            action.code: (str(action.actual_start), str(action.actual_end))
            for action in Action.objects.filter(schedule_is_example=False, actual_start__isnull=False)
        }
        assert dates == {
            "RTL-28": ("2016-05-23", "2016-05-23"),
            "RTL-29": ("2016-05-24", "None"),
            "RTL-33": ("2017-07-01", "2017-09-30"),
            "RTL-34": ("2017-09-01", "2018-02-28"),
            "RTL-36": ("2018-01-15", "2018-01-15"),
        }

    def test_partners_are_counted_from_real_rows(self, cycle: Cycle) -> None:
        partners = partners_of(cycle.pk)
        codes = set(
            Partnership.objects.filter(action__is_published=True).values_list("organization__code", flat=True)
        )
        assert set(partners.values_list("code", flat=True)) == codes
        assert partners.filter(provenance=Provenance.QUOTED).count() >= 28

    def test_one_draft_stays_with_the_office(self) -> None:
        assert Action.objects.filter(is_published=False).count() == 1


class TestForumAtWork:
    def test_meetings_are_quoted_or_examples_and_only_examples_say_who_came(self) -> None:
        meetings = Engagement.objects.all()
        assert {"workshop", "fgd", "seminar", "interview", "meeting"} == set(
            meetings.values_list("kind", flat=True)
        )
        assert {"planned", "held", "cancelled"} == set(meetings.values_list("status", flat=True))
        assert meetings.filter(provenance=Provenance.QUOTED).count() >= 4
        assert not Attendance.objects.filter(engagement__provenance=Provenance.QUOTED).exists()
        assert Attendance.objects.attended().count() >= 30

    def test_there_is_something_to_merge_to_miss_and_to_renew(self, cycle: Cycle) -> None:
        assert len(organization_candidates()) == 1
        assert len(person_candidates()) >= 1
        found = composition_of(cycle.pk, timezone.localdate(), fields_of(cycle.pk))
        assert 0 < found.reached < found.wanted
        assert any(gap.is_empty for gap in found.gaps)
        states = {agreement.state(date(2026, 11, 1)).value for agreement in Agreement.objects.all()}
        assert states == {"in_force", "ending", "ended"}
