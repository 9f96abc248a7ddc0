"""Actions of the action plan (Rencana Tindak Lanjut): what has run, is running and will run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.gaps import Gap, missing_translations
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from stakeholders.models import Organization
from strategy.models import Initiative

from .roles import PartnershipRole

if TYPE_CHECKING:
    from .partnerships import Partnership


class ActionStatus(ToneChoices):
    """will run / is running / has run (akan, sedang, telah berjalan); derived from the actual dates."""

    PLANNED = "planned", "neutral", "calendar", pgettext_lazy("action status", "Planned")
    ONGOING = "ongoing", "info", "refresh-cw", pgettext_lazy("action status", "Ongoing")
    DONE = "done", "success", "circle-check", pgettext_lazy("action status", "Done")


# The actual start counts, else the planned one (`Action.starts_on` says the same about one row).
STARTS_ON = Coalesce("actual_start", "planned_start")


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions."""

    def published(self) -> ActionQuerySet:
        """Those the public reads."""
        return self.filter(is_published=True)

    def visible_to(self, user: Any) -> ActionQuerySet:
        """Everything for the office, published ones for everybody else."""
        return self if getattr(user, "is_office", False) else self.published()

    def in_year(self, cycle: Cycle, year: int) -> ActionQuerySet:
        """Actions whose (actual, else planned) start lies in year 1, 2, … after the launch of `cycle`."""
        if cycle.launched_on is None or year < 1:
            return self.none()
        return self.annotate(start=STARTS_ON).filter(
            start__gte=same_day(cycle.launched_on, years=year - 1),
            start__lt=same_day(cycle.launched_on, years=year),
        )

    def before_launch(self, cycle: Cycle) -> ActionQuerySet:
        """Actions that started before the launch: the plan also lists what ran already."""
        if cycle.launched_on is None:
            return self.none()
        return self.annotate(start=STARTS_ON).filter(start__lt=cycle.launched_on)

    def overdue(self, on: date) -> ActionQuerySet:
        """Actions whose planned end has passed without them being done."""
        return self.exclude(status=ActionStatus.DONE).filter(planned_end__lt=on)

    def with_organization(self, organizations: models.QuerySet[Organization]) -> ActionQuerySet:
        """Actions that one of the organisations leads or takes part in."""
        joined = self.model.objects.filter(partnerships__organization__in=organizations)
        # Subqueries, because a join would shrink the counts of `for_list`.
        return self.filter(Q(lead__in=organizations) | Q(pk__in=joined.values("pk")))

    def by_progress(self) -> ActionQuerySet:
        """What has run first, then what runs, then what will run; inside by code."""
        place = Case(When(status="done", then=0), When(status="ongoing", then=1), default=2)
        return self.order_by(place, "code", "pk")

    def for_list(self) -> ActionQuerySet:
        """With lead, initiative, cycle and number of partners, by code: one query."""
        return (
            self.select_related("lead", "initiative__strategy__pillar", "cycle")
            .annotate(partner_count=Count("partnerships", distinct=True))
            .order_by("code", "pk")
        )

    def for_detail(self) -> ActionQuerySet:
        """With partnerships and their organisations: three queries."""
        return self.select_related("lead", "initiative__strategy__pillar", "cycle").prefetch_related(
            "partnerships__organization"
        )


def same_day(day: date, *, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


class Action(ProvenanceFields):
    """One activity of the plan. Its status follows from its actual dates, in the database: no conflict.

    A quoted action often comes without dates in its source; where the example city gives it a
    schedule nevertheless, `schedule_is_example` says so on every page.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="actions")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    initiative = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("initiative"),
    )
    lead = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_actions",
        verbose_name=_("lead"),
    )
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    actual_start = models.DateField(_("actual start"), null=True, blank=True)
    actual_end = models.DateField(_("actual end"), null=True, blank=True)
    schedule_is_example = models.BooleanField(_("schedule is an example"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    status = models.GeneratedField(
        expression=Case(
            When(actual_end__isnull=False, then=Value(ActionStatus.DONE.value)),
            When(actual_start__isnull=False, then=Value(ActionStatus.ONGOING.value)),
            default=Value(ActionStatus.PLANNED.value),
        ),
        output_field=models.CharField(_("status"), max_length=10, choices=ActionStatus),
        db_persist=True,
    )

    objects = ActionQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["cycle", "code"],
                name="action_code_once_per_cycle",
                violation_error_message=_("Another action of this plan has this code."),
            ),
            models.CheckConstraint(
                condition=~Q(code=""),
                name="action_has_code",
                violation_error_message=_("An action needs its code."),
            ),
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True) | Q(planned_end__gte=F("planned_start")),
                name="action_planned_dates_in_order",
                violation_error_message=_("The planned end must not lie before the planned start."),
            ),
            models.CheckConstraint(
                condition=Q(actual_end__isnull=True)
                | Q(actual_start__isnull=False, actual_end__gte=F("actual_start")),
                name="action_actual_dates_in_order",
                violation_error_message=_("The actual end must not lie before the actual start."),
            ),
        ]
        indexes = [models.Index(fields=["cycle", "status", "code", "id"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("actions:action", args=[self.code])

    @property
    def status_choice(self) -> ActionStatus:
        """The status with its tone and icon."""
        return ActionStatus(self.status)

    @property
    def starts_on(self) -> date | None:
        """The actual start, else the planned one."""
        return self.actual_start or self.planned_start

    @property
    def plan_year(self) -> int | None:
        """Year of the plan in which the action starts, reckoned from the launch (needs `cycle` loaded)."""
        return self.cycle.year_of(self.starts_on) if self.starts_on else None

    @property
    def partners(self) -> list[Partnership]:
        """Partnerships, implementers first, then by name (needs `for_detail`)."""
        order = {role: place for place, role in enumerate(PartnershipRole.values)}
        return sorted(
            self.partnerships.all(), key=lambda each: (order[each.role], str(each.organization), each.pk)
        )

    def open_points(self) -> list[Gap]:
        """What an action of the plan should say and this one does not yet."""
        gaps = missing_translations(self, ("name", "description", "theme"))
        if self.lead_id is None:
            gaps.append(Gap(code="no_lead", message=_("Name the organisation that leads it.")))
        if self.starts_on is None:
            gaps.append(Gap(code="no_start", message=_("Say when it is planned to start.")))
        return gaps

    def publication_gaps(self) -> list[Gap]:
        """What must be mended before publication.

        A quoted action is published as its source gives it: what the source leaves open stays visible as
        an open point, because filling it in would be inventing.
        """
        return [] if self.is_quoted else self.open_points()

    def is_late(self, on: date) -> bool:
        """Whether the planned end has passed without the action being done."""
        return self.status != ActionStatus.DONE and self.planned_end is not None and self.planned_end < on
