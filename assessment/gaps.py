"""What is still missing before a step is possible: one list for the page, the button and the refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that is missing, as a sentence that says what to do."""

    code: str
    message: str | Promise

    def __str__(self) -> str:
        return str(self.message)


def missing_translations(row: models.Model, fields: Iterable[str]) -> list[Gap]:
    """The languages in which a text is missing although it stands in another one.

    A text that stands nowhere is no translation gap: whether it is needed at all says another rule.
    """
    gaps = []
    for name in fields:
        texts = {
            code: getattr(row, build_localized_fieldname(name, code)) for code, _label in settings.LANGUAGES
        }
        if not any(texts.values()):
            continue
        label = cast("models.Field[Any, Any]", row._meta.get_field(name)).verbose_name
        gaps += [
            Gap(
                code=f"no_{name}_{code}",
                message=format_lazy(_("Translate: {field} ({language})."), field=label, language=language),
            )
            for code, language in settings.LANGUAGES
            if not texts[code]
        ]
    return gaps
