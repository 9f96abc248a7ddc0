"""Citing a survey: the numbers are copied, small groups stay hidden, and the copy outlives new answers."""

from typing import Any

import pytest
from django.utils import translation

from assessment.models import Evidence, Survey, Tally
from assessment.operations import findings, surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Activity

from .conftest import AT, MakeFinding

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite(make_finding: MakeFinding, survey: Survey, sari: User) -> Any:
    """Cite one result in a new finding."""
    finding = make_finding()

    def cite(question: str, sector: str = "") -> Evidence:
        return findings.cite_survey(
            finding=finding,
            version=survey.current_version,
            question_key=question,
            sector=sector,
            by=sari,
            at=AT,
        )

    return cite


def test_a_driver_is_cited_with_n_distribution_and_voices(cite: Any) -> None:
    evidence = cite("driver-01")
    with translation.override("id"):
        citation = evidence.citation
        assert (evidence.n, citation.responses, citation.label) == (22, 22, "Kebutuhan dasar")
    (series,) = citation.series
    assert (series.n, series.top, round(series.mean, 3)) == (22, 3, round((18 + 4 * 3) / 22, 3))
    assert [level.count for level in series.levels] == [18, 0, 4]
    # Two journalists are a small group; the community is hidden with them, or one could subtract.
    voices = {str(voice.label): (voice.n, voice.mean) for voice in series.voices}
    assert sorted(voices.values(), key=str) == [(12, 20 / 12), (None, None), (None, None)]


def test_a_hazard_is_cited_now_and_in_future(cite: Any) -> None:
    citation = cite("hazard-rob").citation
    assert [(series.n, series.mean, series.top) for series in citation.series] == [(22, 4, 5), (22, 5, 5)]


def test_a_choice_is_cited_with_its_options(cite: Any) -> None:
    evidence = cite("priority-dimension")
    assert evidence.n == 22
    assert [(option.count, option.share) for option in evidence.citation.options] == [(22, 1), (0, 0)]


def test_one_sector_is_cited_without_voices_of_others(cite: Any) -> None:
    evidence = cite("driver-01", "government")
    (series,) = evidence.citation.series
    assert (evidence.n, series.n, series.mean) == (12, 12, 20 / 12)
    assert ([level.count for level in series.levels], series.voices) == ([8, 0, 4], ())
    assert str(evidence.citation.group)
    assert evidence.citation.versions == (1,)
    assert evidence.chart_path.endswith("/hasil/driver-01/?sector=government")


def test_a_choice_of_one_sector_is_cited(cite: Any) -> None:
    evidence = cite("priority-dimension", "government")
    assert evidence.n == 12
    assert [option.count for option in evidence.citation.options] == [12, 0]


@pytest.mark.parametrize(
    ("question", "sector", "code"),
    [
        ("driver-01", "media", "too_few"),
        ("driver-01", "community", "too_few"),
        ("driver-01", "donor", "too_few"),
        ("hazard-banjir", "", "too_few"),
        ("helpful-measures", "", "too_few"),
        ("priority-dimension", "media", "too_few"),
        ("driver-01", "unknown", "no_such_group"),
        ("suggestion", "", "no_such_result"),
        ("driver-99", "", "no_such_result"),
    ],
)
def test_what_stays_hidden_or_is_not_there_is_not_cited(
    cite: Any, question: str, sector: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        cite(question, sector)
    assert refusal.value.code == code
    assert not Evidence.objects.exists()


def test_the_same_result_is_cited_once(cite: Any) -> None:
    cite("driver-01")
    cite("driver-01", "government")
    with pytest.raises(Refused) as refusal:
        cite("driver-01")
    assert refusal.value.code == "already_cited"


def test_the_copy_stays_when_tallies_change(cite: Any) -> None:
    evidence = cite("driver-01")
    Tally.objects.update(counts=[30, 30, 30, 30])
    assert Evidence.objects.get(pk=evidence.pk).citation.series[0].n == 22


def test_once_a_result_is_cited_no_further_sheet_is_taken_in(cite: Any, survey: Survey, sari: User) -> None:
    """Or the results of one more sheet, less the copy, would be that sheet."""
    cite("driver-01")
    with pytest.raises(Refused) as refusal:
        surveys.load_responses(
            version=survey.current_version, rows=[{"sector": "media", "answers": {}}], by=sari, at=AT
        )
    assert refusal.value.code == "cited"


def test_nothing_of_an_open_survey_is_cited(cite: Any, survey: Survey) -> None:
    Survey.objects.update(status="open")
    survey.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        cite("driver-01")
    assert refusal.value.code == "survey_open"


def test_the_log_says_what_was_cited(cite: Any) -> None:
    cite("driver-01", "government")
    assert Activity.objects.get(verb="cite_survey").data == {
        "survey": "persepsi-2015",
        "question": "driver-01",
        "label": {"id": "Kebutuhan dasar", "en": "Kebutuhan dasar (en)"},
        "sector": "government",
        "district": "",
        "n": 12,
    }
