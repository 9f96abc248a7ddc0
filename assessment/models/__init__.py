"""The aggregates of the assessment, one module each."""

from .assets import Asset, AssetKind, Exposure, ExposureLevel, RiskBand
from .findings import Evidence, EvidenceKind, EvidenceLevel, Finding, FindingKind, FindingStatus
from .focus_areas import FocusArea, FocusAreaFinding, FocusAreaStatus
from .frameworks import Dimension, Driver, Framework
from .hazards import Hazard, HazardKind
from .programmes import Programme, ProgrammeDriver, ProgrammeStatus
from .responses import Channel, Invitation, InvitationKind, Response, Tally
from .surveys import (
    Option,
    Question,
    QuestionKind,
    Section,
    Survey,
    SurveyStatus,
    SurveyVersion,
)

__all__ = [
    "Asset",
    "AssetKind",
    "Channel",
    "Dimension",
    "Driver",
    "Evidence",
    "EvidenceKind",
    "EvidenceLevel",
    "Exposure",
    "ExposureLevel",
    "Finding",
    "FindingKind",
    "FindingStatus",
    "FocusArea",
    "FocusAreaFinding",
    "FocusAreaStatus",
    "Framework",
    "Hazard",
    "HazardKind",
    "Invitation",
    "InvitationKind",
    "Option",
    "Programme",
    "ProgrammeDriver",
    "ProgrammeStatus",
    "Question",
    "QuestionKind",
    "Response",
    "RiskBand",
    "Section",
    "Survey",
    "SurveyStatus",
    "SurveyVersion",
    "Tally",
]
