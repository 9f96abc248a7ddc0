"""Questions that choose from a list: choices, votes, scales, driver ratings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from assessment.models import Driver, QuestionKind
from assessment.models.question_kinds import CANNOT_JUDGE, LEAST_LEVELS, MOST_LEVELS, RATING_LEVELS
from assessment.operations.survey_specs import HIGHEST_CODE, NOTHING, BothLanguages, OptionSpec, QuestionSpec

from .expressions import read_at_most
from .names import DRIVER_LIST
from .plan import Remarks
from .workbook import FormRow

Made = tuple[QuestionSpec, dict[str, int]]
_LEVEL = re.compile(r"(\d+)(?:: (.*))?\Z", re.DOTALL)
_SETTING = re.compile(r"(\w+)\s*=\s*(\S+)")


def select_question(
    row: FormRow,
    kind: str,
    choices: Sequence[FormRow],
    *,
    drivers: Mapping[str, Driver],
    remarks: Remarks,
) -> Made | None:
    """The question of a row with its choices, and the code of each choice by its name; None if it is lost."""
    if kind == "range":
        return _range(row, remarks)
    if row["choice_filter"]:
        remarks.lost(row, _("Its options depend on another answer (cascading). The portal has fixed lists."))
        return None
    if row["portal_kind"] == QuestionKind.DRIVER_RATING and kind == "select_one":
        return _driver_rating(row, choices, drivers, remarks)
    if row["portal_kind"] == QuestionKind.SCALE and kind == "select_one":
        scale = _scale(row, choices)
        if scale is not None:
            return scale
    return _choice(row, kind, choices, remarks)


def _choice(row: FormRow, kind: str, choices: Sequence[FormRow], remarks: Remarks) -> Made | None:
    options, codes = _options(row, choices, remarks)
    if len(options) < 2:
        remarks.lost(row, _("Its list has fewer than two options, or is missing on the sheet “choices”."))
        return None
    if kind == "select_one":
        return QuestionSpec(kind=QuestionKind.SINGLE, text=row.text("label"), options=options), codes
    most = read_at_most(row["constraint"])
    if most is None or not 1 <= most <= len(options):
        return QuestionSpec(kind=QuestionKind.MULTIPLE, text=row.text("label"), options=options), codes
    vote = QuestionSpec(
        kind=QuestionKind.PRIORITY_VOTE, text=row.text("label"), options=options, max_choices=most
    )
    return vote, codes


def _options(
    row: FormRow, choices: Sequence[FormRow], remarks: Remarks
) -> tuple[tuple[OptionSpec, ...], dict[str, int]]:
    """Options with their codes: the names of the choices where these are numbers, else 1, 2, 3 …"""
    names: dict[str, FormRow] = {}
    for choice in choices:
        if choice["name"] in names:
            remarks.noted(
                row, _("The choice “%(name)s” stands twice in its list.") % {"name": choice["name"]}
            )
        elif choice["name"]:
            names[choice["name"]] = choice
    is_numbered = all(name.isdecimal() and 1 <= int(name) <= HIGHEST_CODE for name in names)
    is_numbered = is_numbered and len({int(name) for name in names}) == len(names)
    codes = {name: int(name) if is_numbered else place for place, name in enumerate(names, start=1)}
    options = []
    for name, choice in sorted(names.items(), key=lambda pair: codes[pair[0]]):
        label = choice.text("label")
        if not label:
            remarks.noted(
                row, _("The choice “%(name)s” has no label; its name stands in for it.") % {"name": name}
            )
        options.append(OptionSpec(label=label or BothLanguages(id=name), code=codes[name]))
    return tuple(options), codes


def _driver_rating(
    row: FormRow, choices: Sequence[FormRow], drivers: Mapping[str, Driver], remarks: Remarks
) -> Made | None:
    driver = drivers.get(row["portal_ref"])
    if driver is None:
        remarks.lost(row, _("Its driver is not part of the framework of this survey."))
        return None
    list_name = row["type"].split()[-1]
    labels = {choice["name"]: choice.text("label") for choice in choices}
    levels = [str(level) for level in range(1, RATING_LEVELS + 1)]
    own = list_name != DRIVER_LIST and all(labels.get(level) for level in levels)
    options = tuple(OptionSpec(label=labels[level], code=int(level)) for level in levels if own)
    spec = QuestionSpec(
        kind=QuestionKind.DRIVER_RATING, text=row.text("label"), driver=driver, options=options
    )
    return spec, {str(code): code for code in spec.answer_codes}


def _scale(row: FormRow, choices: Sequence[FormRow]) -> Made | None:
    """A list 1, 2, … n and 0 for "I can't judge this", as the portal writes scales."""
    names = {choice["name"]: choice for choice in choices}
    levels = len(names) - 1
    wanted = {str(level) for level in range(CANNOT_JUDGE, levels + 1)}
    if not LEAST_LEVELS <= levels <= MOST_LEVELS or names.keys() != wanted:
        return None
    spec = QuestionSpec(
        kind=QuestionKind.SCALE,
        text=row.text("label"),
        levels=levels,
        low=_end(names["1"]),
        high=_end(names[str(levels)]),
    )
    return spec, {str(code): code for code in spec.answer_codes}


def _end(choice: FormRow) -> BothLanguages:
    """What the end of a scale means, from its label "1: not at all"."""
    label = choice.text("label")
    words = {}
    for code in ("id", "en"):
        match = _LEVEL.match(getattr(label, code))
        words[code] = (match[2] or "") if match else getattr(label, code)
    return BothLanguages(**words)


def _range(row: FormRow, remarks: Remarks) -> Made | None:
    """A slider from 1 in steps of 1 is a scale."""
    settings = dict(_SETTING.findall(row["parameters"]))
    start, end, step = settings.get("start", "1"), settings.get("end", "10"), settings.get("step", "1")
    if start != "1" or step != "1" or not end.isdecimal() or not LEAST_LEVELS <= int(end) <= MOST_LEVELS:
        remarks.lost(
            row, _("A range becomes a scale only if it goes from 1 up to 10 at most, in steps of 1.")
        )
        return None
    spec = QuestionSpec(
        kind=QuestionKind.SCALE, text=row.text("label"), levels=int(end), low=NOTHING, high=NOTHING
    )
    return spec, {str(code): code for code in spec.answer_codes}
