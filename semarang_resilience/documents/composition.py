"""A snapshot becomes the HTML of a document: cover, imprint, contents, chapters.

Chapters are templates; while they render, the `Book` counts their sections, figures and tables, so
that the table of contents, which stands before them, is written after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import assets
from .cover import cover_style
from .derived import derive
from .figures import figures_of


@dataclass(frozen=True, kw_only=True)
class ChapterPlan:
    """A chapter of a kind of document. `when` names the part of the snapshot without which it is left out."""

    key: str
    title: str
    numbered: bool = True
    when: str = ""
    template: str = ""


SOURCES = ChapterPlan(
    key="sources", title=gettext_noop("Sources"), numbered=False, template="documents/pdf/sources.html"
)
GLOSSARY = ChapterPlan(
    key="glossary", title=gettext_noop("Glossary"), numbered=False, template="documents/pdf/glossary.html"
)
FOREWORD = ChapterPlan(key="foreword", title=gettext_noop("Foreword"), numbered=False)

PLANS: dict[str, Sequence[ChapterPlan]] = {
    "pra": (
        FOREWORD,
        ChapterPlan(key="summary", title=gettext_noop("Summary"), numbered=False),
        ChapterPlan(key="method", title=gettext_noop("How this assessment was made")),
        ChapterPlan(key="profile", title=gettext_noop("The city"), when="city"),
        ChapterPlan(key="programmes", title=gettext_noop("What runs already"), when="programmes"),
        ChapterPlan(key="perceptions", title=gettext_noop("What stakeholders see"), when="perceptions"),
        ChapterPlan(key="hazards", title=gettext_noop("Shocks and stresses"), when="hazards"),
        ChapterPlan(key="assets", title=gettext_noop("Critical assets and their threats"), when="assets"),
        ChapterPlan(key="findings", title=gettext_noop("Strengths and weaknesses"), when="findings"),
        ChapterPlan(key="focus_areas", title=gettext_noop("Focus areas"), when="focus_areas"),
        GLOSSARY,
        SOURCES,
        ChapterPlan(key="annex", title=gettext_noop("Annex: numbers"), numbered=False, when="perceptions"),
    ),
    "crs": (
        FOREWORD,
        ChapterPlan(key="summary", title=gettext_noop("Summary"), numbered=False),
        ChapterPlan(key="context", title=gettext_noop("Where the strategy comes from")),
        ChapterPlan(key="focus_areas", title=gettext_noop("Focus areas"), when="chosen"),
        ChapterPlan(key="groups", title=gettext_noop("Working groups"), when="groups"),
        ChapterPlan(key="pillars", title=gettext_noop("Pillars, strategies and initiatives"), when="pillars"),
        ChapterPlan(key="drivers", title=gettext_noop("Which drivers are reached"), when="pillars"),
        ChapterPlan(key="thread", title=gettext_noop("Why each initiative: the thread"), when="initiatives"),
        GLOSSARY,
        SOURCES,
    ),
    "action_plan": (
        FOREWORD,
        ChapterPlan(key="summary", title=gettext_noop("The plan in numbers"), numbered=False),
        ChapterPlan(key="introduction", title=gettext_noop("How to read the plan")),
        ChapterPlan(key="actions", title=gettext_noop("Actions"), when="actions"),
        ChapterPlan(key="partners", title=gettext_noop("Partners"), when="partners"),
        GLOSSARY,
        SOURCES,
    ),
}


@dataclass
class Entry:
    """A line of the table of contents."""

    title: str
    anchor: str
    number: str = ""
    sections: list[Entry] = field(default_factory=list)


@dataclass
class Book:
    """What templates write into while a document is being composed."""

    snapshot: Any
    language: str
    sources: Sequence[str]
    contents: list[Entry] = field(default_factory=list)
    chapter_number: int = 0
    figure_number: int = 0
    table_number: int = 0

    def open_chapter(self, plan: ChapterPlan) -> Entry:
        """Begin a chapter and give it its number."""
        number = ""
        if plan.numbered:
            self.chapter_number += 1
            number = str(self.chapter_number)
        entry = Entry(title=_(plan.title), anchor=f"bab-{plan.key}", number=number)
        self.contents.append(entry)
        return entry

    def open_section(self, title: str) -> Entry:
        """Begin a section of the current chapter."""
        chapter = self.contents[-1]
        place = len(chapter.sections) + 1
        number = f"{chapter.number}.{place}" if chapter.number else ""
        entry = Entry(title=title, number=number, anchor=f"{chapter.anchor}-{place}-{slugify(title)[:40]}")
        chapter.sections.append(entry)
        return entry

    def next_figure(self) -> int:
        """The number of the next figure."""
        self.figure_number += 1
        return self.figure_number

    def next_table(self) -> int:
        """The number of the next table."""
        self.table_number += 1
        return self.table_number

    def source_number(self, source: str) -> int | None:
        """The place of a source in the list at the end."""
        return self.sources.index(source) + 1 if source in self.sources else None


@dataclass(frozen=True, kw_only=True)
class Composition:
    """A whole document as HTML, and what its file is known by."""

    html: str
    identity: str
    frozen_at: datetime
    page_label: str


def compose(
    snapshot: Any, *, snapshot_sha256: str, on_chapter: Callable[[int, int, str], None]
) -> Composition:
    """Compose a document in its snapshot's language; `on_chapter(done, total, title)` after each chapter."""
    head = snapshot.head
    with translation.override(head.language):
        plans = [plan for plan in PLANS[head.kind] if not plan.when or getattr(snapshot, plan.when)]
        book = Book(snapshot=snapshot, language=head.language, sources=snapshot.sources)
        derived = derive(snapshot)
        context = {
            "book": book,
            "doc": snapshot,
            "head": head,
            "derived": derived,
            "figures": figures_of(snapshot, derived),
        }
        chapters = []
        for done, plan in enumerate(plans, start=1):
            chapters.append(_chapter(plan, book, context))
            on_chapter(done, len(plans), book.contents[-1].title)
        html = render_to_string(
            "documents/pdf/document.html",
            context
            | {
                "chapters": chapters,
                "contents": book.contents,
                "snapshot_sha256": snapshot_sha256,
                "template_version": assets.template_version(),
                "title": _TITLES[head.kind](),
                "cover_style": cover_style(snapshot.city),
            },
        )
        page_label = _("Setting page %(page)d")
    return Composition(
        html=html,
        identity=f"{snapshot_sha256} {assets.template_version()}",
        frozen_at=head.frozen_at,
        page_label=page_label,
    )


_TITLES: dict[str, Callable[[], str]] = {
    "pra": lambda: _("Preliminary Resilience Assessment"),
    "crs": lambda: _("City Resilience Strategy"),
    "action_plan": lambda: _("Action Plan"),
}


def _chapter(plan: ChapterPlan, book: Book, context: dict[str, Any]) -> SafeString:
    entry = book.open_chapter(plan)
    template = plan.template or f"documents/pdf/{book.snapshot.head.kind}/{plan.key}.html"
    return render_to_string(template, context | {"chapter": entry})
