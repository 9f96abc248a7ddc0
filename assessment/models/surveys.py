"""Perception surveys: definition, invitations, responses and their tallies.

One response is one row: `answers` is an array of small codes, one per *slot*. A slot is one
elementary variable (what a codebook calls a column): a rating takes one slot, a hazard rating
two (now, in future), a multiple choice one per option, a text none. The same slots number the
tallies, so that any result is read from a few histogram rows whatever the number of responses
(measured: docs/adr/0005).

Codes in a slot: NULL = not answered; ratings 0 = "I can't judge this", 1..k = the level;
single choice 1..k = the option's number; multiple choice 0 / 1 = not chosen / chosen.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from assessment.gaps import Gap, missing_translations
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from semarang_resilience.places.models import District
from stakeholders.models import Sector

from .frameworks import Driver, Framework
from .hazards import Hazard

RATING_LEVELS = 3  # need to do better / doing well but can improve / area of strength
HAZARD_LEVELS = 5  # 1 hardly a problem .. 5 very severe
CANNOT_JUDGE = 0


class SurveyStatus(ToneChoices):
    """draft -> open -> closed -> published (results)."""

    DRAFT = "draft", "neutral", "pencil", _("Draft")
    OPEN = "open", "success", "radio-tower", _("Open")
    CLOSED = "closed", "neutral", "lock", _("Closed")
    PUBLISHED = "published", "info", "chart-bar", _("Results published")


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Surveys."""

    def visible_to(self, user: Any) -> SurveyQuerySet:
        """Drafts only for the office."""
        return self if getattr(user, "is_office", False) else self.exclude(status=SurveyStatus.DRAFT)

    def for_list(self) -> SurveyQuerySet:
        """Newest first, with cycle and current version: one query."""
        return self.select_related("cycle", "current_version").order_by("-opens_at", "-pk")

    def for_detail(self) -> SurveyQuerySet:
        """With cycle and current version: one query."""
        return self.select_related("cycle", "current_version__framework")


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
    status = FSMField(_("status"), choices=SurveyStatus.choices, default=SurveyStatus.DRAFT, protected=True)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
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
                condition=~Q(status__in=["closed", "published"]) | Q(closed_at__isnull=False),
                name="survey_closed_has_date",
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
        return self.status == SurveyStatus.OPEN and self.opens_at <= at < self.closes_at

    @property
    def status_mark(self) -> SurveyStatus:
        """The state with its colour and icon."""
        return SurveyStatus(self.status)

    def opening_gaps(self, *, at: datetime) -> list[Gap]:
        """What is missing before the survey can open."""
        gaps = missing_translations(self, ["title", "introduction"])
        if not self.versions.exists():
            gaps.append(Gap(code="no_questions", message=_("The survey has no questions yet.")))
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

    @transition(field=status, source=SurveyStatus.CLOSED, target=SurveyStatus.PUBLISHED)
    def publish_results(self, *, at: datetime) -> None:
        """Show results to everybody."""
        self.published_at = at


class SurveyVersion(models.Model):
    """A wording of a survey. Frozen when it opens: `definition` is then the compiled questionnaire.

    `definition` (see assessment.operations.surveys.compile_definition) holds everything that form,
    submission, results and codebook need, in both languages, so that none of them reads question rows.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    framework = models.ForeignKey(
        Framework, models.PROTECT, null=True, blank=True, related_name="survey_versions"
    )
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


class Section(models.Model):
    """A step of the questionnaire."""

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="section_position_once")]

    def __str__(self) -> str:
        return self.title


class QuestionKind(models.TextChoices):
    """How a question is asked and tallied."""

    DRIVER_RATING = "driver_rating", _("Driver rating")
    HAZARD_RATING = "hazard_rating", _("Hazard rating, now and in future")
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TEXT = "text", _("Text")


class Question(models.Model):
    """A question; `key` is its identity through versions and rounds ("driver-09", "hazard-rob")."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.SlugField(_("key"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind)
    text = models.CharField(_("question"), max_length=300)
    help_text = models.CharField(_("help text"), max_length=400, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    driver = models.ForeignKey(Driver, models.PROTECT, null=True, blank=True, related_name="questions")
    hazard = models.ForeignKey(Hazard, models.PROTECT, null=True, blank=True, related_name="questions")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
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
        ]

    def __str__(self) -> str:
        return self.text


class Option(models.Model):
    """A choice of a single or multiple question; `position` (from 1) is its code."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("position"))
    label = models.CharField(_("label"), max_length=200)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="option_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="option_position_from_one"),
        ]

    def __str__(self) -> str:
        return self.label


class InvitationKind(models.TextChoices):
    """Personal links answer once; an open link (poster, QR code) answers as often as people come."""

    PERSONAL = "personal", _("Personal link")
    OPEN = "open", _("Open link")


class Invitation(models.Model):
    """A link to a survey. Only the SHA-256 of its token is kept; who used a personal one is not known here.

    Nothing here points to a response, and `used_on` is no finer than a day.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    kind = models.CharField(_("kind"), max_length=8, choices=InvitationKind)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("label"), max_length=120, blank=True)
    is_revoked = models.BooleanField(_("withdrawn"), default=False)
    used_on = models.DateField(_("used on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal") | Q(used_on__isnull=True),
                name="open_invitation_is_never_used_up",
            )
        ]

    def __str__(self) -> str:
        return self.label or f"{self.get_kind_display()} {self.pk}"

    @property
    def is_personal(self) -> bool:
        """Whether the link takes one answer only."""
        return self.kind == InvitationKind.PERSONAL

    @staticmethod
    def hash_of(token: str) -> str:
        """The SHA-256 (hex) under which a token is kept."""
        return hashlib.sha256(token.encode()).hexdigest()


class Channel(models.TextChoices):
    """How an answer reached the office."""

    WEB = "web", _("Web")
    PAPER = "paper", _("Paper")
    WORKSHOP = "workshop", _("Workshop")
    OFFLINE = "offline", _("Offline")


class Response(models.Model):
    """One anonymous answer sheet: sector and district, but no identity and no time finer than a day.

    The id is made by the client, so that a repeated submission is the same response (no serial
    numbers: they would betray the order of arrival).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="responses")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    sector = models.CharField(max_length=20, choices=Sector)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answers = ArrayField(models.SmallIntegerField(null=True))
    texts = models.JSONField(default=dict, blank=True)
    receipt = models.CharField(max_length=14, unique=True)
    received_on = models.DateField()
    is_folded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [models.Index(fields=["version"], condition=Q(is_folded=False), name="response_not_folded")]

    def __str__(self) -> str:
        return self.receipt


class TallyQuerySet(models.QuerySet["Tally"]):
    """Histograms, added up for results."""

    def by_slot_and_sector(self, width: int) -> models.QuerySet[Any, Any]:
        """(slot, sector, count of code 0, of code 1, ...: `width` codes) over all districts; one query."""
        sums = {f"sum_{code}": Sum(f"counts__{code}") for code in range(width)}
        return self.values_list("slot", "sector").annotate(**sums).order_by("slot", "sector")

    def responses_by_district(self) -> models.QuerySet[Any, Any]:
        """(district code, responses): one query."""
        counted = self.filter(slot=Tally.RESPONSES).values_list("district_code")
        return counted.annotate(sum_0=Sum("counts__0")).order_by("district_code")


class Tally(models.Model):
    """Histogram of one slot in one group: `counts[code]` responses gave that code.

    Folded from responses by a worker, exact, and O(1) to read. Slot -1 counts the responses
    themselves (`counts[0]`), so that n is known for slots nobody answered. `district_code` is
    empty where the respondent gave none.
    """

    RESPONSES = -1

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="tallies")
    slot = models.SmallIntegerField()
    sector = models.CharField(max_length=20, choices=Sector)
    district_code = models.CharField(max_length=20, blank=True)
    counts = ArrayField(models.IntegerField())

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "slot", "sector", "district_code"], name="tally_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.slot}/{self.sector}/{self.district_code}"
