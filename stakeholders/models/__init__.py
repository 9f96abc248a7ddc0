"""Organisations, people, forum membership; meetings, agreements, consents."""

from .agreements import Agreement, AgreementQuerySet, AgreementReminder, AgreementState
from .consents import Consent, ConsentText, ConsentWay, ErasureRequest, ErasureStatus, Purpose
from .distinct import DISTINCT, DistinctOrganizations, DistinctPeople
from .engagements import (
    Attendance,
    AttendanceQuerySet,
    AttendanceState,
    Engagement,
    EngagementFile,
    EngagementFileKind,
    EngagementKind,
    EngagementQuerySet,
    EngagementStatus,
)
from .forum import ForumMembership, ForumMembershipQuerySet, ForumRole, ForumTarget, TargetDimension
from .organizations import Level, Organization, OrganizationQuerySet, Sector
from .people import Gender, Person, PersonQuerySet

__all__ = [
    "DISTINCT",
    "Agreement",
    "AgreementQuerySet",
    "AgreementReminder",
    "AgreementState",
    "Attendance",
    "AttendanceQuerySet",
    "AttendanceState",
    "Consent",
    "ConsentText",
    "ConsentWay",
    "DistinctOrganizations",
    "DistinctPeople",
    "Engagement",
    "EngagementFile",
    "EngagementFileKind",
    "EngagementKind",
    "EngagementQuerySet",
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
