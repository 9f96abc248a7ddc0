"""Workshops, FGDs, seminars, interviews, meetings: planned, held, written down, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.uploads import AcceptedFile
from semarang_resilience.places.models import District
from stakeholders.models import Engagement, EngagementFile, EngagementFileKind, EngagementStatus

EDITABLE = ("kind", "title", "held_on", "until", "place", "district", "agenda", "provenance", "source")
WRITTEN = ("minutes", "outputs")
# Words that are addresses below kerja/forum/pertemuan/ and forum/pertemuan/.
RESERVED_CODES = frozenset({"baru"})


@transaction.atomic
def plan_engagement(
    *,
    cycle: Cycle,
    code: str,
    kind: str,
    held_on: date,
    by: Any,
    at: datetime,
    until: date | None = None,
    place: str = "",
    district: District | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Engagement:
    """Enter a meeting; `content` is title, agenda, minutes and outputs in both languages (`title_id` …)."""
    ensure(by, "stakeholders.manage_engagements")
    if code in RESERVED_CODES:
        raise Refused(_("This code is reserved. Choose another one."), code="reserved_code")
    engagement = create(
        Engagement(
            cycle=cycle,
            code=code,
            kind=kind,
            held_on=held_on,
            until=until,
            place=place,
            district=district,
            provenance=provenance,
            source=source,
            **content_fields(Engagement, content),
        )
    )
    record(verb="plan_engagement", target=engagement, by=by, at=at)
    return engagement


@transaction.atomic
def update_engagement(
    *, engagement: Engagement, changes: Mapping[str, Any], by: Any, at: datetime
) -> Engagement:
    """Change what differs in kind, title, dates, place and agenda; the code stays."""
    return _changed(engagement, changes, EDITABLE, "update_engagement", by=by, at=at)


@transaction.atomic
def write_minutes(*, engagement: Engagement, changes: Mapping[str, Any], by: Any, at: datetime) -> Engagement:
    """Write down what was said and what came of it (`minutes_id`, `outputs_id` … as Markdown)."""
    return _changed(engagement, changes, WRITTEN, "write_minutes", by=by, at=at)


def _changed(
    engagement: Engagement,
    changes: Mapping[str, Any],
    names: tuple[str, ...],
    verb: str,
    *,
    by: Any,
    at: datetime,
) -> Engagement:
    ensure(by, "stakeholders.manage_engagements", engagement)
    texts = {f"{name}_{language}" for name in names for language in ("id", "en")}
    if unknown := changes.keys() - set(names) - texts:
        raise TypeError(f"{verb} takes no {', '.join(sorted(unknown))}")
    lock(engagement)
    changed = apply_changes(engagement, changes, allowed=names)
    if changed:
        record(verb=verb, target=engagement, by=by, at=at, changed=changed)
    return engagement


@transaction.atomic
def hold_engagement(*, engagement: Engagement, on: date, by: Any, at: datetime) -> Engagement:
    """Say that it took place; `on` is today, before whose dawn nothing that lies ahead was held."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    if engagement.status != EngagementStatus.PLANNED:
        raise Refused(_("Only a planned meeting can be held."), code="not_planned")
    if engagement.held_on > on:
        raise Refused(_("Its day has not come yet. Correct the date first."), code="still_ahead")
    engagement.status = EngagementStatus.HELD
    save(engagement)
    record(verb="hold_engagement", target=engagement, by=by, at=at)
    return engagement


@transaction.atomic
def cancel_engagement(*, engagement: Engagement, reason: str, by: Any, at: datetime) -> Engagement:
    """Call it off; the reason stays with it."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    if engagement.status != EngagementStatus.PLANNED:
        raise Refused(_("Only a planned meeting can be cancelled."), code="not_planned")
    if not reason.strip():
        raise Refused(_("Say why it was cancelled."), code="no_reason")
    engagement.status, engagement.cancelled_reason = EngagementStatus.CANCELLED, reason.strip()[:300]
    save(engagement)
    record(verb="cancel_engagement", target=engagement, by=by, at=at, reason=engagement.cancelled_reason)
    return engagement


@transaction.atomic
def publish_engagement(*, engagement: Engagement, with_minutes: bool, by: Any, at: datetime) -> Engagement:
    """Give it a public page; minutes only with `with_minutes` and when they are written."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    if with_minutes and not engagement.minutes:
        raise Refused(_("Write the minutes before you publish them."), code="no_minutes")
    engagement.is_published, engagement.are_minutes_public = True, with_minutes
    save(engagement)
    record(verb="publish_engagement", target=engagement, by=by, at=at, minutes=with_minutes)
    return engagement


@transaction.atomic
def withdraw_engagement(*, engagement: Engagement, by: Any, at: datetime) -> Engagement:
    """Take the public page back, the minutes with it."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    if not engagement.is_published:
        raise Refused(_("It has no public page."), code="not_published")
    engagement.is_published = engagement.are_minutes_public = False
    save(engagement)
    record(verb="withdraw_engagement", target=engagement, by=by, at=at)
    return engagement


# -- files ------------------------------------------------------------------------------------------------
@transaction.atomic
def attach_file(
    *,
    engagement: Engagement,
    kind: str,
    title: str,
    file: AcceptedFile,
    by: Any,
    at: datetime,
    is_public: bool = False,
) -> EngagementFile:
    """Keep a file with the meeting; an attendance list holds personal data and is never public."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    if is_public and kind == EngagementFileKind.ATTENDANCE:
        raise Refused(_("An attendance list holds personal data and cannot be public."), code="personal_data")
    attached = create(
        EngagementFile(
            engagement=engagement,
            kind=kind,
            title=title,
            file=file.content,
            content_type=file.kind.media_type,
            size=file.size,
            is_public=is_public,
            uploaded_by=by,
            uploaded_at=at,
        )
    )
    record(verb="attach_file", target=engagement, by=by, at=at, title=title, sha256=file.sha256)
    return attached


@transaction.atomic
def remove_file(*, file: EngagementFile, by: Any, at: datetime) -> None:
    """Throw a file away; the log keeps that it was there and what it was called."""
    engagement, storage, name = file.engagement, file.file.storage, file.file.name
    ensure(by, "stakeholders.manage_engagements", engagement)
    record(verb="remove_file", target=engagement, by=by, at=at, title=file.title)
    file.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))
