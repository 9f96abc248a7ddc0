"""Freezing and thawing: nothing is lost on the way, nothing strange is read back."""

import dataclasses
import hashlib
import json
import types
from datetime import datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from assessment.results import SurveyResults
from semarang_resilience.core.models import Cycle
from semarang_resilience.documents.snapshots import MAKERS, SCHEMA, UnreadableSnapshot, freeze, load
from semarang_resilience.documents.snapshots.base import canonical, digest, pack, unpack
from stakeholders.models import ForumMembership, Organization, Person
from strategy.models import WorkingGroup, WorkingGroupMember

KINDS = tuple(MAKERS)
# What snapshots of schema 1 look like. When this fails, stored snapshots can no longer be read: raise SCHEMA,
# and write the new fingerprint here.
SHAPE = "4ad57d9f94788d3e"


@pytest.fixture(params=KINDS)
def packed(request: pytest.FixtureRequest, city: Cycle, at: datetime) -> dict[str, Any]:
    return freeze(kind=request.param, cycle=city, language="id", number=3, at=at).packed


def test_what_was_frozen_comes_back_whole(packed: dict[str, Any]) -> None:
    thawed = load(packed, sha256=digest(packed))
    assert pack(thawed) == packed
    assert thawed.head.number == 3


def test_the_hash_does_not_depend_on_the_order_of_keys_or_on_the_database(packed: dict[str, Any]) -> None:
    shuffled = dict(reversed(packed.items()))
    assert digest(shuffled) == digest(packed)
    assert canonical(json.loads(json.dumps(packed))) == canonical(packed)
    assert digest(packed | {"sources": ["another"]}) != digest(packed)


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: packed["head"].update(schema=99),
        lambda packed: packed["head"].update(kind="novel"),
        lambda packed: packed["head"].update(number="three"),
        lambda packed: packed["head"].update(frozen_at="yesterday"),
        lambda packed: packed.update(surprise=1),
        lambda packed: packed.pop("sources"),
        lambda packed: packed.pop("head"),
        lambda packed: packed.update(cycle=None),
    ],
)
def test_a_strange_snapshot_is_refused(city: Cycle, at: datetime, change: Any) -> None:
    packed = freeze(kind="action_plan", cycle=city, language="id", number=3, at=at).packed
    change(packed)
    with pytest.raises(UnreadableSnapshot):
        load(packed)


def test_a_changed_snapshot_is_refused(packed: dict[str, Any]) -> None:
    before = digest(packed)
    packed["sources"] = ["added later"]
    with pytest.raises(UnreadableSnapshot, match="SHA-256"):
        load(packed, sha256=before)


def test_an_older_edition_without_later_fields_is_still_read() -> None:
    """Fields that came later have defaults; whatever has none is still demanded."""
    nothing: dict[str, Any] = dict.fromkeys(("sectors", "districts", "drivers", "hazards", "choices"), ())
    results = SurveyResults(
        survey="s", title="S", version_id=1, framework="", threshold=5, n=9, pending=0, **nothing
    )
    packed = pack(results)
    for name in ("votes", "scales", "versions", "apart", "is_open"):
        packed.pop(name)
    assert unpack(SurveyResults, packed) == results
    packed.pop("drivers")
    with pytest.raises(UnreadableSnapshot):
        unpack(SurveyResults, packed)


def test_a_new_shape_needs_a_new_schema_number() -> None:
    shapes = {kind: _shape(maker.shape) for kind, maker in MAKERS.items()}
    fingerprint = hashlib.sha256(json.dumps([SCHEMA, shapes], sort_keys=True).encode()).hexdigest()[:16]
    assert fingerprint == SHAPE


def _shape(hint: Any) -> Any:
    """The fields of a snapshot and theirs, as plain words."""
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return {field.name: _shape(hints[field.name]) for field in dataclasses.fields(hint)}
    if get_origin(hint) in (Union, types.UnionType):
        return ["or", *(_shape(one) for one in get_args(hint))]
    if get_args(hint):
        return [str(get_origin(hint)), *(_shape(one) for one in get_args(hint))]
    return str(hint)


def test_drafts_and_undecided_things_stay_out(city: Cycle, at: datetime) -> None:
    finding = city.findings.order_by("code").first()
    assert finding
    type(finding).objects.filter(pk=finding.pk).update(
        status="submitted", decided_by=None, decided_at=None, decision_reason=""
    )
    frozen = freeze(kind="pra", cycle=city, language="id", number=1, at=at)
    assert finding.code not in [one["code"] for one in frozen.packed["findings"]]
    assert ("findings_waiting", 1) in [(gap.key, gap.count) for gap in frozen.gaps]
    named = [one["code"] for area in frozen.packed["focus_areas"] for one in area["findings"]]
    assert finding.code not in named, "not even through a focus area"


def test_people_are_named_only_where_they_agreed(city: Cycle, at: datetime) -> None:
    organization = Organization.objects.get(code="bpbd")
    area = city.focus_areas.order_by("position").first()
    assert area
    group = WorkingGroup.objects.create(focus_area=area, name="Pokja 1")
    for name, agreed in (("Nama Terbuka", True), ("Nama Tertutup", False)):
        person = Person.objects.create(name=name, organization=organization, agreed_to_be_named=agreed)
        member = ForumMembership.objects.create(
            cycle=city, organization=organization, person=person, since=city.planned_start
        )
        WorkingGroupMember.objects.create(group=group, membership=member)
    text = canonical(freeze(kind="crs", cycle=city, language="id", number=1, at=at).packed).decode()
    assert "Nama Terbuka" in text
    assert "Nama Tertutup" not in text
