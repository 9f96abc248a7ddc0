"""Questionnaires, answer sheets and drafts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from assessment.models import QuestionKind, SurveyVersion
from assessment.models.responses import Channel
from assessment.questionnaire import Question, Questionnaire, questionnaire_of

from ..fields import Words, WordsSerializer


class VersionSerializer(serializers.ModelSerializer[SurveyVersion]):
    """A wording of a survey; it never changes once it was asked."""

    change_note = Words()

    class Meta:
        model = SurveyVersion
        fields = ("number", "frozen_at", "change_note")


class DistrictSerializer(serializers.Serializer[Any]):
    """A district that may be named."""

    code = serializers.CharField()
    name = serializers.CharField()


class WardSerializer(DistrictSerializer):
    """A ward in which a nominated asset may lie."""

    district = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    """What may be chosen; the answer is the code."""

    code = serializers.IntegerField()
    label = WordsSerializer()  # type: ignore[assignment]  # its name in the API


class ConditionSerializer(serializers.Serializer[Any]):
    """The question is asked only of those who gave one of `codes` to the question `key`."""

    key = serializers.CharField()
    codes = serializers.ListField(child=serializers.IntegerField())


class QuestionSerializer(serializers.Serializer[Any]):
    """A question. Ratings and scales go from 1 to `levels`; 0 means "I can't judge this"."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    number = serializers.IntegerField()
    text = WordsSerializer()
    help = WordsSerializer()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the field's own name in the definition
    levels = serializers.IntegerField(help_text="0 where there is no scale.")
    low = WordsSerializer()
    high = WordsSerializer()
    parts = serializers.ListField(child=serializers.CharField(), help_text="Scales of a hazard rating.")
    max_choices = serializers.IntegerField(allow_null=True)
    shown_if = ConditionSerializer(allow_null=True)
    breaks_series = serializers.BooleanField()
    options = OptionSerializer(many=True)


class SectionSerializer(serializers.Serializer[Any]):
    """One step of the form."""

    title = WordsSerializer()
    introduction = WordsSerializer()
    questions = QuestionSerializer(many=True)


class QuestionnaireSerializer(serializers.Serializer[Any]):
    """Everything that was asked, in both languages."""

    number = serializers.IntegerField()
    framework = serializers.CharField(allow_blank=True)
    text_max_length = serializers.IntegerField()
    districts = DistrictSerializer(many=True)
    wards = WardSerializer(many=True)
    sections = SectionSerializer(many=True)

    def to_representation(self, instance: SurveyVersion) -> dict[str, Any]:
        """From the frozen questionnaire; what only the tallies need is left out."""
        return {"number": instance.number, **_questionnaire(questionnaire_of(instance))}


def _questionnaire(questionnaire: Questionnaire) -> dict[str, Any]:
    return {
        "framework": questionnaire.framework,
        "text_max_length": questionnaire.text_max_length,
        "districts": [{"code": row.code, "name": row.name} for row in questionnaire.districts],
        "wards": [
            {"code": row.code, "name": row.name, "district": row.district} for row in questionnaire.wards
        ],
        "sections": [
            {
                "title": _words(section.title),
                "introduction": _words(section.introduction),
                "questions": [_question(question) for question in section.questions],
            }
            for section in questionnaire.sections
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    shown = question.condition
    return {
        "key": question.key,
        "kind": question.kind.value,
        "number": question.number,
        "text": _words(question.text),
        "help": _words(question.help),
        "required": question.required,
        "levels": question.levels if question.slots and question.kind != QuestionKind.SINGLE else 0,
        "low": _words(question.low),
        "high": _words(question.high),
        "parts": [item.part for item in question.items if item.part],
        "max_choices": question.max_choices,
        "shown_if": {"key": shown.key, "codes": sorted(shown.codes)} if shown else None,
        "breaks_series": question.breaks_series,
        "options": [{"code": row.code, "label": _words(row.label)} for row in question.options],
    }


def _words(words: dict[str, str]) -> dict[str, str]:
    return {code: words.get(code, "") for code, _label in settings.LANGUAGES}


class SheetSerializer(serializers.Serializer[Any]):
    """A filled-in questionnaire."""

    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=9999,
        help_text="The version that was seen; the current one where it is left out.",
    )  # fmt: skip
    sector = serializers.CharField(allow_blank=True, allow_null=True, required=False, default="")
    district = serializers.CharField(
        allow_blank=True,
        allow_null=True,
        required=False,
        default="",
        help_text="Code of a district, or empty.",
    )
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text=(
            "By question key: a code; codes by part for a hazard rating; a list of codes for several "
            "choices; a text; name and ward for an asset."
        ),
    )
    channel = serializers.ChoiceField(
        choices=[Channel.WEB.value, Channel.OFFLINE.value],
        default=Channel.WEB.value,
        help_text="offline: the sheet waited on a device.",
    )


class ReceiptSerializer(serializers.Serializer[Any]):
    """The sheet has arrived."""

    receipt = serializers.CharField(help_text="Says what becomes of the survey; leads to no answers.")
    is_repeat = serializers.BooleanField(help_text="The same sheet had arrived before.")


class DraftSerializer(serializers.Serializer[Any]):
    """An unfinished form: field -> values, as the form would send them."""

    version = serializers.IntegerField(min_value=1, max_value=9999)
    fields = serializers.DictField(  # type: ignore[assignment]  # its name in the API
        child=serializers.ListField(child=serializers.CharField(allow_blank=True))
    )
    notes = serializers.DictField(required=False, default=dict, help_text="What the client adds for itself.")
