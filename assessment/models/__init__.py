"""The aggregates of the assessment, one module each."""

from .assets import Asset, AssetKind, Exposure, ExposureLevel, RiskBand
from .fieldwork import (
    PaperRule,
    PaperSheet,
    PaperStatus,
    Workshop,
    WorkshopAnswer,
    WorkshopParticipant,
    WorkshopQuestion,
    WorkshopStatus,
)
from .findings import Evidence, EvidenceKind, EvidenceLevel, Finding, FindingKind, FindingStatus
from .focus_areas import FocusArea, FocusAreaFinding, FocusAreaStatus
from .frameworks import Dimension, Driver, Framework
from .hazards import Hazard, HazardKind
from .open_answers import OpenAnswer, OpenAnswerStatus, Reading, Theme
from .programmes import Programme, ProgrammeDriver, ProgrammeStatus
from .question_bank import BankOption, BankQuestion
from .question_kinds import HazardAspects, QuestionKind
from .responses import (
    Channel,
    Draft,
    Invitation,
    InvitationKind,
    Participation,
    Reminder,
    Response,
    SurveyTarget,
    Tally,
)
from .surveys import Option, Question, Section, Survey, SurveyStatus, SurveyVersion

__all__ = [
    "Asset",
    "AssetKind",
    "BankOption",
    "BankQuestion",
    "Channel",
    "Dimension",
    "Draft",
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
    "HazardAspects",
    "HazardKind",
    "Invitation",
    "InvitationKind",
    "OpenAnswer",
    "OpenAnswerStatus",
    "Option",
    "PaperRule",
    "PaperSheet",
    "PaperStatus",
    "Participation",
    "Programme",
    "ProgrammeDriver",
    "ProgrammeStatus",
    "Question",
    "QuestionKind",
    "Reading",
    "Reminder",
    "Response",
    "RiskBand",
    "Section",
    "Survey",
    "SurveyStatus",
    "SurveyTarget",
    "SurveyVersion",
    "Tally",
    "Theme",
    "Workshop",
    "WorkshopAnswer",
    "WorkshopParticipant",
    "WorkshopQuestion",
    "WorkshopStatus",
]
