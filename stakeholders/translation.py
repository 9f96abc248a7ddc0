"""Fields that are published in both languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import ConsentText, Engagement, Organization


@register(Organization)
class OrganizationTranslation(TranslationOptions):
    fields = ("description",)


@register(Engagement)
class EngagementTranslation(TranslationOptions):
    fields = ("title", "agenda", "minutes", "outputs")


@register(ConsentText)
class ConsentTextTranslation(TranslationOptions):
    fields = ("text",)
