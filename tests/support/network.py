"""A chain of any shape straight from models: for tests of how links are read, not of how they are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from actions.models import Action, Partnership
from assessment.models import (
    Evidence,
    Finding,
    FocusArea,
    FocusAreaFinding,
    Question,
    Section,
    Survey,
    SurveyVersion,
)
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.models import Cycle
from semarang_resilience.documents.models import Document, Edition
from semarang_resilience.documents.snapshots import freeze
from stakeholders.models import Organization
from strategy.models import Initiative, InitiativeFocusArea, Pillar, Strategy

EMPTY_FORM = {"sections": [], "slots": 0, "framework": None, "districts": [], "text_max_length": 2000}
NOON = datetime(2016, 6, 1, 5, tzinfo=UTC)


@dataclass(kw_only=True)
class Network:
    """One cycle with its survey, and whatever was added to it; published unless said otherwise."""

    cycle: Cycle
    survey: Survey
    version: SurveyVersion
    section: Section
    strategy: Strategy
    author: User
    lead: User
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str) -> int:
        """1, 2, 3 … for each kind of row."""
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def finding(self, *, published: bool = True, questions: int = 1, **fields: Any) -> Finding:
        """A finding that rests on so many survey questions of its own."""
        n = self.number("finding")
        state: dict[str, Any] = {"status": "draft"}
        if published:
            state = {
                "status": "accepted",
                "is_published": True,
                "submitted_at": NOON,
                "decided_by": self.lead,
                "decided_at": NOON,
                "decision_reason": "Didukung data.",
            }
        finding = Finding.objects.create(
            **{
                "cycle": self.cycle,
                "code": f"T-{n:03}",
                "kind": "weakness",
                "title_ind": f"Temuan {n}",
                "title_en": f"Finding {n}",
                "statement_ind": "Pernyataan.",
                "statement_en": "Statement.",
                "author": self.author,
                "created_at": NOON,
            }
            | state
            | fields
        )
        for _ in range(questions):
            self.evidence(finding)
        return finding

    def evidence(self, finding: Finding, question: Question | None = None) -> Evidence:
        """A survey citation with n = 412."""
        question = question or self.question()
        return Evidence.objects.create(
            finding=finding,
            kind="survey",
            survey_version=self.version,
            question_key=question.key,
            n=412,
            cited={
                "kind": "driver_rating",
                "label": {"id": question.text_ind, "en": question.text_en},
                "as_of": "2015-09-15",
                "responses": 430,
                "series": [{"n": 412, "mean": 1.6, "top": 3, "counts": [200, 120, 92]}],
            },
            summary_ind="Dinilai paling lemah.",
            summary_en="Rated weakest.",
        )

    def question(self) -> Question:
        """A text question: its kind does not matter to a thread."""
        n = self.number("question")
        return Question.objects.create(
            section=self.section,
            position=n,
            key=f"soal-{n}",
            kind="text",
            text_ind=f"Pertanyaan {n}?",
            text_en=f"Question {n}?",
        )

    def area(self, *findings: Finding, published: bool = True) -> FocusArea:
        """A chosen focus area with findings."""
        n = self.number("area")
        state: dict[str, Any] = {"status": "proposed"}
        if published:
            state = {
                "status": "selected",
                "is_published": True,
                "decided_by": self.lead,
                "decided_at": NOON,
                "decision_reason": "Mendesak.",
            }
        area = FocusArea.objects.create(
            cycle=self.cycle,
            slug=f"fokus-{n}",
            position=n,
            name_ind=f"Fokus {n}",
            name_en=f"Focus {n}",
            rationale_ind="Alasan.",
            rationale_en="Rationale.",
            **state,
        )
        for finding in findings:
            FocusAreaFinding.objects.create(
                focus_area=area,
                finding=finding,
                reason_ind=f"{finding.code} mendukung",
                reason_en=f"{finding.code} supports it",
            )
        return area

    def initiative(self, *areas: FocusArea, published: bool = True, **fields: Any) -> Initiative:
        """An initiative that answers focus areas."""
        n = self.number("initiative")
        initiative = Initiative.objects.create(
            **{
                "strategy": self.strategy,
                "number": n,
                "code": f"1.1.{n}",
                "name_ind": f"Inisiatif {n}",
                "name_en": f"Initiative {n}",
                "status": "published" if published else "draft",
            }
            | fields
        )
        for area in areas:
            InitiativeFocusArea.objects.create(
                initiative=initiative,
                focus_area=area,
                reason_ind=f"menjawab {area.slug}",
                reason_en=f"answers {area.slug}",
            )
        return initiative

    def action(
        self, initiative: Initiative | None, *partners: Organization, published: bool = True, **fields: Any
    ) -> Action:
        """An action with partners who implement it."""
        n = self.number("action")
        action = Action.objects.create(
            **{
                "cycle": self.cycle,
                "code": f"RTL-{n:02}",
                "name_ind": f"Kegiatan {n}",
                "name_en": f"Action {n}",
                "initiative": initiative,
                "is_published": published,
            }
            | fields
        )
        for partner in partners:
            Partnership.objects.create(action=action, organization=partner, commitment_ind="Tenaga ahli")
        return action

    def organization(self, *, published: bool = True) -> Organization:
        """An organisation with a public page."""
        n = self.number("organization")
        return Organization.objects.create(
            code=f"mitra-{n}", name=f"Mitra {n}", sector="government", is_published=published
        )

    def edition(self, kind: str, *, language: str = "id", published: bool = True) -> Edition:
        """An edition of what stands in the database now, as if a worker had set it."""
        document, _made = Document.objects.get_or_create(cycle=self.cycle, kind=kind)
        number = self.number(f"{kind}-{language}")
        frozen = freeze(kind=kind, cycle=self.cycle, language=language, number=number, at=NOON)
        state = {"status": "published", "published_by": self.lead, "published_at": NOON}
        return Edition.objects.create(
            document=document,
            number=number,
            language=language,
            title=f"{kind.upper()} {number} {language}",
            snapshot=frozen.packed,
            snapshot_sha256=frozen.sha256,
            requested_by=self.lead,
            requested_at=NOON,
            file="x.pdf",
            sha256="0" * 64,
            size=1000,
            pages=10,
            ready_at=NOON,
            **(state if published else {"status": "ready"}),
        )


def new_network() -> Network:
    """An empty chain: cycle, published survey, one pillar and strategy, an author and a lead."""
    author = User.objects.create_user("staf@contoh.test", name="Staf CRO", roles=[Role.CRO_STAFF.value])
    lead = User.objects.create_user("ketua@contoh.test", name="Ketua CRO", roles=[Role.CRO_LEAD.value])
    cycle = Cycle.objects.create(
        slug="2015",
        name_ind="Semarang 2015",
        planned_start=date(2015, 5, 1),
        planned_end=date(2016, 1, 31),
        actual_start=date(2015, 5, 1),
        launched_on=date(2016, 5, 23),
    )
    survey = Survey.objects.create(
        cycle=cycle,
        slug="persepsi",
        title_ind="Survei persepsi",
        title_en="Perception survey",
        opens_at=datetime(2015, 6, 1, tzinfo=UTC),
        closes_at=datetime(2015, 9, 1, tzinfo=UTC),
    )
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=EMPTY_FORM, frozen_at=NOON)
    Survey.objects.filter(pk=survey.pk).update(
        status="published", current_version=version, opened_at=NOON, closed_at=NOON, published_at=NOON
    )
    pillar = Pillar.objects.create(
        cycle=cycle, number=1, name_ind="Air dan energi", name_en="Water and energy"
    )
    return Network(
        cycle=cycle,
        survey=Survey.objects.get(pk=survey.pk),
        version=version,
        section=Section.objects.create(version=version, position=1, title_ind="Bagian", title_en="Section"),
        strategy=Strategy.objects.create(
            pillar=pillar, number=1, code="1.1", name_ind="Strategi", name_en="Strategy"
        ),
        author=author,
        lead=lead,
    )
