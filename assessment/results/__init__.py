"""Results of a survey over all its versions, read from its tallies alone: constant in the number of answers.

"I can't judge", blanks and people who were not asked are counted apart and never enter a mean. Small groups
are hidden for everybody, the office included, and all groups while the survey is open
(assessment/suppression.py): whatever leaves this package has passed that.

`tables` reads what was counted and guards it, `reading` makes results of it (`shapes`).
"""

from .reading import balanced_mean, rating_of, result_of, results_from, results_of, survey_results
from .shapes import (
    MIDDLING,
    STRONG,
    WEAK,
    Apart,
    ChoiceResult,
    DimensionResult,
    DriverResult,
    Group,
    GroupCounts,
    GroupMean,
    HazardResult,
    OptionResult,
    Ranked,
    Rating,
    Result,
    ScaleResult,
    SurveyResults,
    level_of,
)
from .tables import Answers, Numbers, SurveyTables, tables_of

__all__ = [
    "MIDDLING",
    "STRONG",
    "WEAK",
    "Answers",
    "Apart",
    "ChoiceResult",
    "DimensionResult",
    "DriverResult",
    "Group",
    "GroupCounts",
    "GroupMean",
    "HazardResult",
    "Numbers",
    "OptionResult",
    "Ranked",
    "Rating",
    "Result",
    "ScaleResult",
    "SurveyResults",
    "SurveyTables",
    "balanced_mean",
    "level_of",
    "rating_of",
    "result_of",
    "results_from",
    "results_of",
    "survey_results",
    "tables_of",
]
