"""Answers in words at work: what waits to be read, how far coding has come, how far coders agree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessment.agreement import cohen_kappa, krippendorff_alpha
from assessment.gaps import Gap
from assessment.models import OpenAnswer, OpenAnswerStatus, Reading, Survey, Theme
from assessment.questionnaire import Question, questionnaire_of
from semarang_resilience.core.choices import ToneChoices

ENOUGH_TO_COMPARE = 10  # answers; below, a coefficient says nothing


class Strength(ToneChoices):
    """A coefficient in a word (after Landis and Koch 1977, Biometrics 33, 159-174)."""

    TOO_FEW = "too_few", "neutral", "clock", _("too few answers yet")
    UNDEFINED = "undefined", "neutral", "circle", _("nothing to compare")
    WEAK = "weak", "danger", "triangle-alert", _("weak")
    FAIR = "fair", "warning", "info", _("moderate")
    GOOD = "good", "success", "check", _("good")
    VERY_GOOD = "very_good", "success", "circle-check", _("very good")


def strength_of(value: float | None, units: int) -> Strength:
    """The word for a coefficient over `units` answers that several people coded."""
    if units < ENOUGH_TO_COMPARE:
        return Strength.TOO_FEW
    if value is None:
        return Strength.UNDEFINED
    if value < 0.4:
        return Strength.WEAK
    if value < 0.6:
        return Strength.FAIR
    return Strength.GOOD if value < 0.8 else Strength.VERY_GOOD


@dataclass(frozen=True, kw_only=True)
class QuestionProgress:
    """One question that is answered in words: how many answers, by what was decided, and read by whom."""

    question: Question
    counts: dict[str, int]
    mine: int
    coders: int

    @property
    def total(self) -> int:
        """All answers."""
        return sum(self.counts.values())

    @property
    def unread(self) -> int:
        """Answers about which nothing was decided."""
        return self.counts.get(OpenAnswerStatus.NEW, 0)

    @property
    def percent(self) -> int:
        """How much was read, rounded down so that 100 means all."""
        return 100 * (self.total - self.unread) // self.total if self.total else 100

    @property
    def marks(self) -> list[tuple[OpenAnswerStatus, int]]:
        """Each decision with how often it was taken."""
        return [(status, self.counts.get(status, 0)) for status in OpenAnswerStatus]


@dataclass(frozen=True, kw_only=True)
class ThemeAgreement:
    """How far those who coded the same answers agree on one theme."""

    theme: Theme
    chosen: int
    units: int
    coders: int
    value: float | None

    @property
    def strength(self) -> Strength:
        """The value in a word."""
        return strength_of(self.value, self.units)

    @property
    def is_kappa(self) -> bool:
        """Two coders: Cohen's kappa; more: Krippendorff's alpha."""
        return self.coders == 2


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An answer that the reader and somebody else coded differently."""

    answer: OpenAnswer
    mine: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def open_questions(survey: Survey) -> list[Question]:
    """The questions that are answered in words, in the order of the newest wording."""
    if survey.current_version is None:
        return []
    return [question for question in questionnaire_of(survey.current_version) if question.is_open]


def answers_to(survey: Survey, key: str = "") -> QuerySet[OpenAnswer]:
    """The answers in words to a survey, or to one question of it, in an order that says nothing."""
    rows = OpenAnswer.objects.filter(version__survey=survey)
    return (rows.filter(question_key=key) if key else rows).order_by("pk")


def waiting_for(survey: Survey, key: str, coder: Any) -> QuerySet[OpenAnswer]:
    """What this person has not coded yet."""
    mine = Reading.objects.filter(answer=OuterRef("pk"), coder=coder)
    rows = answers_to(survey, key).exclude(status=OpenAnswerStatus.HIDDEN)
    return rows.filter(~Exists(mine)).select_related("ward")


def progress_of(survey: Survey, user: Any) -> list[QuestionProgress]:
    """Each question that is answered in words: three queries."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = answers_to(survey).order_by("question_key", "status").values_list("question_key", "status")
    for key, status, n in rows.annotate(n=Count("pk")):
        counts[key][status] = n
    readings = Reading.objects.filter(answer__version__survey=survey).order_by("answer__question_key")
    read = {
        key: (mine, coders)
        for key, mine, coders in readings.values_list("answer__question_key").annotate(
            mine=Count("pk", filter=Q(coder=user)), coders=Count("coder", distinct=True)
        )
    }
    return [
        QuestionProgress(
            question=question,
            counts=counts.get(question.key, {}),
            mine=read.get(question.key, (0, 0))[0],
            coders=read.get(question.key, (0, 0))[1],
        )
        for question in open_questions(survey)
    ]


def open_answer_gaps(survey: Survey) -> list[Gap]:
    """What stands in the way of calling a survey reviewed: answers in words that nobody has read.

    Folding must have taken the texts out of the sheets before (`forget_order` does); one query.
    """
    unread = answers_to(survey).filter(status=OpenAnswerStatus.NEW).order_by("question_key")
    rows = unread.values_list("question_key").annotate(n=Count("pk"))
    names = {question.key: str(question.text) for question in open_questions(survey)}
    return [
        Gap(
            code="unread_answers",
            message=ngettext(
                "Read the %(n)s answer to “%(question)s” that nobody has read yet.",
                "Read the %(n)s answers to “%(question)s” that nobody has read yet.",
                n,
            )
            % {"n": n, "question": names.get(key, key)},
        )
        for key, n in rows
    ]


def _codings(survey: Survey, key: str) -> dict[Any, dict[int, set[int]]]:
    """answer -> coder -> themes, for answers that several people coded: two queries."""
    rows = Reading.objects.filter(answer__version__survey=survey, answer__question_key=key)
    coders: defaultdict[Any, dict[int, set[int]]] = defaultdict(dict)
    for answer, coder in rows.values_list("answer_id", "coder_id"):
        coders[answer][coder] = set()
    chosen = rows.filter(themes__isnull=False).values_list("answer_id", "coder_id", "themes")
    for answer, coder, theme in chosen:
        coders[answer][coder].add(theme)
    return coders


def agreement_of(survey: Survey, key: str) -> list[ThemeAgreement]:
    """For each theme of a question, how far coders agree on the answers that several of them coded."""
    codings = _codings(survey, key)
    shared = {answer: by for answer, by in codings.items() if len(by) > 1}
    everybody = {coder for by in shared.values() for coder in by}
    found = []
    for theme in Theme.objects.filter(survey=survey, question_key=key).order_by("position", "pk"):
        units = [[theme.pk in by[coder] for coder in sorted(by)] for by in shared.values()]
        if len(everybody) == 2:
            value = cohen_kappa((unit[0], unit[1]) for unit in units)
        else:
            value = krippendorff_alpha(units)
        found.append(
            ThemeAgreement(
                theme=theme,
                chosen=sum(any(theme.pk in themes for themes in by.values()) for by in codings.values()),
                units=len(units),
                coders=len(everybody),
                value=value,
            )
        )
    return found


def differences_for(survey: Survey, key: str, user: Any, *, limit: int = 20) -> list[Difference]:
    """Answers that `user` has coded and others coded differently; never one that `user` has yet to code."""
    names = {theme.pk: theme.name for theme in Theme.objects.filter(survey=survey, question_key=key)}
    found = {}
    for answer, by in _codings(survey, key).items():
        mine = by.get(user.pk)
        if mine is None:
            continue
        others = set().union(*(themes for coder, themes in by.items() if coder != user.pk))
        if any(themes != mine for themes in by.values()):
            found[answer] = (mine, others)
    rows = OpenAnswer.objects.filter(pk__in=sorted(found)[:limit]).order_by("pk")
    return [
        Difference(
            answer=row,
            mine=sorted(names[pk] for pk in found[row.pk][0]),
            others=sorted(names[pk] for pk in found[row.pk][1]),
        )
        for row in rows
    ]
