"""Working groups and the strategy tree."""

from .groups import GroupRole, OpenQuestion, OpenQuestionStatus, WorkingGroup, WorkingGroupMember
from .tree import Initiative, InitiativeFocusArea, InitiativeStatus, Pillar, Strategy, TimeFrame

__all__ = [
    "GroupRole",
    "Initiative",
    "InitiativeFocusArea",
    "InitiativeStatus",
    "OpenQuestion",
    "OpenQuestionStatus",
    "Pillar",
    "Strategy",
    "TimeFrame",
    "WorkingGroup",
    "WorkingGroupMember",
]
