"""Fields of the kernel that are published in both languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import Cycle, Phase


@register(Cycle)
class CycleTranslation(TranslationOptions):
    fields = ("name",)


@register(Phase)
class PhaseTranslation(TranslationOptions):
    fields = ("name", "summary", "inputs", "outputs")
