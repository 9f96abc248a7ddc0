"""Answers that do not come through the web form: paper sheets and live workshops."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.places.models import District
from stakeholders.models import Engagement, Sector

from .surveys import Survey, SurveyVersion


class PaperStatus(ToneChoices):
    """How far a paper sheet is."""

    ENTERED = "entered", "info", "keyboard", _("Entered once, waits for the second entry")
    DIFFERS = "differs", "warning", "git-compare", _("The two entries differ")
    ACCEPTED = "accepted", "success", "check", _("Counted")


class PaperSheet(models.Model):
    """The number written on a paper sheet, and its keyed answers until they are counted.

    Once accepted, both entries are erased: the number says that this sheet was entered, not what it says.
    """

    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="paper_sheets")
    number = models.CharField(_("sheet number"), max_length=20)
    status = models.CharField(_("status"), max_length=10, choices=PaperStatus)
    first = models.JSONField(null=True, blank=True)
    second = models.JSONField(null=True, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_on = models.DateField()

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
                condition=~Q(status="accepted") | Q(first__isnull=True, second__isnull=True),
                name="paper_sheet_accepted_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class WorkshopStatus(ToneChoices):
    """waiting -> asking -> ended."""

    WAITING = "waiting", "neutral", "hourglass", _("Waiting for people")
    ASKING = "asking", "success", "radio-tower", _("Running")
    ENDED = "ended", "neutral", "lock", _("Ended")


class Workshop(models.Model):
    """A survey answered together in a room: the facilitator opens questions, people answer by phone."""

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

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")

    def __str__(self) -> str:
        return self.name


class WorkshopQuestion(models.Model):
    """A question while it is open in the room, and its result once it is frozen.

    `counts` holds a histogram for each slot of the question, one after the other; `n` who answered.
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
    """What a phone answered to one question: form field -> values, as the web form would have sent it."""

    participant = models.ForeignKey(WorkshopParticipant, models.CASCADE, related_name="answers")
    question_key = models.SlugField(max_length=60)
    data = models.JSONField()

    class Meta:
        verbose_name = _("answer in a workshop")
        verbose_name_plural = _("answers in a workshop")
        constraints = [
            models.UniqueConstraint(fields=["participant", "question_key"], name="workshop_answer_once")
        ]

    def __str__(self) -> str:
        return self.question_key
