"""Organisations, people, forum membership; meetings, agreements, consents."""

from .agreements import Agreement, AgreementReminder, AgreementState
from .consents import Consent, ConsentText, ConsentWay, ErasureRequest, ErasureStatus, Purpose
from .engagements import (
    Attendance,
    AttendanceState,
    Engagement,
    EngagementFile,
    EngagementFileKind,
    EngagementKind,
    EngagementStatus,
)
from .forum import ForumMembership, ForumMembershipQuerySet, ForumRole, ForumTarget, TargetDimension
from .organizations import Level, Organization, OrganizationQuerySet, Sector
from .people import Gender, Person, PersonQuerySet

__all__ = [
    "Agreement",
    "AgreementReminder",
    "AgreementState",
    "Attendance",
    "AttendanceState",
    "Consent",
    "ConsentText",
    "ConsentWay",
    "Engagement",
    "EngagementFile",
    "EngagementFileKind",
    "EngagementKind",
    "EngagementStatus",
    "ErasureRequest",
    "ErasureStatus",
    "ForumMembership",
    "ForumMembershipQuerySet",
    "ForumRole",
    "ForumTarget",
    "Gender",
    "Level",
    "Organization",
    "OrganizationQuerySet",
    "Person",
    "PersonQuerySet",
    "Purpose",
    "Sector",
    "TargetDimension",
]
