"""Answers that do not come through the web form: paper sheets and live workshops."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.places.models import District
from stakeholders.models import Engagement, Sector

from .surveys import Survey, SurveyVersion


class PaperStatus(ToneChoices):
    """entered (-> differs) -> ready -> accepted; without double entry ready at once; or set aside."""

    ENTERED = "entered", "info", "keyboard", _("Entered once, waits for the second entry")
    DIFFERS = "differs", "warning", "git-compare", _("The two entries differ")
    READY = "ready", "info", "hourglass", _("Entered, waits to be counted")
    ACCEPTED = "accepted", "success", "check", _("Counted")
    SET_ASIDE = "set_aside", "neutral", "ban", _("Set aside, cannot be counted")


class PaperRule(models.Model):
    """How the paper sheets of a survey are entered; a survey without a row has them entered once."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="paper_rule")
    needs_second_entry = models.BooleanField(_("every sheet is entered twice"), default=False)

    class Meta:
        verbose_name = _("rule for paper sheets")
        verbose_name_plural = _("rules for paper sheets")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class PaperSheetQuerySet(models.QuerySet["PaperSheet"]):
    """Paper sheets."""

    def of(self, survey: Survey) -> PaperSheetQuerySet:
        """The sheets of a survey, of whichever version."""
        return self.filter(version__survey=survey)

    def ready(self) -> PaperSheetQuerySet:
        """Entered as the survey's rule asks, not counted yet."""
        return self.filter(status=PaperStatus.READY)

    def for_list(self) -> PaperSheetQuerySet:
        """What waits for a person first, then by number; without the answers: one query.

        Never in the order of entry: that order must not outlive the counting.
        """
        waits = Case(
            *[When(status=status, then=Value(place)) for place, status in enumerate(_ORDER)],
            output_field=models.SmallIntegerField(),
        )
        rows = self.select_related("version", "first_by", "second_by")
        rows = rows.defer("first", "second", "version__definition")
        return rows.annotate(waits=waits).order_by("waits", "number", "version__number", "pk")

    def count_by_status(self) -> dict[str, int]:
        """How many sheets in each status: one query."""
        return dict(self.order_by().values_list("status").annotate(n=Count("pk")))


class PaperSheet(models.Model):
    """The number written on a paper sheet, and its keyed answers until they are counted.

    Once accepted, both entries are erased, and so are who entered them and when: the number says that this
    sheet was entered, not what it says (docs/adr/0016).
    """

    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="paper_sheets")
    number = models.CharField(_("sheet number"), max_length=20)
    status = models.CharField(_("status"), max_length=10, choices=PaperStatus)
    reason = models.CharField(_("why it cannot be counted"), max_length=200, blank=True)
    first = models.JSONField(null=True, blank=True)
    second = models.JSONField(null=True, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_on = models.DateField(null=True, blank=True)

    objects = PaperSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper sheet")
        verbose_name_plural = _("paper sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="paper_sheet_once",
                violation_error_message=_("This sheet number was entered already."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "set_aside"])
                | Q(
                    first__isnull=True,
                    second__isnull=True,
                    first_by__isnull=True,
                    second_by__isnull=True,
                    entered_on__isnull=True,
                ),
                name="paper_sheet_accepted_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(status="set_aside") & ~Q(reason="") | ~Q(status="set_aside") & Q(reason=""),
                name="paper_sheet_set_aside_has_reason",
                violation_error_message=_("Say why the sheet cannot be counted."),
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="paper_sheet_second_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status_mark(self) -> PaperStatus:
        """The state with its colour and icon."""
        return PaperStatus(self.status)

    @property
    def is_counted(self) -> bool:
        """Whether its answers are among the others, where nobody can find them again."""
        return self.status == PaperStatus.ACCEPTED


_ORDER = (
    PaperStatus.DIFFERS,
    PaperStatus.ENTERED,
    PaperStatus.READY,
    PaperStatus.SET_ASIDE,
    PaperStatus.ACCEPTED,
)


class WorkshopStatus(ToneChoices):
    """waiting -> asking -> ended, or discarded (a rehearsal)."""

    WAITING = "waiting", "neutral", "hourglass", _("Waiting for people")
    ASKING = "asking", "success", "radio-tower", _("Running")
    ENDED = "ended", "neutral", "lock", _("Ended")
    DISCARDED = "discarded", "neutral", "ban", _("Discarded, nothing was counted")


class RoomState(NamedTuple):
    """Where a workshop stands at this moment; `stamp` changes whenever a page must change."""

    pk: int
    status: str
    on_screen: str
    is_open: bool
    shown: int = 0
    received: int = 0
    joined: int = 0

    @property
    def step(self) -> str:
        """What changes only when a facilitator acts: "driver-01:open"."""
        return f"{self.on_screen}:{'open' if self.is_open else 'closed'}"

    @property
    def is_running(self) -> bool:
        """Whether people can still join and answer."""
        return self.status in (WorkshopStatus.WAITING, WorkshopStatus.ASKING)

    @property
    def stamp(self) -> str:
        """Everything that is shown, in a few characters."""
        return f"{self.status}:{self.step}:{self.shown}:{self.received}:{self.joined}"


def _on_screen(column: str) -> Subquery:
    """A column of the question that is on the screen."""
    rows = WorkshopQuestion.objects.filter(workshop=OuterRef("pk"), question_key=OuterRef("on_screen"))
    return Subquery(rows.values(column)[:1])


def _count(rows: models.QuerySet[Any], group: str) -> Coalesce:
    """How many rows, as a sub-query."""
    return Coalesce(Subquery(rows.order_by().values(group).annotate(n=Count("pk")).values("n")), 0)


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    """Workshops."""

    def running(self) -> WorkshopQuerySet:
        """Those in which people can still answer."""
        return self.filter(status__in=[WorkshopStatus.WAITING, WorkshopStatus.ASKING])

    def for_list(self) -> WorkshopQuerySet:
        """Newest first, with `asked` (how many questions were opened): one query."""
        rows = self.select_related("facilitator", "engagement", "version").defer("version__definition")
        return rows.annotate(asked=Count("questions")).order_by("-held_on", "-pk")

    def for_room(self) -> WorkshopQuerySet:
        """With survey, version and `is_open`: whether the question on the screen is open; one query."""
        rows = self.select_related("survey", "version__survey").defer("version__definition")
        return rows.annotate(is_open=Coalesce(_on_screen("is_open"), False))

    def room_state(self, code: str) -> RoomState | None:
        """What phones ask for every few seconds: one query, four columns."""
        rows = self.filter(code=code).annotate(is_open=Coalesce(_on_screen("is_open"), False))
        row = rows.values_list("pk", "status", "on_screen", "is_open").first()
        return RoomState(*row) if row else None

    def screen_state(self, code: str) -> RoomState | None:
        """The same with the numbers for the projector: answers shown, answers received, phones: one query."""
        answers = WorkshopAnswer.objects.filter(
            participant__workshop=OuterRef("pk"), question_key=OuterRef("on_screen")
        )
        phones = WorkshopParticipant.objects.filter(workshop=OuterRef("pk"))
        rows = self.filter(code=code).annotate(
            is_open=Coalesce(_on_screen("is_open"), False),
            shown=Coalesce(_on_screen("n"), 0),
            received=_count(answers, "participant__workshop"),
            joined=_count(phones, "workshop"),
        )
        columns = ("pk", "status", "on_screen", "is_open", "shown", "received", "joined")
        row = rows.values_list(*columns).first()
        return RoomState(*row) if row else None


class Workshop(models.Model):
    """A survey answered together in a room: the facilitator opens questions, people answer by phone.

    `on_screen` is the question that the projector shows: the open one, or a closed one with its result.
    `counted` says how many sheets came of it, once it has ended.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="workshops")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="+")
    engagement = models.ForeignKey(
        Engagement, models.SET_NULL, null=True, blank=True, related_name="workshops"
    )
    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code to join"), max_length=8, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=WorkshopStatus, default=WorkshopStatus.WAITING
    )
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    held_on = models.DateField(_("held on"))
    on_screen = models.SlugField(max_length=60, blank=True, editable=False)
    counted = models.PositiveIntegerField(null=True, blank=True, editable=False)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="ended", counted__isnull=False)
                | (~Q(status="ended") & Q(counted__isnull=True)),
                name="workshop_ended_has_count",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def status_mark(self) -> WorkshopStatus:
        """The state with its colour and icon."""
        return WorkshopStatus(self.status)

    @property
    def is_running(self) -> bool:
        """Whether people can still join and answer."""
        return self.status in (WorkshopStatus.WAITING, WorkshopStatus.ASKING)


class WorkshopQuestion(models.Model):
    """A question while it is open in the room, and its result once it is frozen.

    `counts` holds a histogram for each slot of the question, one after the other (each from code 0 to the
    highest), and `n` how many answered. While the question is open they are what the projector shows, which
    is behind by at least the threshold (see operations/survey_workshop.py); once it is closed, all of it.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="questions")
    question_key = models.SlugField(max_length=60)
    is_open = models.BooleanField(default=True)
    counts = ArrayField(models.IntegerField(), default=list, blank=True)
    n = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question of a workshop")
        verbose_name_plural = _("questions of a workshop")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "question_key"], name="workshop_question_once"),
            models.UniqueConstraint(
                fields=["workshop"], condition=Q(is_open=True), name="workshop_one_open_question"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, frozen_at__isnull=True) | Q(is_open=False, frozen_at__isnull=False),
                name="workshop_question_frozen_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.question_key


class WorkshopParticipant(models.Model):
    """A phone in the room. Its answers become one anonymous sheet when the workshop ends; this row goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="participants")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("participant of a workshop")
        verbose_name_plural = _("participants of a workshop")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class WorkshopAnswer(models.Model):
    """What a phone answered to one question: form field -> values, as the web form would have sent it.

    `shown` is what of it is part of the bars on the projector; `is_waiting` says that it was answered or
    changed since then.
    """

    participant = models.ForeignKey(WorkshopParticipant, models.CASCADE, related_name="answers")
    question_key = models.SlugField(max_length=60)
    data = models.JSONField()
    shown = models.JSONField(null=True, blank=True)
    is_waiting = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("answer in a workshop")
        verbose_name_plural = _("answers in a workshop")
        constraints = [
            models.UniqueConstraint(fields=["participant", "question_key"], name="workshop_answer_once")
        ]

    def __str__(self) -> str:
        return self.question_key
