"""Fields that are published in both languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import (
    Asset,
    BankOption,
    BankQuestion,
    Dimension,
    Driver,
    Evidence,
    Finding,
    FocusArea,
    FocusAreaFinding,
    Hazard,
    Option,
    Programme,
    Question,
    Section,
    Survey,
    SurveyVersion,
    Theme,
)


@register(Dimension)
class DimensionTranslation(TranslationOptions):
    fields = ("name",)


@register(Driver)
class DriverTranslation(TranslationOptions):
    fields = ("name", "short_name", "description")


@register(Hazard)
class HazardTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Asset)
class AssetTranslation(TranslationOptions):
    fields = ("name", "reason", "note")


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Survey)
class SurveyTranslation(TranslationOptions):
    fields = ("title", "introduction")


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "introduction")


@register(SurveyVersion)
class SurveyVersionTranslation(TranslationOptions):
    fields = ("change_note",)


@register((Question, BankQuestion))
class QuestionTranslation(TranslationOptions):
    fields = ("text", "help_text", "low_label", "high_label")


@register((Option, BankOption))
class OptionTranslation(TranslationOptions):
    fields = ("label",)


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Finding)
class FindingTranslation(TranslationOptions):
    fields = ("title", "statement")


@register(Evidence)
class EvidenceTranslation(TranslationOptions):
    fields = ("summary",)


@register(FocusArea)
class FocusAreaTranslation(TranslationOptions):
    fields = ("name", "theme", "rationale", "decision_reason")


@register(FocusAreaFinding)
class FocusAreaFindingTranslation(TranslationOptions):
    fields = ("reason",)
