"""Codes of options: what stands in an answer sheet means the same through versions and rounds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from assessment.models import BankQuestion, Option

from .survey_specs import OptionSpec, QuestionSpec, codes_of_options


def coded_options(
    spec: QuestionSpec, *, known: Collection[int | None]
) -> tuple[tuple[OptionSpec, ...], dict[int, int] | None]:
    """The options with their codes, in the order of these; and, where codes may move, old code -> new.

    A code that the question does not know (`known`) was not given by us, so the option counts as new.
    """
    options = [each if each.code in known else replace(each, code=None) for each in spec.options]
    taken = asked_codes(spec.key)
    if taken:
        codes = codes_of_options(options, taken=taken)
        coded = [replace(each, code=code) for each, code in zip(options, codes, strict=True)]
        return tuple(sorted(coded, key=lambda option: option.code or 0)), None
    moved = {option.code: place for place, option in enumerate(options, 1) if option.code is not None}
    return tuple(replace(option, code=place) for place, option in enumerate(options, 1)), moved


def asked_codes(key: str) -> set[int]:
    """The option codes that stand for something: asked in a frozen version anywhere, or kept in the bank."""
    asked = Option.objects.filter(question__key=key, question__section__version__frozen_at__isnull=False)
    kept = BankQuestion.objects.filter(key=key, options__isnull=False)
    return set(asked.values_list("position", flat=True)) | set(
        kept.values_list("options__position", flat=True)
    )
