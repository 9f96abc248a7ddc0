"""Answers in words: taken out of their sheets, read, cleaned, and coded into themes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.places.models import Ward
from stakeholders.models import Sector

from .surveys import Survey, SurveyVersion


class OpenAnswerStatus(ToneChoices):
    """What the reader decided about the text."""

    NEW = "new", "neutral", "inbox", _("Not read yet")
    KEPT = "kept", "success", "check", _("Kept")
    REDACTED = "redacted", "info", "pencil", _("Kept, with parts removed")
    HIDDEN = "hidden", "warning", "eye-off", _("Hidden")


class OpenAnswer(models.Model):
    """One text or nomination, without any link to the sheet it came with.

    Folding takes texts out of the sheets in random order: who reads what somebody wrote cannot see what
    else the same person answered. `redacted_text` is what may be shown where parts had to be removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="open_answers")
    question_key = models.SlugField(max_length=60)
    text = models.TextField(_("answer"))
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, related_name="+")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    status = models.CharField(
        _("status"), max_length=10, choices=OpenAnswerStatus, default=OpenAnswerStatus.NEW
    )
    redacted_text = models.TextField(_("text to show"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("open answer")
        verbose_name_plural = _("open answers")
        indexes = [models.Index(fields=["version", "question_key", "status", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="redacted") & ~Q(redacted_text="")
                | ~Q(status="redacted") & Q(redacted_text=""),
                name="openanswer_redacted_has_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_key} {self.pk}"

    @property
    def mark(self) -> OpenAnswerStatus:
        """The decision with its tone and icon."""
        return OpenAnswerStatus(self.status)


class Theme(models.Model):
    """What several people say in their own words; part of a survey's code book."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="themes")
    question_key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what belongs here"), blank=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(fields=["survey", "question_key", "position"], name="theme_position_once")
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """Somebody has read and coded an answer, be it with no theme at all."""

    answer = models.ForeignKey(OpenAnswer, models.CASCADE, related_name="readings")
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_on = models.DateField()
    themes = models.ManyToManyField(Theme, related_name="readings", blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["answer", "coder"], name="reading_once_per_coder")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.coder_id}"
