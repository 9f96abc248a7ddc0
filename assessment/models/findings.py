"""Findings (strengths, weaknesses, gaps, opportunities) and the evidence that they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields

from ..cited import Cited, read_cited
from ..gaps import Gap, missing_translations
from .assets import Asset
from .frameworks import Driver
from .hazards import Hazard
from .surveys import SurveyVersion


class FindingKind(ToneChoices):
    """What a finding says about the city."""

    STRENGTH = "strength", "success", "shield-check", _("Strength")
    WEAKNESS = "weakness", "danger", "triangle-alert", _("Weakness")
    GAP = "gap", "warning", "circle-minus", _("Gap")
    OPPORTUNITY = "opportunity", "info", "lightbulb", _("Opportunity")


class FindingStatus(ToneChoices):
    """draft -> submitted -> accepted / returned / rejected; returned -> submitted again."""

    DRAFT = "draft", "neutral", "pencil", _("Draft")
    SUBMITTED = "submitted", "info", "send", _("Waiting for decision")
    RETURNED = "returned", "warning", "undo-2", _("Returned")
    ACCEPTED = "accepted", "success", "circle-check", _("Accepted")
    REJECTED = "rejected", "danger", "circle-x", _("Rejected")


class EvidenceLevel(ToneChoices):
    """How well a finding is supported; derived from its evidence, never typed."""

    NONE = "none", "danger", "circle-help", _("No evidence yet")
    PERCEPTION = "perception", "warning", "users", _("Perception only")
    ONE_SOURCE = "one_source", "info", "file-text", _("One source")
    SEVERAL = "several", "success", "layers", _("Several sources")


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings."""

    def accepted(self) -> FindingQuerySet:
        """Those that the lead accepted."""
        return self.filter(status=FindingStatus.ACCEPTED)

    def published(self) -> FindingQuerySet:
        """Those that everybody reads."""
        return self.accepted().filter(is_published=True)

    def visible_to(self, user: Any) -> FindingQuerySet:
        """Everything for the office; accepted and published ones for everybody else."""
        return self if getattr(user, "is_office", False) else self.published()

    def with_evidence_level(self) -> FindingQuerySet:
        """Annotate `evidence_level` from the kinds of evidence attached."""
        kinds = Count("evidence__kind", distinct=True)
        perception = Count("evidence", filter=Q(evidence__kind=EvidenceKind.SURVEY))
        return self.annotate(
            _kinds=kinds, _perception=perception, evidence_count=Count("evidence", distinct=True)
        ).annotate(
            evidence_level=Case(
                When(evidence_count=0, then=Value(EvidenceLevel.NONE.value)),
                When(_kinds=1, _perception__gt=0, then=Value(EvidenceLevel.PERCEPTION.value)),
                When(evidence_count=1, then=Value(EvidenceLevel.ONE_SOURCE.value)),
                default=Value(EvidenceLevel.SEVERAL.value),
                output_field=models.CharField(),
            )
        )

    def for_list(self) -> FindingQuerySet:
        """With drivers, hazards, author and evidence level, newest code first: three queries."""
        return (
            self.with_evidence_level()
            .select_related("author", "cycle")
            .prefetch_related("drivers", "hazards")
            .order_by("code", "pk")
        )

    def for_detail(self) -> FindingQuerySet:
        """With everything the page shows: six queries."""
        return (
            self.with_evidence_level()
            .select_related("author", "decided_by", "cycle")
            .prefetch_related(
                "drivers",
                "hazards",
                "assets",
                models.Prefetch(
                    "evidence",
                    Evidence.objects.select_related("survey_version__survey").order_by("position", "pk"),
                ),
                "focus_area_links__focus_area",
            )
        )


class Finding(ConcurrentTransitionMixin, ProvenanceFields):
    """A statement about the city's resilience that rests on evidence.

    Four eyes: who decides is never the author (held by a constraint, not only by the page).
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="findings")
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=FindingKind)
    title = models.CharField(_("title"), max_length=200)
    statement = models.TextField(_("statement"))
    drivers = models.ManyToManyField(Driver, related_name="findings", blank=True, verbose_name=_("drivers"))
    hazards = models.ManyToManyField(Hazard, related_name="findings", blank=True, verbose_name=_("hazards"))
    assets = models.ManyToManyField(Asset, related_name="findings", blank=True, verbose_name=_("assets"))
    is_published = models.BooleanField(_("published"), default=False)

    status = FSMField(_("status"), choices=FindingStatus.choices, default=FindingStatus.DRAFT, protected=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="findings")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided_findings"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "code"], name="finding_code_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False), name="finding_submitted_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "rejected", "returned"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_reason="")),
                name="finding_decision_has_who_when_why",
                violation_error_message=_("A decision needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("author")),
                name="finding_four_eyes",
                violation_error_message=_("A finding is decided by somebody other than its author."),
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(status="accepted"),
                name="finding_published_only_when_accepted",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "status", "code", "id"])]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the finding (public once published)."""
        return reverse("assessment:finding", args=[self.code])

    @property
    def kind_mark(self) -> FindingKind:
        """The kind with its tone and icon."""
        return FindingKind(self.kind)

    @property
    def status_mark(self) -> FindingStatus:
        """The status with its tone and icon."""
        return FindingStatus(self.status)

    @property
    def evidence_mark(self) -> EvidenceLevel:
        """How well it is supported; needs `with_evidence_level()` (every `for_*` has it)."""
        return EvidenceLevel(self.evidence_level)  # type: ignore[attr-defined]

    @property
    def is_editable(self) -> bool:
        """Whether its text and evidence may still change."""
        return self.status in {FindingStatus.DRAFT, FindingStatus.RETURNED}

    def submission_gaps(self) -> list[Gap]:
        """What is missing before it can be decided; page, button and refusal use this same list."""
        gaps = []
        if not (self.title and self.statement):
            gaps.append(Gap(code="no_statement", message=_("Write a title and the statement itself.")))
        if not self.evidence.exists():
            gaps.append(Gap(code="no_evidence", message=_("Add at least one piece of evidence.")))
        return gaps

    def publication_gaps(self) -> list[Gap]:
        """What is missing before everybody may read it."""
        gaps = []
        if self.status != FindingStatus.ACCEPTED:
            gaps.append(Gap(code="not_accepted", message=_("The finding must be accepted first.")))
        return gaps + missing_translations(self, ("title", "statement"))

    @transition(
        field=status, source=[FindingStatus.DRAFT, FindingStatus.RETURNED], target=FindingStatus.SUBMITTED
    )
    def submit(self, *, at: datetime) -> None:
        """Hand over for a decision; a returned finding loses the former decision (it stays in the log)."""
        self.submitted_at = at
        self.decided_by = self.decided_at = None
        self.decision_reason = ""

    def _decide(self, by: Any, at: datetime, reason: str) -> None:
        self.decided_by, self.decided_at, self.decision_reason = by, at, reason

    @transition(field=status, source=FindingStatus.SUBMITTED, target=FindingStatus.ACCEPTED)
    def accept(self, *, by: Any, at: datetime, reason: str) -> None:
        """Take the finding into the assessment."""
        self._decide(by, at, reason)

    @transition(field=status, source=FindingStatus.SUBMITTED, target=FindingStatus.RETURNED)
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        """Ask the author to improve it."""
        self._decide(by, at, reason)

    @transition(field=status, source=FindingStatus.SUBMITTED, target=FindingStatus.REJECTED)
    def reject(self, *, by: Any, at: datetime, reason: str) -> None:
        """Leave it out, with the reason kept."""
        self._decide(by, at, reason)


class EvidenceKind(ToneChoices):
    """What a piece of evidence is."""

    SURVEY = "survey", "info", "chart-bar", _("Survey result")
    DOCUMENT = "document", "neutral", "file-text", _("Document or data")
    EXPOSURE = "exposure", "neutral", "table-2", _("Asset and hazard")
    PROGRAMME = "programme", "neutral", "list-checks", _("Existing programmes")
    MEETING = "meeting", "neutral", "message-square", _("Workshop or meeting")


class Evidence(ProvenanceFields):
    """A link from a finding to what it rests on.

    A survey link names version, question key and filter, and copies n and the figure as they
    stood when they were cited (`cited`), so that the citation stays true when more answers come.
    """

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    survey_version = models.ForeignKey(
        SurveyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cited_by",
        verbose_name=_("survey"),
    )
    question_key = models.CharField(_("question"), max_length=60, blank=True)
    sector = models.CharField(_("sector"), max_length=20, blank=True)
    district = models.CharField(_("district"), max_length=20, blank=True)
    n = models.PositiveIntegerField(_("answers (n)"), null=True, blank=True)
    cited = models.JSONField(default=dict, blank=True)
    summary = models.TextField(_("what it shows"), blank=True)
    url = models.URLField(_("address"), blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=(
                    Q(kind="survey", survey_version__isnull=False, n__isnull=False) & ~Q(question_key="")
                )
                | (~Q(kind="survey") & Q(survey_version__isnull=True)),
                name="evidence_survey_names_question_and_n",
            ),
            models.CheckConstraint(
                condition=Q(kind="survey") | ~Q(summary=""),
                name="evidence_other_has_summary",
                violation_error_message=_("Say in a sentence what this evidence shows."),
            ),
        ]

    def __str__(self) -> str:
        return self.summary[:80] if self.summary else self.question_key

    @property
    def kind_mark(self) -> EvidenceKind:
        """The kind with its tone and icon."""
        return EvidenceKind(self.kind)

    @property
    def chart_path(self) -> str:
        """The chart of the cited question with the cited filter; needs `survey_version__survey`."""
        if self.survey_version is None:
            return ""
        chosen = {"sector": self.sector, "district": self.district}
        return reverse(
            "assessment:survey_chart",
            args=[self.survey_version.survey.slug, self.question_key],
            query={name: code for name, code in chosen.items() if code} or None,
        )

    @property
    def citation(self) -> Cited | None:
        """The numbers that were copied from a survey, ready to be read."""
        return read_cited(self.cited) if self.cited else None
