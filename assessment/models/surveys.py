"""Perception surveys: their life, their versions, their questions. Answers are in responses.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from assessment.gaps import Gap, missing_translations
from assessment.survey_gaps import gaps_of
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields

from .frameworks import Driver, Framework
from .hazards import Hazard
from .question_kinds import (
    CANNOT_JUDGE,
    CHOICE_KINDS,
    HAZARD_LEVELS,
    ONE_CODE_KINDS,
    OPEN_KINDS,
    RATING_LEVELS,
    HazardAspects,
    OptionContent,
    QuestionContent,
    QuestionKind,
    answerable_codes,
)

__all__ = [
    "CANNOT_JUDGE",
    "CHOICE_KINDS",
    "HAZARD_LEVELS",
    "NO_SLOT",
    "ONE_CODE_KINDS",
    "OPEN_KINDS",
    "RATING_LEVELS",
    "HazardAspects",
    "Option",
    "Question",
    "QuestionKind",
    "Section",
    "Survey",
    "SurveyQuerySet",
    "SurveyStatus",
    "SurveyVersion",
    "accepts_answers",
]

NO_SLOT = -1  # where tallies count the sheets themselves


class SurveyStatus(ToneChoices):
    """draft -> open -> closed -> reviewed (open answers were read) -> published (results)."""

    DRAFT = "draft", "neutral", "pencil", _("Draft")
    OPEN = "open", "success", "radio-tower", _("Open")
    CLOSED = "closed", "neutral", "lock", _("Closed")
    REVIEWED = "reviewed", "neutral", "list-checks", _("Reviewed")
    PUBLISHED = "published", "info", "chart-bar", _("Results published")


def accepts_answers(status: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether a survey in this state accepts answers at `at`."""
    return status == SurveyStatus.OPEN and opens_at <= at < closes_at


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Surveys."""

    def visible_to(self, user: Any) -> SurveyQuerySet:
        """Drafts only for the office."""
        return self if getattr(user, "is_office", False) else self.exclude(status=SurveyStatus.DRAFT)

    def for_list(self) -> SurveyQuerySet:
        """Newest first, with cycle and current version: one query."""
        return self._with_version().order_by("-opens_at", "-pk")

    def for_work_list(self) -> SurveyQuerySet:
        """As the list, with `counted` and `pending` answers and `link_count`: one query."""
        current = SurveyVersion.objects.filter(pk=OuterRef("current_version")).order_by()
        responses = Q(tallies__slot=NO_SLOT)
        waiting = Q(responses__is_folded=False)
        counted = current.annotate(n=Sum("tallies__counts__0", filter=responses)).values("n")
        pending = current.annotate(n=Count("responses", filter=waiting)).values("n")
        return self.for_list().annotate(
            counted=Coalesce(Subquery(counted), 0),
            pending=Coalesce(Subquery(pending), 0),
            link_count=Count("invitations", filter=Q(invitations__is_revoked=False)),
        )

    def for_detail(self) -> SurveyQuerySet:
        """With cycle and current version: one query."""
        return self._with_version()

    def _with_version(self) -> SurveyQuerySet:
        # The questionnaire is large, and each process keeps it parsed (assessment/questionnaire.py).
        return self.select_related("cycle", "current_version").defer("current_version__definition")


class Survey(ConcurrentTransitionMixin, ProvenanceFields):
    """A perception survey of one cycle; its questions live in versions, frozen when it opens."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="surveys")
    slug = models.SlugField(_("code"), unique=True, max_length=60)
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    current_version = models.ForeignKey(
        "SurveyVersion", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later_rounds",
        verbose_name=_("earlier round"),
    )
    reminder_floor_days = models.PositiveSmallIntegerField(_("days between reminders"), default=5)
    status = FSMField(_("status"), choices=SurveyStatus.choices, default=SurveyStatus.DRAFT, protected=True)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="survey_dates_in_order",
                violation_error_message=_("A survey must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(opened_at__isnull=False, current_version__isnull=False),
                name="survey_open_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["closed", "reviewed", "published"]) | Q(closed_at__isnull=False),
                name="survey_closed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="reviewed") | Q(reviewed_at__isnull=False),
                name="survey_reviewed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("id")),
                name="survey_not_its_own_round",
                violation_error_message=_("A survey cannot be its own earlier round."),
            ),
            models.CheckConstraint(
                condition=Q(reminder_floor_days__gte=1), name="survey_reminders_not_daily"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | (~Q(status="published") & Q(published_at__isnull=True)),
                name="survey_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page about the survey."""
        return reverse("assessment:survey", args=[self.slug])

    def is_answerable(self, at: datetime) -> bool:
        """Whether answers are accepted at `at`: opened, and within its dates."""
        return accepts_answers(self.status, self.opens_at, self.closes_at, at)

    @property
    def status_mark(self) -> SurveyStatus:
        """The state with its colour and icon."""
        return SurveyStatus(self.status)

    def opening_gaps(self, *, at: datetime) -> list[Gap]:
        """What is missing before the survey can open: in its own texts, its questions, its dates."""
        newest = self.versions.order_by("-number").values("pk")[:1]
        sections = list(Section.objects.filter(version__in=newest).for_questionnaire())
        gaps = [*missing_translations(self, ["title", "introduction"]), *gaps_of(sections)]
        if self.closes_at <= at:
            gaps.append(
                Gap(
                    code="over", message=_("The closing date has passed. Choose a later one before you open.")
                )
            )
        return gaps

    @transition(field=status, source=SurveyStatus.DRAFT, target=SurveyStatus.OPEN)
    def open(self, *, version: SurveyVersion, at: datetime) -> None:
        """Accept answers to the frozen `version` from `at` on."""
        self.current_version = version
        self.opened_at = at

    @transition(field=status, source=SurveyStatus.OPEN, target=SurveyStatus.CLOSED)
    def close(self, *, at: datetime) -> None:
        """Accept no more answers."""
        self.closed_at = at

    @transition(field=status, source=SurveyStatus.CLOSED, target=SurveyStatus.REVIEWED)
    def review(self, *, at: datetime) -> None:
        """Say that the open answers were read."""
        self.reviewed_at = at

    @transition(field=status, source=[SurveyStatus.CLOSED, SurveyStatus.REVIEWED], target=SurveyStatus.OPEN)
    def reopen(self, *, closes_at: datetime) -> None:
        """Accept answers again, until another date."""
        self.closes_at, self.closed_at, self.reviewed_at = closes_at, None, None

    @transition(field=status, source=SurveyStatus.REVIEWED, target=SurveyStatus.PUBLISHED)
    def publish_results(self, *, at: datetime) -> None:
        """Show results to everybody."""
        self.published_at = at

    @transition(field=status, source=SurveyStatus.PUBLISHED, target=SurveyStatus.REVIEWED)
    def unpublish(self, *, at: datetime) -> None:
        """Show results to the office only."""
        self.published_at = None
        self.reviewed_at = self.reviewed_at or at


class SurveyVersion(models.Model):
    """A wording of a survey. Frozen when it opens: `definition` is then the compiled questionnaire.

    A survey that is open may get a further version when a wording must change; a sheet belongs to the
    version whose form the respondent saw. Questions are the same through versions and rounds by their key;
    `Question.breaks_series` says where answers no longer compare, `change_note` why the wording changed.

    `definition` (see assessment.operations.surveys.compile_definition) holds everything that form,
    submission, results and codebook need, in both languages, so that none of them reads question rows.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    framework = models.ForeignKey(
        Framework, models.PROTECT, null=True, blank=True, related_name="survey_versions"
    )
    change_note = models.TextField(_("what changed"), blank=True)
    definition = models.JSONField(default=dict, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("survey version")
        verbose_name_plural = _("survey versions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_number_once"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | ~Q(definition={}),
                name="survey_version_frozen_has_definition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"


class SectionQuerySet(models.QuerySet["Section"]):
    """Sections of questionnaires."""

    def for_questionnaire(self) -> SectionQuerySet:
        """With questions and options, all in order: three queries."""
        questions = (
            Question.objects.select_related("driver__dimension", "hazard", "shown_if")
            .prefetch_related(models.Prefetch("options", Option.objects.order_by("position")))
            .order_by("position")
        )
        return self.order_by("position").prefetch_related(models.Prefetch("questions", questions))


class Section(models.Model):
    """A step of the questionnaire."""

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="section_position_once")]

    def __str__(self) -> str:
        return self.title


class Question(QuestionContent):
    """A question; `key` is its identity through versions and rounds ("driver-09", "hazard-rob").

    Shown only if an earlier question of one code (`ONE_CODE_KINDS`) was answered with one of
    `shown_if_codes`, where a condition is set.
    """

    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.SlugField(_("key"), max_length=60)
    is_required = models.BooleanField(_("required"), default=False)
    driver = models.ForeignKey(Driver, models.PROTECT, null=True, blank=True, related_name="questions")
    hazard = models.ForeignKey(Hazard, models.PROTECT, null=True, blank=True, related_name="questions")
    shown_if = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="dependents", verbose_name=_("shown if")
    )
    shown_if_codes = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    breaks_series = models.BooleanField(_("answers do not compare with earlier ones"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            *QuestionContent.Meta.constraints,
            models.UniqueConstraint(fields=["section", "position"], name="question_position_once"),
            models.CheckConstraint(
                condition=Q(kind="driver_rating", driver__isnull=False)
                | (~Q(kind="driver_rating") & Q(driver__isnull=True)),
                name="question_driver_iff_driver_rating",
            ),
            models.CheckConstraint(
                condition=Q(kind="hazard_rating", hazard__isnull=False)
                | (~Q(kind="hazard_rating") & Q(hazard__isnull=True)),
                name="question_hazard_iff_hazard_rating",
            ),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=True, shown_if_codes=[])
                | (Q(shown_if__isnull=False) & ~Q(shown_if_codes=[])),
                name="question_condition_complete",
                violation_error_message=_("A condition needs a question and at least one of its answers."),
            ),
        ]

    def answer_codes(self) -> frozenset[int]:
        """The codes that a condition may ask for; nothing unless the answer is one code. Reads `options`."""
        return answerable_codes(self.kind, self.levels, (option.position for option in self.options.all()))


class Option(OptionContent):
    """An option of a question in a survey."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="option_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="option_position_from_one"),
        ]
