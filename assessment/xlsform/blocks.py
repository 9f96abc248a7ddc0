"""Groups of an XLSForm while their rows are read; a shock or stress is a group of scales."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

from assessment.models import Hazard, QuestionKind
from assessment.operations.survey_definition import ASPECT_PARTS
from assessment.operations.survey_specs import NOTHING, BothLanguages, QuestionSpec

from .names import HELP
from .workbook import FormRow


@dataclass
class Block:
    """A group that is open. `reason` says why nothing in it can be taken."""

    row: FormRow
    relevant: str = ""
    reason: str | Promise = ""
    is_section: bool = False
    is_about: bool = False
    is_hazard: bool = False
    help: BothLanguages = NOTHING
    parts: dict[str, FormRow] = field(default_factory=dict)

    def take(self, row: FormRow, kind: str) -> bool:
        """Whether the row is part of this hazard rating, and no question of its own."""
        if not self.is_hazard:
            return False
        part = row["name"].rpartition("__")[2]
        if kind == "note" and part == HELP:
            self.help = row.text("label")
            return True
        if kind == "select_one" and any(part in parts for parts in ASPECT_PARTS.values()):
            self.parts[part] = row
            return True
        return False


def hazard_question(block: Block, hazard: Hazard | None) -> QuestionSpec | None:
    """The hazard rating that a group stands for; None without a hazard or with other scales than ours."""
    asked = set(block.parts)
    aspects = next((str(each) for each, parts in ASPECT_PARTS.items() if set(parts) == asked), "")
    if hazard is None or not aspects:
        return None
    return QuestionSpec(
        kind=QuestionKind.HAZARD_RATING,
        text=block.row.text("label"),
        help=block.help,
        hazard=hazard,
        aspects=aspects,
        required=any(row["required"] == "yes" for row in block.parts.values()),
    )
