"""Everything that changes a survey, in the order of its life.

The modules beside this one hold the operations; callers import them from here.
"""

from .survey_building import add_version, create_survey, delete_survey, update_survey
from .survey_definition import compile_definition
from .survey_folding import fold_all_responses, fold_responses, rebuild_tallies
from .survey_lifecycle import (
    close_due_surveys,
    close_survey,
    issue_link,
    open_survey,
    publish_results,
    reopen_survey,
    review_survey,
    unpublish_results,
    withdraw_link,
)
from .survey_questions import (
    add_question,
    add_section,
    edit_question,
    edit_section,
    move_question,
    move_section,
    place_question,
    remove_question,
    remove_section,
    set_condition,
)
from .survey_specs import BothLanguages, ConditionSpec, OptionSpec, QuestionSpec, SectionSpec
from .survey_standard import extended_sections, standard_sections
from .survey_submission import (
    AlreadyAnswered,
    Submitted,
    SurveyClosed,
    UnknownLink,
    find_invitation,
    load_responses,
    submit_response,
)
from .survey_versions import (
    append_questions,
    begin_questions,
    begin_survey,
    copy_round,
    describe_version,
    discard_version,
    publish_version,
    replace_questions,
    start_version,
)

__all__ = [
    "AlreadyAnswered",
    "BothLanguages",
    "ConditionSpec",
    "OptionSpec",
    "QuestionSpec",
    "SectionSpec",
    "Submitted",
    "SurveyClosed",
    "UnknownLink",
    "add_question",
    "add_section",
    "add_version",
    "append_questions",
    "begin_questions",
    "begin_survey",
    "close_due_surveys",
    "close_survey",
    "compile_definition",
    "copy_round",
    "create_survey",
    "delete_survey",
    "describe_version",
    "discard_version",
    "edit_question",
    "edit_section",
    "extended_sections",
    "find_invitation",
    "fold_all_responses",
    "fold_responses",
    "issue_link",
    "load_responses",
    "move_question",
    "move_section",
    "open_survey",
    "place_question",
    "publish_results",
    "publish_version",
    "rebuild_tallies",
    "remove_question",
    "remove_section",
    "reopen_survey",
    "replace_questions",
    "review_survey",
    "set_condition",
    "standard_sections",
    "start_version",
    "submit_response",
    "unpublish_results",
    "update_survey",
    "withdraw_link",
]
