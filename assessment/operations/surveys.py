"""Everything that changes a survey, in the order of its life.

The modules beside this one hold the operations; callers import them from here.
"""

from .survey_building import (
    BothLanguages,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
    add_version,
    create_survey,
)
from .survey_definition import compile_definition
from .survey_folding import fold_all_responses, fold_responses, rebuild_tallies
from .survey_lifecycle import (
    close_due_surveys,
    close_survey,
    issue_link,
    open_survey,
    publish_results,
    withdraw_link,
)
from .survey_standard import standard_sections
from .survey_submission import (
    AlreadyAnswered,
    Submitted,
    SurveyClosed,
    UnknownLink,
    find_invitation,
    load_responses,
    submit_response,
)

__all__ = [
    "AlreadyAnswered",
    "BothLanguages",
    "OptionSpec",
    "QuestionSpec",
    "SectionSpec",
    "Submitted",
    "SurveyClosed",
    "UnknownLink",
    "add_version",
    "close_due_surveys",
    "close_survey",
    "compile_definition",
    "create_survey",
    "find_invitation",
    "fold_all_responses",
    "fold_responses",
    "issue_link",
    "load_responses",
    "open_survey",
    "publish_results",
    "rebuild_tallies",
    "standard_sections",
    "submit_response",
    "withdraw_link",
]
