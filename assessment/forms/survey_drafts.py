"""Drafts on their way into a form: what is kept of them, what a later version of the survey takes over."""

from __future__ import annotations

from collections.abc import Mapping

from ..answers import FormData, fingerprint
from ..models.surveys import SurveyVersion
from ..questionnaire import Questionnaire, questionnaire_of

Fields = dict[str, list[str]]


def kept_fields(questionnaire: Questionnaire, data: FormData) -> Fields:
    """What of a form is worth keeping: answers, group and district, and nothing that a form only carries."""
    known = questionnaire.field_names | {"sector", "district"}
    return {name: list(values) for name, values in data.items() if name in known and any(values)}


def taken_over(
    fields: Mapping[str, list[str]], seen: SurveyVersion, now: SurveyVersion
) -> tuple[Fields, bool]:
    """The fields of a draft for the form of version `now`, and whether answers had to be left out.

    An answer is taken over where its question is the same, to the letter, in the version that was `seen`.
    """
    data = {name: list(values) for name, values in fields.items()}
    if seen.pk == now.pk:
        return data, False
    before, after = questionnaire_of(seen), questionnaire_of(now)
    same = {"sector", "district"}
    for question in after:
        earlier = before.by_key.get(question.key)
        if earlier is not None and fingerprint(earlier) == fingerprint(question):
            same.update(question.names)
    kept = {name: values for name, values in data.items() if name in same}
    return kept, kept.keys() != data.keys()


def marks_of(version: SurveyVersion) -> dict[str, str]:
    """Question key -> fingerprint: what the page compares a draft with."""
    return {question.key: fingerprint(question) for question in questionnaire_of(version)}
