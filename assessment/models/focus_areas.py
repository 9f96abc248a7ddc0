"""Focus areas: themes in which the city wants to know more, chosen or not chosen with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields

from ..gaps import Gap, missing_translations
from .findings import Finding


class FocusAreaStatus(ToneChoices):
    """proposed -> selected / dropped."""

    PROPOSED = "proposed", "neutral", "circle", _("Proposed")
    SELECTED = "selected", "success", "circle-check", _("Chosen")
    DROPPED = "dropped", "warning", "circle-minus", _("Not chosen")


class FocusAreaQuerySet(models.QuerySet["FocusArea"]):
    """Focus areas."""

    def selected(self) -> FocusAreaQuerySet:
        """Chosen ones."""
        return self.filter(status=FocusAreaStatus.SELECTED)

    def published(self) -> FocusAreaQuerySet:
        """Those that everybody reads, chosen or not."""
        return self.filter(is_published=True)

    def visible_to(self, user: Any) -> FocusAreaQuerySet:
        """Everything for the office; for others what was decided and published."""
        return self if getattr(user, "is_office", False) else self.published()

    def for_list(self) -> FocusAreaQuerySet:
        """With the number of findings, in the city's order: one query."""
        return (
            self.select_related("cycle")
            .annotate(finding_count=Count("finding_links"))
            .order_by("position", "pk")
        )

    def for_detail(self) -> FocusAreaQuerySet:
        """With findings and reasons: two queries."""
        return self.select_related("cycle", "decided_by").prefetch_related(
            models.Prefetch(
                "finding_links",
                FocusAreaFinding.objects.select_related("finding").order_by("finding__code", "pk"),
            )
        )


class FocusArea(ConcurrentTransitionMixin, ProvenanceFields):
    """A theme in which the city wants more data and deeper analysis.

    What exactly it wants to know are the open questions of its working group.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="focus_areas")
    slug = models.SlugField(_("code"), max_length=60)
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    rationale = models.TextField(_("rationale"), blank=True)
    findings = models.ManyToManyField(Finding, through="FocusAreaFinding", related_name="focus_areas")
    is_published = models.BooleanField(_("published"), default=False)

    status = FSMField(
        _("status"), choices=FocusAreaStatus.choices, default=FocusAreaStatus.PROPOSED, protected=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)

    objects = FocusAreaQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "slug"], name="focus_area_slug_once_per_cycle"),
            models.UniqueConstraint(fields=["cycle", "position"], name="focus_area_position_once"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    ~Q(status="proposed")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                ),
                name="focus_area_decision_has_who_when_why",
                violation_error_message=_("A decision needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(status="proposed"),
                name="focus_area_published_only_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the focus area."""
        return reverse("assessment:focus_area", args=[self.slug])

    @property
    def status_mark(self) -> FocusAreaStatus:
        """The status with its tone and icon."""
        return FocusAreaStatus(self.status)

    def selection_gaps(self) -> list[Gap]:
        """What is missing before it can be chosen; not choosing it needs nothing but a reason."""
        gaps = []
        if not self.rationale:
            gaps.append(Gap(code="no_rationale", message=_("Write the rationale.")))
        if not self.finding_links.filter(finding__status="accepted").exists():
            gaps.append(Gap(code="no_finding", message=_("Attach at least one accepted finding.")))
        return gaps

    def publication_gaps(self) -> list[Gap]:
        """What is missing before everybody may read it."""
        gaps = []
        if self.status == FocusAreaStatus.PROPOSED:
            gaps.append(
                Gap(code="not_decided", message=_("The focus area must be chosen or not chosen first."))
            )
        return gaps + missing_translations(self, ("name", "rationale"))

    def translation_hints(self) -> list[Gap]:
        """What should be translated, but falls back visibly: it does not stop the publication."""
        return missing_translations(self, ("decision_reason",))

    def _decide(self, by: Any, at: datetime, reason: str) -> None:
        self.decided_by, self.decided_at, self.decision_reason = by, at, reason

    @transition(field=status, source=FocusAreaStatus.PROPOSED, target=FocusAreaStatus.SELECTED)
    def select(self, *, by: Any, at: datetime, reason: str) -> None:
        """Choose it for stage 2."""
        self._decide(by, at, reason)

    @transition(field=status, source=FocusAreaStatus.PROPOSED, target=FocusAreaStatus.DROPPED)
    def drop(self, *, by: Any, at: datetime, reason: str) -> None:
        """Do not choose it; the reason is published with it."""
        self._decide(by, at, reason)


class FocusAreaFinding(models.Model):
    """Why a finding speaks for a focus area."""

    focus_area = models.ForeignKey(FocusArea, models.CASCADE, related_name="finding_links")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="focus_area_links")
    reason = models.TextField(_("why it belongs here"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["focus_area", "finding"], name="focus_area_finding_once")
        ]

    def __str__(self) -> str:
        return f"{self.finding} → {self.focus_area}"
