"""Invented answer sheets for the example surveys: plausible, varied, and the same every time.

`data/respondents.toml` says how sectors and parts of the city lean. Each sheet is drawn by a generator of
its own, seeded with its number, so adding a respondent changes none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, repeat
from random import Random
from typing import Any

from assessment.models import QuestionKind
from assessment.questionnaire import Questionnaire

from .data import table

Answers = dict[str, Any]
DRIVER_CODES = (1, 2, 3)
HAZARD_CODES = (1, 2, 3, 4, 5)
CANNOT_JUDGE = 0


def answer_sheets(*, opens_on: date, closes_on: date) -> Iterator[dict[str, Any]]:
    """All sheets of the closed survey, as `load_responses` takes them."""
    data = table("respondents")
    days = (closes_on - opens_on).days
    suggestions = _suggestions(data)
    for number, sector in enumerate(_sectors(data), start=1):
        draw = Random(f"{data['seed']}-{number}")  # noqa: S311  an example, not a secret
        sheet = one_sheet(sector, draw)
        if number in suggestions:
            sheet["answers"]["suggestion"] = suggestions[number](sheet["district"])
        sheet["channel"] = _weighted(draw, data["channels"])
        sheet["received_on"] = opens_on + timedelta(days=int(days * draw.betavariate(1.3, 1.8)))
        yield sheet


def one_sheet(sector: str, draw: Random) -> dict[str, Any]:
    """One sheet of a sector: its district, and its answers by question key."""
    data = table("respondents")
    district = _weighted(draw, data["districts"])
    zone = zone_of(district)
    groups = (sector, zone)
    outlook = draw.gauss(0, 0.3)  # some people see everything brighter than others
    answers: Answers = {}
    answers |= _driver_answers(data, groups, outlook, draw)
    answers |= _hazard_answers(data, groups, outlook, draw)
    answers["priority-dimension"] = draw.choices((1, 2, 3, 4), data["priority"][sector])[0]
    chances = data["measures"][zone or "centre"]
    answers["helpful-measures"] = [code for code, chance in enumerate(chances, 1) if draw.random() < chance]
    return {"sector": sector, "district": district, "answers": _with_blanks(answers, data["blank"], draw)}


def further_answers(questionnaire: Questionnaire, sheet: dict[str, Any], draw: Random) -> dict[str, Any]:
    """The sheet with answers to what the extended survey asks besides: likelihood, scales, votes, places."""
    answers = dict(sheet["answers"])
    places = table("surveys")["early_answers"]["places"]
    for question in questionnaire:
        known = answers.get(question.key)
        match question.kind:
            case QuestionKind.HAZARD_RATING if known and len(question.items) > len(known):
                more = [
                    CANNOT_JUDGE if not known[0] else _on_scale(draw.gauss(known[0], 1)) for _ in range(2)
                ]
                answers[question.key] = [*known, *more]
            case QuestionKind.SCALE:
                answers[question.key] = draw.randint(1, question.levels)
            case QuestionKind.PRIORITY_VOTE:
                codes = [option.code for option in question.options]
                answers[question.key] = draw.sample(codes, draw.randint(1, question.max_choices or 1))
            case QuestionKind.ASSET_NOMINATION if draw.random() < 0.6:
                answers[question.key] = (draw.choice(places), "")
    return sheet | {"answers": answers}


def zone_of(district: str) -> str:
    """The part of the city in which a district lies: coast, hills, centre; empty where none was named."""
    zones = table("respondents")["zones"]
    found = next((name for name, codes in zones.items() if district in codes), "centre")
    return found if district else ""


def _driver_answers(data: Mapping[str, Any], groups: Sequence[str], outlook: float, draw: Random) -> Answers:
    answers = {}
    low, high = data["driver_limits"]
    for number, lean in data["drivers"].items():
        if draw.random() < _cannot_judge(data["cannot_judge"], groups[0], number):
            answers[f"driver-{number}"] = CANNOT_JUDGE
            continue
        view = lean["base"] + _lean(lean, groups) + outlook + draw.gauss(0, data["driver_spread"])
        answers[f"driver-{number}"] = DRIVER_CODES[(view > low) + (view > high)]
    return answers


def _hazard_answers(data: Mapping[str, Any], groups: Sequence[str], outlook: float, draw: Random) -> Answers:
    answers = {}
    for slug, lean in data["hazards"].items():
        if draw.random() < data["cannot_judge"]["general"]:
            answers[f"hazard-{slug}"] = [CANNOT_JUDGE, CANNOT_JUDGE]
            continue
        now = lean["now"] + _lean(lean, groups) - outlook + draw.gauss(0, data["hazard_spread"])
        future = now + lean["future"] + draw.gauss(0, 0.5)
        answers[f"hazard-{slug}"] = [_on_scale(now), _on_scale(future)]
    return answers


def _with_blanks(answers: Answers, chances: Mapping[str, float], draw: Random) -> Answers:
    """Leave some questions blank, more towards the end, as people do."""
    step = (chances["last"] - chances["first"]) / max(len(answers) - 1, 1)
    kept = {}
    for place, (key, answer) in enumerate(answers.items()):
        if draw.random() < chances["first"] + step * place:
            continue
        kept[key] = answer
    return kept


def _lean(lean: Mapping[str, float], groups: Sequence[str]) -> float:
    return sum(lean.get(group, 0.0) for group in groups if group)


def _cannot_judge(chances: Mapping[str, Any], sector: str, number: str) -> float:
    """Who is far from a subject says more often that he cannot judge it."""
    return float(chances.get(sector, {}).get(number, chances["general"]))


def _on_scale(value: float) -> int:
    return min(max(round(value), HAZARD_CODES[0]), HAZARD_CODES[-1])


def _weighted(draw: Random, weights: Mapping[str, float]) -> str:
    return draw.choices(list(weights), list(weights.values()))[0]


def _sectors(data: Mapping[str, Any]) -> list[str]:
    """Every sector as often as it answered, in mixed order."""
    sectors = list(chain.from_iterable(repeat(name, count) for name, count in data["sectors"].items()))
    Random(data["seed"]).shuffle(sectors)  # noqa: S311
    return sectors


def _suggestions(data: Mapping[str, Any]) -> dict[int, Any]:
    """Which respondents write something: each sentence is used once, in the part of the city it speaks of."""
    waiting = {zone: iter(sentences) for zone, sentences in data["suggestions"].items()}
    total = sum(data["sectors"].values())
    count = sum(len(sentences) for sentences in data["suggestions"].values())
    numbers = Random(data["seed"] + 1).sample(range(1, total + 1), count + count // 2)  # noqa: S311

    def sentence(district: str) -> str | None:
        return next(waiting.get(zone_of(district), iter(())), None) or next(waiting["anywhere"], None)

    return dict.fromkeys(sorted(numbers), sentence)
