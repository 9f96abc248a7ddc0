"""Working groups and the strategy tree."""

from .groups import GroupRole, OpenQuestion, OpenQuestionStatus, WorkingGroup, WorkingGroupMember
from .tree import (
    Initiative,
    InitiativeFocusArea,
    InitiativeQuerySet,
    InitiativeStatus,
    Pillar,
    PillarQuerySet,
    Strategy,
    TimeFrame,
)

__all__ = [
    "GroupRole",
    "Initiative",
    "InitiativeFocusArea",
    "InitiativeQuerySet",
    "InitiativeStatus",
    "OpenQuestion",
    "OpenQuestionStatus",
    "Pillar",
    "PillarQuerySet",
    "Strategy",
    "TimeFrame",
    "WorkingGroup",
    "WorkingGroupMember",
]
