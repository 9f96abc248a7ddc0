"""Fields that are published in both languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import Initiative, InitiativeFocusArea, OpenQuestion, Pillar, Strategy, WorkingGroup


@register(WorkingGroup)
class WorkingGroupTranslation(TranslationOptions):
    fields = ("name", "purpose")


@register(OpenQuestion)
class OpenQuestionTranslation(TranslationOptions):
    fields = ("text", "answer")


@register(Pillar)
class PillarTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(Strategy)
class StrategyTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(Initiative)
class InitiativeTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(InitiativeFocusArea)
class InitiativeFocusAreaTranslation(TranslationOptions):
    fields = ("reason",)
