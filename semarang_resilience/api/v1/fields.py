"""Fields that the serializers share: texts in both languages, addresses of pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from modeltranslation.utils import build_localized_fieldname
from rest_framework import serializers


class WordsSerializer(serializers.Serializer[Any]):
    """A text in both languages; empty where it is not translated."""

    id = serializers.CharField(help_text="Indonesian")
    en = serializers.CharField(help_text="English")


@extend_schema_field(WordsSerializer)
class Words(serializers.Field[Any, Any, dict[str, str], Any]):
    """A translated model field as `{"id": …, "en": …}`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def get_attribute(self, instance: Any) -> Any:
        """Walk to the row that holds the field; both columns are read from it."""
        for name in self.source_attrs[:-1]:
            instance = getattr(instance, name)
        return instance

    def to_representation(self, value: Any) -> dict[str, str]:
        """Both columns."""
        name = self.source_attrs[-1]
        return {
            code: getattr(value, build_localized_fieldname(name, code)) or ""
            for code, _label in settings.LANGUAGES
        }


@extend_schema_field(serializers.URLField(help_text="The page for people (Indonesian)."))
class Page(serializers.Field[Any, Any, str, Any]):
    """The absolute address of the row's public page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        """In Indonesian, whatever language the machine prefers."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.context["request"].build_absolute_uri(value.get_absolute_url())
