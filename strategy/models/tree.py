"""The strategy tree: pillar -> strategy -> initiative."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from assessment.gaps import Gap, missing_translations
from assessment.models import Driver, FocusArea, Hazard
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from stakeholders.models import Organization


class PillarQuerySet(models.QuerySet["Pillar"]):
    """Pillars."""

    def with_counts(self, user: Any = None) -> PillarQuerySet:
        """Annotate `strategy_count` and `initiative_count` (of the initiatives that `user` may see)."""
        shown = None if getattr(user, "is_office", False) else Q(strategies__initiatives__status="published")
        return self.annotate(
            strategy_count=Count("strategies", distinct=True),
            initiative_count=Count("strategies__initiatives", shown, distinct=True),
        )

    def for_list(self, user: Any = None) -> PillarQuerySet:
        """With counts, in order: one query."""
        return self.with_counts(user).order_by("number", "pk")

    def for_tree(self, user: Any) -> PillarQuerySet:
        """With strategies and the initiatives that `user` may see: three queries."""
        initiatives = Initiative.objects.visible_to(user).select_related("lead").order_by("number", "pk")
        strategies = Strategy.objects.order_by("number", "pk").prefetch_related(
            models.Prefetch("initiatives", initiatives)
        )
        return (
            self.with_counts(user)
            .order_by("number", "pk")
            .prefetch_related(models.Prefetch("strategies", strategies))
        )

    def for_work(self) -> PillarQuerySet:
        """With strategies, all initiatives and what they answer, to see what is missing: four queries."""
        initiatives = (
            Initiative.objects.select_related("lead")
            .prefetch_related("focus_area_links")
            .order_by("number", "pk")
        )
        strategies = Strategy.objects.order_by("number", "pk").prefetch_related(
            models.Prefetch("initiatives", initiatives)
        )
        return self.order_by("number", "pk").prefetch_related(models.Prefetch("strategies", strategies))


class Pillar(ProvenanceFields):
    """A pillar of the strategy of a cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="pillars")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    icon = models.CharField(_("icon"), max_length=40, blank=True)

    objects = PillarQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["cycle", "number"],
                name="pillar_number_once_per_cycle",
                violation_error_message=_("Another pillar has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def code(self) -> str:
        """The stable human code."""
        return str(self.number)

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("strategy:pillar", args=[self.number])

    def open_points(self) -> list[Gap]:
        """What is missing in the pillar's own text."""
        return missing_translations(self, ("name", "summary"))

    def all_open_points(self) -> list[Gap]:
        """What is missing in the whole branch (needs `for_work`)."""
        strategies = self.strategies.all()
        branch: list[Pillar | Strategy | Initiative] = [
            self,
            *strategies,
            *(row for strategy in strategies for row in strategy.initiatives.all()),
        ]
        return [gap for row in branch for gap in row.open_points()]


class Strategy(ProvenanceFields):
    """A strategy under a pillar; `code` is pillar.strategy ("3.2")."""

    pillar = models.ForeignKey(Pillar, models.PROTECT, related_name="strategies")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["pillar", "number"],
                name="strategy_number_once_per_pillar",
                violation_error_message=_("Another strategy of this pillar has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """Its place on the pillar's page."""
        return f"{reverse('strategy:pillar', args=[self.pillar.number])}#s-{self.code}"

    def open_points(self) -> list[Gap]:
        """What is missing in the strategy's own text."""
        return missing_translations(self, ("name", "summary"))


class TimeFrame(models.TextChoices):
    """When an initiative is meant to bear fruit."""

    SHORT = "short", _("Short term (up to 2 years)")
    MEDIUM = "medium", _("Medium term (2 to 5 years)")
    LONG = "long", _("Long term (over 5 years)")


class InitiativeStatus(ToneChoices):
    """draft -> published."""

    DRAFT = "draft", "neutral", "pencil", _("Draft")
    PUBLISHED = "published", "success", "circle-check", _("Published")


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Initiatives."""

    def published(self) -> InitiativeQuerySet:
        """Those the public reads."""
        return self.filter(status=InitiativeStatus.PUBLISHED)

    def visible_to(self, user: Any) -> InitiativeQuerySet:
        """Everything for the office, published ones for everybody else."""
        return self if getattr(user, "is_office", False) else self.published()

    def for_list(self) -> InitiativeQuerySet:
        """With strategy, pillar and lead, by code: one query."""
        return self.select_related("strategy__pillar", "lead").order_by(
            "strategy__pillar__number", "strategy__number", "number", "pk"
        )

    def for_detail(self) -> InitiativeQuerySet:
        """With drivers, hazards and focus areas: four queries."""
        return self.select_related("strategy__pillar__cycle", "lead").prefetch_related(
            "drivers",
            "hazards",
            models.Prefetch(
                "focus_area_links",
                InitiativeFocusArea.objects.select_related("focus_area").order_by(
                    "focus_area__position", "pk"
                ),
            ),
        )


class Initiative(ConcurrentTransitionMixin, ProvenanceFields):
    """Something the city wants to do, numbered pillar.strategy.initiative ("3.2.1"), and why."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="initiatives")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=250)
    summary = models.TextField(_("summary"), blank=True)
    lead = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_initiatives",
        verbose_name=_("lead"),
    )
    time_frame = models.CharField(_("time frame"), max_length=10, choices=TimeFrame, blank=True)
    drivers = models.ManyToManyField(
        Driver, related_name="initiatives", blank=True, verbose_name=_("drivers")
    )
    hazards = models.ManyToManyField(
        Hazard, related_name="initiatives", blank=True, verbose_name=_("hazards")
    )
    focus_areas = models.ManyToManyField(FocusArea, through="InitiativeFocusArea", related_name="initiatives")
    status = FSMField(
        _("status"), choices=InitiativeStatus.choices, default=InitiativeStatus.DRAFT, protected=True
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["strategy", "number"],
                name="initiative_number_once_per_strategy",
                violation_error_message=_("Another initiative of this strategy has this number."),
            ),
            models.CheckConstraint(
                condition=~Q(code=""),
                name="initiative_has_code",
                violation_error_message=_("An initiative needs its code."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("strategy:initiative", args=[self.code])

    @property
    def status_mark(self) -> InitiativeStatus:
        """The status with its tone and icon."""
        return InitiativeStatus(self.status)

    def is_visible_to(self, user: Any) -> bool:
        """Whether `user` may open its page."""
        return self.status == InitiativeStatus.PUBLISHED or bool(getattr(user, "is_office", False))

    def reasons_for(self, user: Any) -> list[InitiativeFocusArea]:
        """The focus areas it answers, as far as `user` may see them (needs `for_detail`)."""
        sees_drafts = getattr(user, "is_office", False)
        return [link for link in self.focus_area_links.all() if sees_drafts or link.focus_area.is_published]

    def open_points(self) -> list[Gap]:
        """What an initiative should say and this one does not yet (prefetch `focus_area_links` for lists)."""
        links = list(self.focus_area_links.all())
        gaps = missing_translations(self, ("name", "summary"))
        if not links:
            gaps.append(Gap(code="no_focus_area", message=_("Link the focus area that it answers.")))
        elif not all(link.reason for link in links):
            gaps.append(Gap(code="no_reason", message=_("Say why it answers its focus area.")))
        if self.lead_id is None:
            gaps.append(Gap(code="no_lead", message=_("Name the organisation that leads it.")))
        return gaps

    def publication_gaps(self) -> list[Gap]:
        """What must be mended before publication.

        A quoted initiative is published as its source gives it: what the source leaves open (a lead, a
        focus area, a translation) stays visible as an open point, because filling it in would be inventing.
        """
        return [] if self.is_quoted else self.open_points()

    @transition(field=status, source=InitiativeStatus.DRAFT, target=InitiativeStatus.PUBLISHED)
    def publish(self) -> None:
        """Show it to everybody."""


class InitiativeFocusArea(models.Model):
    """Why an initiative answers a focus area."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="focus_area_links")
    focus_area = models.ForeignKey(FocusArea, models.PROTECT, related_name="initiative_links")
    reason = models.TextField(_("why it answers this focus area"), blank=True)

    class Meta:
        verbose_name = _("link to a focus area")
        verbose_name_plural = _("links to focus areas")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "focus_area"],
                name="initiative_focus_area_once",
                violation_error_message=_("The initiative answers this focus area already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative} → {self.focus_area}"
