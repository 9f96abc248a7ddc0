"""Which published edition holds which node, read from what the edition froze.

A published edition never changes, so its contents are read from its snapshot once in the life of a
process: one query fetches the editions, and the contents of those that are still unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Func, JSONField, Q, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from semarang_resilience.core.templatetags.formats import day
from semarang_resilience.documents.models import DocumentKind, Edition

from .chain import Link, Node, Stage

# Where a snapshot names what it holds, by the codes that stand in public addresses.
_PATHS = {
    Stage.FINDING: "$.**.findings[*].code",
    Stage.FOCUS_AREA: "$.**.focus_areas[*].slug",
    Stage.INITIATIVE: "$.**.initiatives[*].code",
    Stage.ACTION: "$.**.actions[*].code",
    Stage.PARTNER: "$.**.organizations[*].code",
}
Contents = dict[str, frozenset[str]]
_known: dict[str, Contents] = {}  # by the SHA-256 of the snapshot


def published_editions(cycle: Any) -> QuerySet[Edition]:
    """The published editions of a cycle, newest first, with contents unless known; one query."""
    contents = Func(*_contents_by_stage(), function="jsonb_build_object", output_field=JSONField())
    return (
        Edition.objects.published()
        .filter(document__cycle__in=cycle)
        .select_related("document")
        .only("number", "language", "title", "status", "published_at", "snapshot_sha256", "document__kind")
        .annotate(
            contents=Case(
                When(Q(snapshot_sha256__in=list(_known)), then=Value(None, JSONField())), default=contents
            )
        )
        .order_by("-number", "-pk")
    )


def _contents_by_stage() -> Iterable[Value | Func]:
    for stage, path in _PATHS.items():
        yield Value(stage.value)
        yield Func(F("snapshot"), Value(path), template="jsonb_path_query_array(%(expressions)s::jsonpath)")


def quotations(editions: Iterable[Edition], nodes: Iterable[Node]) -> tuple[list[Node], list[Link]]:
    """For each document and language the newest edition that holds one of `nodes`, and what it holds."""
    candidates = [node for node in nodes if node.stage in _PATHS and node.thread_path]
    documents: list[Node] = []
    links: list[Link] = []
    done: set[tuple[str, str]] = set()
    for edition in sorted(editions, key=_place):
        document = (edition.document.kind, edition.language)
        held = _contents_of(edition)
        found = [n for n in candidates if n.thread_path and n.thread_path[1] in held[n.stage.value]]
        if found and document not in done:
            done.add(document)
            node = edition_node(edition)
            documents.append(node)
            links += [Link(cause=one.key, effect=node.key) for one in found]
    return documents, links


def _place(edition: Edition) -> tuple[bool, int]:
    """The reader's language first, then as the programme goes; the newest first (the sort keeps that)."""
    return edition.language != get_language(), list(DocumentKind).index(edition.kind)


def _contents_of(edition: Any) -> Contents:
    if edition.snapshot_sha256 not in _known:
        _known[edition.snapshot_sha256] = {
            stage: frozenset(str(code) for code in codes) for stage, codes in edition.contents.items()
        }
    return _known[edition.snapshot_sha256]


def edition_node(edition: Edition) -> Node:
    """A published edition."""
    return Node(
        stage=Stage.DOCUMENT,
        ident=str(edition.pk),
        title=edition.title,
        url=edition.get_absolute_url(),
        meta=_("edition %(number)s, %(language)s, published %(date)s")
        % {
            "number": edition.number,
            "language": edition.get_language_display(),
            "date": day(edition.published_at),
        },
    )
