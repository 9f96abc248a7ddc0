"""Figures of survey results: built from `assessment.results`, shown alike in pages and documents.

Each builder takes plain results (as read, or thawed from a snapshot) and gives a `core.figures.Figure` in the
active language: specification, a description that says the main message in words, and the numbers as a table.
"""

from .bars import (
    choice_answers,
    driver_answers,
    driver_distribution,
    hazard_answers,
    responses_by_day,
    responses_by_sector,
)
from .compared import drivers_by_sector, hazards_now_and_future, question_by_sector
from .groups import by_district_and_sector, map_of_values, value_words
from .map import responses_by_district
from .risk import likelihood_and_impact
from .series import series_over_time
from .votes import named_places, options_by_sector, scale_answers, theme_counts, vote_ranking
from .wheel import perception_wheel
from .words import LEVEL_NAMES

__all__ = [
    "LEVEL_NAMES",
    "by_district_and_sector",
    "choice_answers",
    "driver_answers",
    "driver_distribution",
    "drivers_by_sector",
    "hazard_answers",
    "hazards_now_and_future",
    "likelihood_and_impact",
    "map_of_values",
    "named_places",
    "options_by_sector",
    "perception_wheel",
    "question_by_sector",
    "responses_by_day",
    "responses_by_district",
    "responses_by_sector",
    "scale_answers",
    "series_over_time",
    "theme_counts",
    "value_words",
    "vote_ranking",
]
