"""Meetings of the programme: who was invited, who came, what was said and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from semarang_resilience.core.uploads import stored_in
from semarang_resilience.places.models import District

from .organizations import Organization
from .people import Person


class EngagementKind(models.TextChoices):
    """In which form stakeholders were met."""

    WORKSHOP = "workshop", _("Workshop")
    FGD = "fgd", _("Focus group discussion (FGD)")
    SEMINAR = "seminar", _("Seminar")
    INTERVIEW = "interview", _("Interview")
    MEETING = "meeting", _("Meeting")


class EngagementStatus(ToneChoices):
    """planned -> held, or cancelled."""

    PLANNED = "planned", "info", "calendar", _("Planned")
    HELD = "held", "success", "circle-check", _("Held")
    CANCELLED = "cancelled", "danger", "ban", _("Cancelled")


class EngagementQuerySet(models.QuerySet["Engagement"]):
    """Workshops, FGDs, seminars, interviews, meetings."""

    def published(self) -> EngagementQuerySet:
        """Those with a public page."""
        return self.filter(is_published=True)

    def visible_to(self, user: Any) -> EngagementQuerySet:
        """Everything for the office, published ones for everybody else."""
        return self if getattr(user, "is_office", False) else self.published()

    def with_counts(self) -> EngagementQuerySet:
        """Annotate `invited_count` (everybody on the list) and `attended_count`: subqueries, no join."""

        def number(**state: str) -> Coalesce:
            rows = Attendance.objects.filter(engagement=OuterRef("pk"), **state).order_by()
            return Coalesce(
                Subquery(rows.values("engagement").annotate(n=Count("pk")).values("n")),
                0,
                output_field=models.IntegerField(),
            )

        return self.annotate(
            invited_count=number(), attended_count=number(state=AttendanceState.ATTENDED.value)
        )

    def for_list(self) -> EngagementQuerySet:
        """With cycle, district and counts, the newest first: one query."""
        return (
            self.select_related("cycle", "district")
            .defer("district__geometry")
            .with_counts()
            .order_by("-held_on", "-pk")
        )

    def for_detail(self) -> EngagementQuerySet:
        """With cycle and district: one query."""
        return self.select_related("cycle", "district").defer("district__geometry")


class Engagement(ProvenanceFields):
    """A workshop, FGD, seminar, interview or meeting of a cycle; `code` is its stable key ("fgd-2015-03").

    Agenda, minutes and outputs are Markdown in both languages. Minutes are shown in public only where
    `are_minutes_public`; the page itself only where `is_published`.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="engagements", verbose_name=_("cycle"))
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=EngagementKind)
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("date"))
    until = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    agenda = models.TextField(_("agenda"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    outputs = models.TextField(_("outputs"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=EngagementStatus, default=EngagementStatus.PLANNED
    )
    cancelled_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    is_published = models.BooleanField(_("public page"), default=False)
    are_minutes_public = models.BooleanField(_("minutes are public"), default=False)

    objects = EngagementQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["code"],
                name="engagement_code_once",
                violation_error_message=_("This code is taken already."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("held_on")),
                name="engagement_dates_in_order",
                violation_error_message=_("The last day cannot lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled") & ~Q(cancelled_reason="")
                | ~Q(status="cancelled") & Q(cancelled_reason=""),
                name="engagement_cancelled_has_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
        ]
        indexes = [models.Index(fields=["cycle", "-held_on", "id"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("stakeholders:engagement", args=[self.code])

    @property
    def status_mark(self) -> EngagementStatus:
        """The status with its tone and icon."""
        return EngagementStatus(self.status)

    def is_over(self, on: date) -> bool:
        """Whether its last day has passed."""
        return (self.until or self.held_on) < on


class AttendanceState(ToneChoices):
    """Invited, and whether they came."""

    INVITED = "invited", "neutral", "mail", _("Invited")
    CONFIRMED = "confirmed", "info", "calendar-check", _("Said they would come")
    EXCUSED = "excused", "neutral", "calendar-x", _("Excused")
    ATTENDED = "attended", "success", "check", _("Took part")
    ABSENT = "absent", "warning", "x", _("Did not come")


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Who was invited to what, and who came."""

    def attended(self) -> AttendanceQuerySet:
        """Those who took part."""
        return self.filter(state=AttendanceState.ATTENDED)

    def for_list(self) -> AttendanceQuerySet:
        """With organisation and person, by name: one query."""
        return self.select_related("organization", "person").order_by(
            "organization__name", "person__name", "pk"
        )

    def for_history(self) -> AttendanceQuerySet:
        """With engagement and cycle, the newest first: one query."""
        return self.select_related("engagement__cycle", "person").order_by(
            "-engagement__held_on", "-engagement__pk", "pk"
        )


class Attendance(models.Model):
    """An organisation (with, where known, the person) at an engagement."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="attendances")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="attendances", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("person")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AttendanceState, default=AttendanceState.INVITED
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "organization", "person"],
                nulls_distinct=False,
                name="attendance_once",
                violation_error_message=_("They are on the list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person or self.organization} ({self.engagement})"

    @property
    def state_mark(self) -> AttendanceState:
        """The state with its tone and icon."""
        return AttendanceState(self.state)


class EngagementFileKind(models.TextChoices):
    """What an attached file is."""

    AGENDA = "agenda", _("Agenda")
    MINUTES = "minutes", _("Minutes")
    SLIDES = "slides", _("Slides")
    ATTENDANCE = "attendance", _("Attendance list")
    PHOTO = "photo", _("Photo")
    OTHER = "other", _("Other")


class EngagementFile(models.Model):
    """A file that belongs to an engagement; attendance lists are personal data and never public."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=EngagementFileKind)
    title = models.CharField(_("title"), max_length=150)
    file = models.FileField(_("file"), upload_to=stored_in("engagements"))
    content_type = models.CharField(max_length=80, editable=False)
    size = models.PositiveIntegerField(editable=False)
    is_public = models.BooleanField(_("public"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("file of an engagement")
        verbose_name_plural = _("files of an engagement")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="attendance") | Q(is_public=False),
                name="attendance_list_never_public",
                violation_error_message=_("An attendance list holds personal data and cannot be public."),
            )
        ]

    def __str__(self) -> str:
        return self.title
