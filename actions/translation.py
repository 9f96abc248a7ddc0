"""Fields that are published in both languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import Action, Partnership


@register(Action)
class ActionTranslation(TranslationOptions):
    fields = ("name", "description", "theme")


@register(Partnership)
class PartnershipTranslation(TranslationOptions):
    fields = ("commitment",)
