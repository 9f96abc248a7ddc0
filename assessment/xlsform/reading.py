"""From the rows of an XLSForm to a questionnaire, and to a list of everything that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from assessment.models import Driver, Hazard, QuestionKind
from assessment.models.question_kinds import ONE_CODE_KINDS
from assessment.operations.survey_questions import fresh_key
from assessment.operations.survey_specs import BothLanguages, ConditionSpec, QuestionSpec

from . import expressions
from .blocks import Block, hazard_question
from .kinds import BLOCKS, NOT_ASKED, REPEATED, UNKNOWN, block_of, kind_of
from .names import ABOUT, WARD, WARD_LIST, key_of
from .plan import Draft, Plan, Remarks, SectionDraft, joined
from .selects import select_question
from .workbook import FormRow, Workbook

# What is read somewhere; everything else that holds something is named on the preview page.
READ = frozenset(
    ("type", "name", "required", "relevant", "constraint", "appearance", "portal_kind", "portal_ref")
)
# Traces of the tools that wrote the file; they hold nothing that was asked.
TRACES = frozenset(("$kuid", "$autoname", "$xpath", "$qpath", "kuid", "tags", "select_from_list_name"))
LOOKS = frozenset(("", "field-list", "multiline", "likert", "minimal", "horizontal", "quick", "list-nolabel"))


@dataclass(frozen=True, kw_only=True)
class Known:
    """What questions may point at: drivers by their place in the framework, hazards by their code."""

    framework: str = ""
    drivers: Mapping[str, Driver] = field(default_factory=dict)
    hazards: Mapping[str, Hazard] = field(default_factory=dict)


def read_plan(book: Workbook, *, title: BothLanguages, known: Known) -> Plan:
    """Make a plan of a workbook. `title` is for questions that stand in no group."""
    reading = _Reading(book, title, known)
    for row in book.survey:
        reading.row(row)
    reading.finish()
    return Plan(
        sections=tuple(section.spec() for section in reading.sections if section.questions),
        remarks=reading.remarks.in_order(),
    )


class _Reading:
    """One pass over the rows."""

    def __init__(self, book: Workbook, title: BothLanguages, known: Known) -> None:
        self.book, self.title, self.known = book, title, known
        self.remarks = Remarks()
        self.sections: list[SectionDraft] = []
        self.blocks: list[Block] = []
        self.by_name: dict[str, Draft] = {}
        self.keys: set[str] = set()
        has_framework = book.settings.get("portal_framework", "") == known.framework
        self.drivers = known.drivers if has_framework else {}

    # -- rows ----------------------------------------------------------------------------------------------
    def row(self, row: FormRow) -> None:
        kind, list_name, has_other = kind_of(row["type"])
        block = block_of(kind)
        if block:
            (self.begin if block[0] == "begin" else self.end)(row, block[1])
        elif row["disabled"].lower() in ("yes", "true"):
            self.remarks.lost(row, _("It is switched off in the form (disabled)."))
        elif (self.blocks and self.blocks[-1].take(row, kind)) or any(
            block.is_about for block in self.blocks
        ):
            return
        elif reason := next((block.reason for block in self.blocks if block.reason), None):
            self.remarks.lost(row, reason)
        elif kind == "note":
            self.note(row)
        else:
            self.question(row, kind, list_name, has_other)

    def begin(self, row: FormRow, what: str) -> None:
        block = Block(row=row, relevant=row["relevant"])
        if what != "group":
            block.reason = BLOCKS.get(what, REPEATED)
            self.remarks.lost(row, block.reason)
        elif row["name"] == ABOUT:
            block.is_about = True
            self.remarks.noted(row, _("The portal asks for group and district by itself."))
        elif row["portal_kind"] == QuestionKind.HAZARD_RATING:
            block.is_hazard = True
        elif not any(each.is_section or each.reason for each in self.blocks):
            block.is_section = True
            words = row.text("label") or BothLanguages(id=row["name"])
            self.sections.append(SectionDraft(row, self.remarks.cut(row, words, "title")))
        elif not any(each.reason for each in self.blocks):
            self.remarks.noted(
                row, _("It is a group inside another group. Its questions join the section around it.")
            )
        self.blocks.append(block)

    def end(self, row: FormRow, what: str) -> None:
        if not self.blocks:
            self.remarks.lost(row, _("It closes a group that was never opened."))
            return
        block = self.blocks.pop()
        if block.is_hazard:
            hazard = self.known.hazards.get(block.row["portal_ref"])
            spec = hazard_question(block, hazard)
            if spec is None:
                self.remarks.lost(
                    block.row, _("This shock or stress is not on the list of this survey's cycle.")
                )
            else:
                self.keep(block.row, spec)

    def note(self, row: FormRow) -> None:
        """Words before the first question of a section are its introduction."""
        inside = any(block.is_section for block in self.blocks)
        if inside and not self.sections[-1].questions:
            self.sections[-1].introductions.append(row.text("label"))
        else:
            self.remarks.lost(
                row, _("A note stands between questions. Write it into the help text of the next question.")
            )

    def question(self, row: FormRow, kind: str, list_name: str, has_other: bool) -> None:
        if self.is_ward(row, list_name):
            return
        if kind in NOT_ASKED:
            self.remarks.lost(row, NOT_ASKED[kind])
            return
        if kind == "text":
            wanted = row["portal_kind"] == QuestionKind.ASSET_NOMINATION
            self.keep(row, QuestionSpec(
                kind=QuestionKind.ASSET_NOMINATION if wanted else QuestionKind.TEXT, text=row.text("label"),
            ))  # fmt: skip
        elif kind in ("select_one", "select_multiple", "range"):
            choices = self.book.choices.get(list_name, ())
            made = select_question(row, kind, choices, drivers=self.drivers, remarks=self.remarks)
            if made is not None:
                self.keep(row, made[0], made[1])
                if has_other:
                    self.remarks.noted(
                        row, _("“Other” with free text is not taken. Add an option, or a text question.")
                    )
        else:
            self.remarks.lost(row, UNKNOWN)

    def is_ward(self, row: FormRow, list_name: str) -> bool:
        """The ward of the place that the question before asks for."""
        name = row["name"].removesuffix(f"__{WARD}")
        before = self.by_name.get(name) if name != row["name"] and list_name == WARD_LIST else None
        if before is None or before.spec.kind not in (QuestionKind.TEXT, QuestionKind.ASSET_NOMINATION):
            return False
        before.spec = replace(before.spec, kind=QuestionKind.ASSET_NOMINATION)
        return True

    # -- one question --------------------------------------------------------------------------------------
    def keep(self, row: FormRow, spec: QuestionSpec, codes: dict[str, int] | None = None) -> None:
        """Take a question, with key, help, condition and whether an answer is required."""
        if not spec.text:
            spec = replace(spec, text=BothLanguages(id=row["name"]))
            self.remarks.noted(row, _("It has no label in Indonesian or English; its name stands in for it."))
        if spec.kind != QuestionKind.HAZARD_RATING:
            spec = replace(spec, help=row.text("hint"), required=self.is_required(row))
        spec = self.remarks.shortened(row, replace(spec, key=self.key(row, spec)))
        draft = Draft(row, spec, codes or {})
        draft.relevant = [block.relevant for block in self.blocks if block.relevant]
        draft.relevant += [row["relevant"]] if row["relevant"] else []
        draft.spec = self.conditioned(draft)
        self.leftovers(row, spec)
        self.section().questions.append(draft)
        self.by_name[row["name"]] = draft

    def section(self) -> SectionDraft:
        """The section that is open; questions outside any group get one of their own."""
        is_open = any(block.is_section for block in self.blocks)
        if not self.sections or (not is_open and self.sections[-1].row is not None):
            self.sections.append(SectionDraft(None, self.title))
        return self.sections[-1]

    def key(self, row: FormRow, spec: QuestionSpec) -> str:
        base = key_of(row["name"]) or fresh_key(spec.text.id or spec.text.en)
        number = 1
        while (key := base if number == 1 else f"{base}-{number}") in self.keys:
            number += 1
        self.keys.add(key)
        return key

    def is_required(self, row: FormRow) -> bool:
        words = row["required"].lower()
        if words in ("yes", "true", "true()", "1", "ya"):
            return True
        if words not in ("", "no", "false", "false()", "0", "tidak"):
            self.remarks.noted(row, _("Whether an answer is required depends on others. It is optional now."))
        return False

    def conditioned(self, draft: Draft) -> QuestionSpec:
        """With its condition, if the portal can hold it."""
        if not draft.relevant:
            return draft.spec
        condition = self.condition(draft.relevant[0]) if len(set(draft.relevant)) == 1 else None
        if condition is None:
            self.remarks.noted(
                draft.row,
                _("Its condition is more than “one answer of one earlier question”: %(condition)s. "
                  "It is shown to everybody now.") % {"condition": " and ".join(draft.relevant)},
            )  # fmt: skip
        return replace(draft.spec, condition=condition)

    def condition(self, text: str) -> ConditionSpec | None:
        wanted = expressions.read_relevance(text)
        asked = self.by_name.get(wanted.name) if wanted else None
        if wanted is None or asked is None or asked.spec.kind not in ONE_CODE_KINDS:
            return None
        codes = frozenset(asked.codes.get(value, -1) for value in wanted.values)
        return ConditionSpec(key=asked.spec.key, codes=codes) if codes <= asked.spec.answer_codes else None

    def leftovers(self, row: FormRow, spec: QuestionSpec) -> None:
        """Columns of a question that are taken nowhere."""
        if row["constraint"] and spec.kind != QuestionKind.PRIORITY_VOTE:
            self.remarks.noted(
                row, _("The limit on answers is not taken: %(limit)s.") % {"limit": row["constraint"]}
            )
        others = {name for name in row.cells if name not in READ | TRACES}
        others |= {name for name in row.texts if name in ("guidance_hint",)}
        if others:
            self.remarks.noted(
                row, _("These columns are not taken: %(columns)s.") % {"columns": joined(others)}
            )
        if any("${" in text for texts in row.texts.values() for text in texts.values()):
            self.remarks.noted(
                row, _("Its text refers to another answer, which the portal does not fill in. Reword it.")
            )

    # -- the whole -----------------------------------------------------------------------------------------
    def finish(self) -> None:
        """What is said about the file as a whole; groups that never end."""
        for block in self.blocks:
            self.remarks.noted(block.row, _("The group is never closed. It ends with the file."))
        for section in self.sections:
            if not section.questions and section.row is not None:
                self.remarks.lost(
                    section.row, _("None of its questions can be taken, so the section goes too.")
                )
        if self.book.languages:
            self.remarks.about_file(
                joined(self.book.languages),
                _("Texts in these languages are not taken. The portal asks in Indonesian and English."),
            )
        looks = {row["appearance"] for row in self.book.survey} - LOOKS
        if looks:
            self.remarks.about_file(
                joined(looks), _("The look of questions (appearance) is not taken: the portal has its own.")
            )
