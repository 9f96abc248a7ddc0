"""Questions kept for reuse."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import ProvenanceFields

from .question_kinds import OptionContent, QuestionContent


class BankQuestionQuerySet(models.QuerySet["BankQuestion"]):
    """Questions of the bank."""

    def offered(self) -> BankQuestionQuerySet:
        """Those that may be taken into a survey."""
        return self.filter(is_retired=False)

    def for_list(self) -> BankQuestionQuerySet:
        """By topic, with options in order: two queries."""
        options = models.Prefetch("options", BankOption.objects.order_by("position"))
        return self.prefetch_related(options).order_by("is_retired", "topic", "key")


class BankQuestion(ProvenanceFields, QuestionContent):
    """A question kept for reuse: its key goes with it, so that rounds and cities can compare.

    Driver and hazard ratings are not kept here: frameworks and the city's own list are their bank.
    """

    key = models.SlugField(_("key"), max_length=60, unique=True)
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    is_retired = models.BooleanField(_("no longer offered"), default=False)

    objects = BankQuestionQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("question of the bank")
        verbose_name_plural = _("question bank")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            *QuestionContent.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(kind__in=["driver_rating", "hazard_rating"]), name="bankquestion_kind_is_free"
            ),
        ]


class BankOption(OptionContent):
    """An option of a question in the bank."""

    question = models.ForeignKey(BankQuestion, models.CASCADE, related_name="options")

    class Meta:
        verbose_name = _("option of the bank")
        verbose_name_plural = _("options of the bank")
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="bankoption_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="bankoption_position_from_one"),
        ]
