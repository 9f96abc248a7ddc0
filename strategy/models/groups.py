"""Working groups (kelompok kerja), one per chosen focus area, and what they have to find out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from assessment.models import FocusArea
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import ProvenanceFields
from stakeholders.models import ForumMembership


class GroupRole(models.TextChoices):
    """What a member does in the group."""

    COORDINATOR = "coordinator", _("Coordinator")
    MEMBER = "member", _("Member")


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    """Working groups."""

    def visible_to(self, user: Any) -> WorkingGroupQuerySet:
        """Everything for the office; for others the groups of published focus areas, and their own."""
        if getattr(user, "is_office", False):
            return self
        visible = Q(focus_area__is_published=True)
        if getattr(user, "is_authenticated", False):
            own = WorkingGroupMember.objects.filter(membership__person__user=user).values("group")
            visible |= Q(pk__in=own)
        return self.filter(visible)

    def for_list(self) -> WorkingGroupQuerySet:
        """With focus area and the number of members, in the city's order: one query."""
        return (
            self.select_related("focus_area")
            .annotate(
                member_count=Count("members", distinct=True),
                question_count=Count("questions", distinct=True),
                answered_count=Count("questions", Q(questions__status="answered"), distinct=True),
            )
            .order_by("focus_area__position", "pk")
        )

    def for_detail(self) -> WorkingGroupQuerySet:
        """With members and open questions: three queries."""
        return self.select_related("focus_area__cycle").prefetch_related(
            models.Prefetch(
                "members",
                WorkingGroupMember.objects.select_related(
                    "membership__organization", "membership__person"
                ).order_by("role", "membership__organization__name", "pk"),
            ),
            models.Prefetch("questions", OpenQuestion.objects.order_by("position", "pk")),
        )


class WorkingGroup(ProvenanceFields):
    """The group that diagnoses one chosen focus area; members come from the forum by their field."""

    focus_area = models.OneToOneField(FocusArea, models.PROTECT, related_name="working_group")
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    formed_on = models.DateField(_("formed on"), null=True, blank=True)

    objects = WorkingGroupQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("strategy:group", args=[self.focus_area.slug])

    def is_coordinated_by(self, user: Any) -> bool:
        """Whether the account belongs to a coordinator of this group."""
        return self.members.filter(role=GroupRole.COORDINATOR, membership__person__user=user).exists()


class WorkingGroupMember(ProvenanceFields):
    """A forum member in a working group."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="members")
    membership = models.ForeignKey(ForumMembership, models.PROTECT, related_name="working_groups")
    role = models.CharField(_("role"), max_length=12, choices=GroupRole, default=GroupRole.MEMBER)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["group", "membership"],
                name="group_member_once",
                violation_error_message=_("This forum member is in the group already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} / {self.group}"


class OpenQuestionStatus(ToneChoices):
    """open -> answered."""

    OPEN = "open", "warning", "circle-help", pgettext_lazy("question", "Open")
    ANSWERED = "answered", "success", "circle-check", _("Answered")


class OpenQuestion(ConcurrentTransitionMixin, ProvenanceFields):
    """Something the city wants to know about a focus area (discovery question); answered with a source."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("number"), default=1)
    text = models.TextField(_("question"))
    status = FSMField(
        _("status"), choices=OpenQuestionStatus.choices, default=OpenQuestionStatus.OPEN, protected=True
    )
    answer = models.TextField(_("answer"), blank=True)
    answer_source = models.CharField(_("source of the answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["group", "position"],
                name="open_question_position_once",
                violation_error_message=_("The group has a question with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(status="open", answered_at__isnull=True)
                | (Q(status="answered", answered_at__isnull=False) & ~Q(answer="") & ~Q(answer_source="")),
                name="open_question_answer_has_source",
                violation_error_message=_("An answer needs its source."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def status_mark(self) -> OpenQuestionStatus:
        """The status with its tone and icon."""
        return OpenQuestionStatus(self.status)

    @transition(field=status, source=OpenQuestionStatus.OPEN, target=OpenQuestionStatus.ANSWERED)
    def close(self, *, source: str, at: datetime) -> None:
        """The answer is written: close the question with the answer's source."""
        self.answer_source, self.answered_at = source, at
