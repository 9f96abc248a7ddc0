"""What the office wants the forum to be made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from stakeholders.models import ForumTarget, TargetDimension

MOST = 999  # members wanted in one group


@transaction.atomic
def set_forum_targets(
    *, cycle: Cycle, dimension: str, wanted: Mapping[str, int | None], by: Any, at: datetime
) -> int:
    """Set how many members are wanted in each group of a dimension; None or 0 takes a target away.

    `wanted`: code of the group (see `ForumTarget`) -> members. Groups that are not named keep their target.
    Returns how many targets changed.
    """
    ensure(by, "stakeholders.set_forum_targets", cycle)
    if dimension not in TargetDimension.values:
        raise Refused(_("There is no such way to look at the forum."), code="unknown_dimension")
    if any(number is not None and not 0 <= number <= MOST for number in wanted.values()):
        raise Refused(
            _("A target is a whole number from 1 to %(most)s.") % {"most": MOST}, code="out_of_range"
        )
    lock(cycle)  # two who save at the same moment do it one after the other
    rows = ForumTarget.objects.filter(cycle=cycle, dimension=dimension)
    before = dict(rows.values_list("code", "wanted"))
    after = before | dict(wanted)
    gone = [code for code in before if not after[code]]
    changed = {code: number for code, number in after.items() if number and before.get(code) != number}
    rows.filter(code__in=gone).delete()
    for code, number in sorted(changed.items()):
        rows.update_or_create(cycle=cycle, dimension=dimension, code=code, defaults={"wanted": number})
    if gone or changed:
        record(
            verb="set_forum_targets",
            target=cycle,
            by=by,
            at=at,
            dimension=str(dimension),
            wanted=changed,
            gone=sorted(gone),
        )
    return len(gone) + len(changed)
