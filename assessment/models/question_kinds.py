"""What can be asked, and how: the same in a survey and in the question bank."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

RATING_LEVELS = 3  # need to do better / doing well but can improve / area of strength
HAZARD_LEVELS = 5  # 1 hardly a problem .. 5 very severe
CANNOT_JUDGE = 0


class QuestionKind(models.TextChoices):
    """How a question is asked and tallied."""

    DRIVER_RATING = "driver_rating", _("Driver rating")
    HAZARD_RATING = "hazard_rating", _("Hazard rating")
    PRIORITY_VOTE = "priority_vote", _("Priority vote: choose up to a number")
    SCALE = "scale", _("Scale")
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TEXT = "text", _("Text")
    ASSET_NOMINATION = "asset_nomination", _("Asset nomination")


# Kinds with options; a vote and a multiple choice have a slot for each of them.
CHOICE_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE)
# Kinds whose answer is one code, so that a later question may depend on it.
ONE_CODE_KINDS = (QuestionKind.DRIVER_RATING, QuestionKind.SCALE, QuestionKind.SINGLE)
# Kinds answered in words, which are read and coded before anything is published.
OPEN_KINDS = (QuestionKind.TEXT, QuestionKind.ASSET_NOMINATION)
LEAST_LEVELS, MOST_LEVELS = 2, 10


def answerable_codes(kind: str, levels: int | None, options: Iterable[int]) -> frozenset[int]:
    """The codes that an answer may have, where it is one code; nothing for the other kinds."""
    match kind:
        case QuestionKind.DRIVER_RATING:
            return frozenset(range(CANNOT_JUDGE, RATING_LEVELS + 1))
        case QuestionKind.SCALE:
            return frozenset(range(CANNOT_JUDGE, (levels or 0) + 1))
        case QuestionKind.SINGLE:
            return frozenset(options)
        case _:
            return frozenset()


class HazardAspects(models.TextChoices):
    """What a hazard rating asks."""

    NOW_FUTURE = "now_future", _("Severity now and in future")
    LIKELIHOOD_IMPACT = "likelihood_impact", _("Likelihood and impact")
    ALL = "all", _("Severity now and in future, likelihood and impact")


class QuestionContent(models.Model):
    """What a question asks, in a survey or in the question bank.

    `levels`, `low_label` and `high_label` belong to scales, `max_choices` to priority votes, `aspects` to
    hazard ratings. A driver rating may have three options: they describe its levels, from weak to strong.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind)
    text = models.CharField(_("question"), max_length=300)
    help_text = models.CharField(_("help text"), max_length=400, blank=True)
    levels = models.PositiveSmallIntegerField(_("levels"), null=True, blank=True)
    low_label = models.CharField(_("label of the lowest level"), max_length=60, blank=True)
    high_label = models.CharField(_("label of the highest level"), max_length=60, blank=True)
    max_choices = models.PositiveSmallIntegerField(_("choose up to"), null=True, blank=True)
    aspects = models.CharField(_("what is rated"), max_length=20, choices=HazardAspects, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="scale", levels__gte=LEAST_LEVELS, levels__lte=MOST_LEVELS)
                | (~Q(kind="scale") & Q(levels__isnull=True)),
                name="%(class)s_levels_iff_scale",
                violation_error_message=_("A scale has between 2 and 10 levels."),
            ),
            models.CheckConstraint(
                condition=Q(kind="priority_vote", max_choices__gte=1)
                | (~Q(kind="priority_vote") & Q(max_choices__isnull=True)),
                name="%(class)s_max_choices_iff_vote",
                violation_error_message=_("Say how many options may be chosen in a priority vote."),
            ),
            models.CheckConstraint(
                condition=Q(kind="hazard_rating") | Q(aspects=""), name="%(class)s_aspects_only_for_hazards"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OptionContent(models.Model):
    """A choice; `position` (from 1) is its code."""

    position = models.PositiveSmallIntegerField(_("position"))
    label = models.CharField(_("label"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label
