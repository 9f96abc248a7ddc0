"""What became of the answers: the same for everybody, published things only, in four queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessment.models import Evidence, Finding, FocusArea, FocusAreaFinding, Response, Survey, SurveyVersion
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.thread.outcomes import outcomes_of
from strategy.models import Initiative, InitiativeFocusArea, Pillar, Strategy

pytestmark = pytest.mark.django_db
AT = timezone.now()
DECIDED = {"status": "accepted", "submitted_at": AT, "decided_at": AT, "decision_reason": "Benar."}


@pytest.fixture
def lead(db: None) -> User:
    return User.objects.create_user("lead@contoh.semarang", name="Lead", roles=["cro_lead"])


@pytest.fixture
def author(db: None) -> User:
    return User.objects.create_user("staf@contoh.semarang", name="Staf", roles=["cro_staff"])


@pytest.fixture
def survey(db: None) -> Survey:
    """A published survey with one version and one sheet."""
    start = AT.date() - timedelta(days=90)
    cycle = Cycle.objects.create(
        slug="siklus", name="Siklus", planned_start=start, planned_end=start + timedelta(days=300)
    )
    survey = Survey.objects.create(
        cycle=cycle,
        slug="akibat",
        title="Survei",
        opens_at=AT - timedelta(days=9),
        closes_at=AT - timedelta(days=1),
    )
    definition: dict[str, Any] = {
        "sections": [], "slots": 0, "framework": "", "districts": [], "text_max_length": 10,
    }  # fmt: skip
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, frozen_at=AT)
    Survey.objects.filter(pk=survey.pk).update(
        current_version=version, status="published", opened_at=AT, closed_at=AT, published_at=AT
    )
    Response.objects.create(
        version=version, sector="community", answers=[], receipt="KODE-2345", received_on=AT.date()
    )
    survey.refresh_from_db()
    return survey


def chain(survey: Survey, author: User, lead: User, number: int, *, is_published: bool = True) -> Initiative:
    """A finding that cites the survey, a focus area that it speaks for, an initiative that answers it."""
    finding = Finding.objects.create(
        cycle=survey.cycle,
        code=f"T-{number:03d}",
        kind="weakness",
        title=f"Temuan {number}",
        statement="…",
        author=author,
        created_at=AT,
        is_published=is_published,
        decided_by=lead,
        **DECIDED,
    )
    Evidence.objects.create(
        finding=finding,
        kind="survey",
        survey_version=survey.current_version,
        question_key="driver-01",
        n=30,
        sector="community",
    )
    area = FocusArea.objects.create(
        cycle=survey.cycle,
        slug=f"fokus-{number}",
        position=number,
        name=f"Fokus {number}",
        rationale="…",
        status="selected",
        decided_at=AT,
        decided_by=lead,
        decision_reason="Penting.",
        is_published=True,
    )
    FocusAreaFinding.objects.create(focus_area=area, finding=finding, reason="Menunjuk ke sana.")
    pillar, _made = Pillar.objects.get_or_create(cycle=survey.cycle, number=1, defaults={"name": "Pilar"})
    strategy, _made = Strategy.objects.get_or_create(
        pillar=pillar, number=1, defaults={"name": "Strategi", "code": "1.1"}
    )
    initiative = Initiative.objects.create(
        strategy=strategy,
        number=number,
        code=f"1.1.{number}",
        name=f"Inisiatif {number}",
        status="published",
    )
    InitiativeFocusArea.objects.create(initiative=initiative, focus_area=area, reason="Menjawabnya.")
    return initiative


def test_a_receipt_lists_findings_and_initiatives_with_the_questions_they_rest_on(
    client: Client, survey: Survey, author: User, lead: User
) -> None:
    chain(survey, author, lead, 1)
    for address in ("/id/survei/terima/KODE-2345/", "/id/survei/akibat/"):
        page = client.get(address).content.decode()
        assert "Temuan 1" in page
        assert "Fokus 1" in page
        assert "1.1.1 Inisiatif 1" in page
        assert "/id/survei/akibat/hasil/driver-01/?sector=community" in page


def test_what_is_not_published_is_not_listed(survey: Survey, author: User, lead: User) -> None:
    hidden = chain(survey, author, lead, 1)
    chain(survey, author, lead, 2, is_published=False)
    Initiative.objects.filter(pk=hidden.pk).update(status="draft")
    (outcome,) = outcomes_of(survey)
    assert outcome.finding.code == "T-001"
    assert outcome.initiatives == ()


def test_before_publication_nothing_is_listed(
    client: Client, survey: Survey, author: User, lead: User
) -> None:
    chain(survey, author, lead, 1)
    Survey.objects.filter(pk=survey.pk).update(status="closed", published_at=None)
    page = client.get("/id/survei/terima/KODE-2345/").content.decode()
    assert "Temuan 1" not in page


def test_everybody_reads_the_same(client: Client, survey: Survey, author: User, lead: User) -> None:
    """The office sees no more here than whoever holds a receipt: the page does not know who asks."""
    chain(survey, author, lead, 1)
    chain(survey, author, lead, 2, is_published=False)
    client.force_login(lead)
    page = client.get("/id/survei/terima/KODE-2345/").content.decode()
    assert "Temuan 1" in page
    assert "Temuan 2" not in page


@pytest.mark.parametrize("count", [1, 50])
def test_outcomes_take_four_queries(survey: Survey, author: User, lead: User, count: int) -> None:
    for number in range(1, count + 1):
        chain(survey, author, lead, number)
    with CaptureQueriesContext(connection) as queries:
        found = outcomes_of(survey)
    assert len(found) == count
    assert len(queries) == 4
