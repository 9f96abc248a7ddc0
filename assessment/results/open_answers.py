"""What people wrote: themes with how many said so and some of their words; places that they named.

Only answers that somebody has read and kept are shown, never with sector or district. Themes and names with
fewer mentions than the threshold stay hidden, and so many more that nobody can subtract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Case, CharField, Count, F, Q, QuerySet, When
from django.db.models.functions import Lower, Trim

from assessment.models import QuestionKind, Survey, SurveyStatus, Theme
from assessment.models.open_answers import OpenAnswer, OpenAnswerStatus
from assessment.questionnaire import Question, questionnaire_of

SHOWN = (OpenAnswerStatus.KEPT, OpenAnswerStatus.REDACTED)
QUOTES = 3  # of each theme
PLACES = 40  # named most often

# An answer belongs to a theme if at least half of those who read it say so.
_THEMES = """
    WITH agreed AS (
        SELECT chosen.theme_id, reading.answer_id
        FROM assessment_reading_themes AS chosen
        JOIN assessment_reading AS reading ON reading.id = chosen.reading_id
        JOIN assessment_openanswer AS answer ON answer.id = reading.answer_id
        JOIN assessment_surveyversion AS version ON version.id = answer.version_id
        WHERE version.survey_id = %s AND answer.status = ANY(%s)
        GROUP BY chosen.theme_id, reading.answer_id
        HAVING 2 * count(*) >= (SELECT count(*) FROM assessment_reading AS other
                                WHERE other.answer_id = reading.answer_id)
    ), ranked AS (
        SELECT theme_id, answer_id, count(*) OVER (PARTITION BY theme_id) AS n,
               row_number() OVER (PARTITION BY theme_id ORDER BY answer_id) AS place
        FROM agreed
    )
    SELECT ranked.theme_id, ranked.n,
           CASE answer.status WHEN 'redacted' THEN answer.redacted_text ELSE answer.text END
    FROM ranked JOIN assessment_openanswer AS answer ON answer.id = ranked.answer_id
    WHERE ranked.place <= %s ORDER BY ranked.theme_id, ranked.place
"""

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class ThemeResult:
    """What several people said; `n` answers, some of them in `quotes`. Both empty where it is hidden."""

    name: str
    description: str
    n: int | None
    quotes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NamedPlace:
    """A place that people named as an asset."""

    name: str
    n: int


@dataclass(frozen=True, kw_only=True)
class OpenResult:
    """The answers in words to one question: `n` were kept, `unread` wait for a reader."""

    key: str
    kind: str
    text: str
    n: int | None
    unread: int
    themes: tuple[ThemeResult, ...] = ()
    places: tuple[NamedPlace, ...] = ()
    other_places: int | None = 0

    @property
    def shown(self) -> list[ThemeResult]:
        """Themes that may be shown, most often mentioned first."""
        return sorted((one for one in self.themes if one.n), key=lambda one: (-(one.n or 0), one.name))

    @property
    def hidden(self) -> list[ThemeResult]:
        """Themes with too few mentions, by name."""
        return sorted((one for one in self.themes if one.n is None), key=lambda one: one.name)


def shown_of(counts: Mapping[Key, int], *, threshold: int) -> set[Key]:
    """Which counts may be shown beside their sum: none is small, and the hidden ones cannot be worked out.

    The rest that a reader could compute is nothing or at least `threshold`, and never a single entry.
    """
    shown = {key for key, n in counts.items() if n >= threshold}
    order = sorted(shown, key=lambda key: (counts[key], str(key)))
    for key in order:
        rest = [n for other, n in counts.items() if other not in shown and n]
        if not rest or (len(rest) > 1 and sum(rest) >= threshold):
            break
        shown.discard(key)
    return shown


def open_results_of(survey: Survey, *, threshold: int | None = None) -> list[OpenResult]:
    """The questions that are answered in words, in the order of the questionnaire; at most four queries.

    Nothing while the survey is open: a new theme would be that of the newest answer.
    """
    if survey.current_version is None or survey.status == SurveyStatus.OPEN:
        return []
    questions = [one for one in questionnaire_of(survey.current_version) if one.is_open]
    if not questions:
        return []
    limit = settings.SMALL_GROUP_THRESHOLD if threshold is None else threshold
    read, unread = _counts(survey)
    themes = _themes(survey, limit)
    has_places = any(one.kind == QuestionKind.ASSET_NOMINATION for one in questions)
    places = _places(survey, limit) if has_places else {}
    return [
        _result(question, read.get(question.key, 0), unread.get(question.key, 0), themes, places, limit)
        for question in questions
    ]


def _result(
    question: Question,
    n: int,
    unread: int,
    themes: Mapping[str, list[ThemeResult]],
    places: Mapping[str, tuple[list[NamedPlace], int]],
    limit: int,
) -> OpenResult:
    named, others = places.get(question.key, ([], 0))
    is_enough = n >= limit
    return OpenResult(
        key=question.key,
        kind=question.kind.value,
        text=str(question.text),
        n=n if is_enough else None,
        unread=unread,
        themes=tuple(themes.get(question.key, ())) if is_enough else (),
        places=tuple(named) if is_enough else (),
        other_places=others if is_enough else None,
    )


def _answers(survey: Survey) -> QuerySet[OpenAnswer]:
    return OpenAnswer.objects.filter(version__survey=survey)


def _counts(survey: Survey) -> tuple[dict[str, int], dict[str, int]]:
    """Answers that were kept, and answers that wait, by question: one query."""
    rows = _answers(survey).values_list("question_key").order_by("question_key")
    counted = rows.annotate(
        kept=Count("pk", filter=Q(status__in=SHOWN)), new=Count("pk", filter=Q(status=OpenAnswerStatus.NEW))
    )
    found = list(counted)
    return {key: kept for key, kept, _new in found}, {key: new for key, _kept, new in found}


def _themes(survey: Survey, limit: int) -> dict[str, list[ThemeResult]]:
    """Themes by question: two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_THEMES, [survey.pk, list(map(str, SHOWN)), QUOTES])
        rows = cursor.fetchall()
    counts, quotes = {}, defaultdict(list)
    for theme, n, text in rows:
        counts[theme] = n
        quotes[theme].append(text)
    by_question: defaultdict[str, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.filter(survey=survey).order_by("question_key", "position", "pk"):
        by_question[theme.question_key].append(theme)
    found = {}
    for key, members in by_question.items():
        shown = shown_of({theme.pk: counts.get(theme.pk, 0) for theme in members}, threshold=limit)
        found[key] = [
            ThemeResult(
                name=theme.name,
                description=theme.description,
                n=counts[theme.pk] if theme.pk in shown else None,
                quotes=tuple(quotes[theme.pk]) if theme.pk in shown else (),
            )
            for theme in members
        ]
    return found


def _places(survey: Survey, limit: int) -> dict[str, tuple[list[NamedPlace], int]]:
    """Named places by question, most often named first, and how often others were: one query.

    Names that differ in capitals only are one; how a name is written is how most people wrote it.
    """
    text = Case(
        When(status=OpenAnswerStatus.REDACTED, then=F("redacted_text")),
        default=F("text"),
        output_field=CharField(),
    )
    rows = (
        _answers(survey)
        .filter(status__in=SHOWN)
        .annotate(name=Trim(text))
        .annotate(folded=Lower("name"))
        .values_list("question_key", "folded", "name")
        .annotate(n=Count("pk"))
        .order_by("question_key", "folded", "-n", "name")
    )
    spelled: dict[tuple[str, str], str] = {}
    counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, folded, name, n in rows:
        place = " ".join(folded.split())
        spelled.setdefault((key, place), name)
        counts[key][place] += n
    found = {}
    for key, named in counts.items():
        shown = shown_of(named, threshold=limit)
        places = [NamedPlace(name=spelled[key, place], n=named[place]) for place in shown]
        places.sort(key=lambda place: (-place.n, place.name))
        found[key] = (places[:PLACES], sum(n for place, n in named.items() if place not in shown))
    return found
