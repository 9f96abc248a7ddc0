"""The activity log in words: each operation's name with a sentence and an icon.

A sentence may name `{target}` and whatever the operation recorded with its line (`{finding}`,
`{organization}` …); what was not recorded is left empty. A test holds that no operation is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Activity

UNKNOWN = ("{target}: {verb}", "circle")

SENTENCES: dict[str, tuple[str | Promise, str]] = {
    # accounts
    "create_account": (_("An account was made for {target}"), "user"),
    "invite_account": (_("{target} was invited to the portal again"), "mail"),
    "choose_password": (_("{target} chose a first password"), "lock"),
    "assign_roles": (_("The roles of {target} were changed"), "user"),
    "activate_account": (_("The account of {target} was opened again"), "user"),
    "deactivate_account": (_("The account of {target} was closed"), "user"),
    # letters
    "retry_message": (_("The letter {target} is sent again"), "mail"),
    "mark_bounced": (_("The letter {target} was marked as bounced"), "mail"),
    # programme
    "open_cycle": (_("{target} was opened"), "flag"),
    "launch_cycle": (_("The strategy of {target} was launched"), "flag"),
    "add_phase": (_("{target} was added to the stages"), "flag"),
    "date_phase": (_("The actual dates of {target} were entered"), "calendar"),
    "load_framework": (_("The framework {target} was loaded"), "compass"),
    "load_places": (_("The districts and wards of {target} were loaded"), "map"),
    # stakeholders
    "create_organization": (_("{target} was entered as an organisation"), "building"),
    "update_organization": (_("The entry of {target} was changed"), "building"),
    "add_person": (_("{target} was entered for {organization}"), "user"),
    "update_person": (_("The entry of {target} was changed"), "user"),
    "set_logo": (_("{target} got a logo"), "building"),
    "remove_logo": (_("The logo of {target} was taken away"), "building"),
    "join_forum": (_("{target}: joined the forum"), "users"),
    "update_membership": (_("The membership {target} was corrected"), "users"),
    "leave_forum": (_("{target}: left the forum"), "users"),
    "merge_organizations": (_("{loser} was merged into {target}"), "git-merge"),
    "merge_people": (_("Two entries of {target} were merged"), "git-merge"),
    "settle_merge": (_("Links that came late were moved to {target}"), "git-merge"),
    "keep_apart": (_("{target} and {other} are different entries"), "git-compare"),
    "set_forum_targets": (_("The targets of the forum of {target} were changed"), "target"),
    "plan_engagement": (_("{target} was planned"), "calendar"),
    "update_engagement": (_("The entry of {target} was changed"), "calendar"),
    "write_minutes": (_("The minutes of {target} were written"), "file-text"),
    "hold_engagement": (_("{target} was held"), "circle-check"),
    "cancel_engagement": (_("{target} was cancelled"), "ban"),
    "publish_engagement": (_("{target} was published"), "globe"),
    "withdraw_engagement": (_("The public page of {target} was taken back"), "eye-off"),
    "invite": (_("{count} were put on the list of {target}"), "mail"),
    "take_attendance": (_("Attendance was taken at {target}"), "list-checks"),
    "add_walk_in": (_("{organization} came to {target} without an invitation"), "user"),
    "remove_attendance": (_("{organization} was taken off the list of {target}"), "x"),
    "attach_file": (_("A file was attached to {target}: {title}"), "file-text"),
    "remove_file": (_("A file was removed from {target}: {title}"), "trash-2"),
    "register_agreement": (_("The agreement {target} was entered"), "handshake"),
    "update_agreement": (_("The agreement {target} was changed"), "handshake"),
    "remind_of_agreement": (_("A reminder was sent: {target} ends soon"), "bell"),
    # consents and personal data
    "publish_consent_text": (_("{target} was written as a text to agree to"), "file-text"),
    "give_consent": (_("{target} gave a consent"), "check"),
    "withdraw_consent": (_("{target} took a consent back"), "undo-2"),
    "ask_for_erasure": (_("{target} asked for the erasure of personal data"), "inbox"),
    "refuse_erasure": (_("{target}: the request for erasure was answered"), "inbox"),
    "erase_person": (_("{target}: the personal data were erased"), "ban"),
    "withdraw_organization": (_("{target} was taken back with its import"), "undo-2"),
    "withdraw_person": (_("{target} was taken back with its import"), "undo-2"),
    "withdraw_membership": (_("{target} was taken back with its import"), "undo-2"),
    # lists
    "apply_import": (_("{target} was imported: {added} new, {changed} changed"), "upload"),
    "undo_import": (_("The import {target} was undone"), "undo-2"),
    "export_list": (_("{target} exported the list “{list}”: {count} rows"), "download"),
    # surveys
    "create_survey": (_("The survey {target} was drafted"), "message-square-text"),
    "add_version": (_("{target} got a new version of its questions"), "message-square-text"),
    "update_survey": (_("Name or dates of {target} were changed"), "pencil"),
    "delete_survey": (_("The draft {target} was deleted"), "trash-2"),
    "add_section": (_("{target}: section “{section}” was added"), "list-tree"),
    "edit_section": (_("{target}: section “{section}” was reworded"), "pencil"),
    "move_section": (_("{target}: section “{section}” was moved"), "list-tree"),
    "remove_section": (_("{target}: section “{section}” was removed"), "trash-2"),
    "add_question": (_("{target}: the question “{question}” was added"), "circle-help"),
    "edit_question": (_("{target}: the question “{question}” was reworded"), "pencil"),
    "move_question": (_("{target}: the question “{question}” was moved"), "list-tree"),
    "remove_question": (_("{target}: the question “{question}” was removed"), "trash-2"),
    "set_condition": (_("{target}: who is asked “{question}” was changed"), "git-merge"),
    "append_questions": (_("{target} got further questions from a file"), "upload"),
    "replace_questions": (_("The questions of {target} were replaced from a file"), "upload"),
    "start_version": (_("{target}: version {number} was begun"), "layers"),
    "describe_version": (_("{target}: what changes in version {number} was stated"), "pencil"),
    "publish_version": (_("{target}: version {number} is being asked"), "radio-tower"),
    "discard_version": (_("{target}: the draft of version {number} was discarded"), "trash-2"),
    "keep_question": (_("“{target}” was put into the question bank"), "book-open"),
    "edit_kept_question": (_("“{target}” was reworded in the question bank"), "pencil"),
    "retire_question": (_("“{target}” is no longer offered in the question bank"), "ban"),
    "restore_question": (_("“{target}” is offered again in the question bank"), "undo-2"),
    "open_survey": (_("{target} was opened for answers"), "message-square-text"),
    "close_survey": (_("{target} was closed"), "lock"),
    "review_survey": (_("The open answers of {target} were looked through"), "list-checks"),
    "reopen_survey": (_("{target} was opened again"), "message-square-text"),
    "unpublish_results": (_("The results of {target} were taken back from the public"), "eye-off"),
    "invite_people": (_("{count} people were invited to {target}"), "mail"),
    "remind_people": (_("{count} people were reminded of {target}"), "bell"),
    "set_targets": (_("Targets for the answers to {target} were set"), "target"),
    "publish_results": (_("The results of {target} were published"), "chart-bar"),
    "issue_link": (_("A link to {target} was issued"), "link"),
    "withdraw_link": (_("A link to {target} was withdrawn"), "link"),
    "load_responses": (_("{count} answers were loaded into {target}"), "upload"),
    "take_in_file": (_("{count} answers from a file were taken into {target}"), "upload"),
    "set_double_entry": (_("How often paper sheets of {target} are entered was changed"), "keyboard"),
    "count_sheets": (_("{count} paper sheets were counted in {target}"), "file-check"),
    "create_workshop": (_("The workshop {workshop} was prepared for {target}"), "radio-tower"),
    "end_workshop": (_("The workshop {workshop} ended: {count} answers to {target}"), "radio-tower"),
    "discard_workshop": (_("The workshop {workshop} for {target} was discarded; nothing was counted"), "ban"),
    "export_responses": (_("Answers to {target} were exported ({kind})"), "download"),
    "review_answers": (_("Answers in words to {target} were read"), "list-checks"),
    "add_theme": (_("The theme {theme} was added to {target}"), "plus"),
    "update_theme": (_("The theme {theme} of {target} was changed"), "pencil"),
    "merge_themes": (_("The theme {loser} of {target} was merged into {theme}"), "git-merge"),
    "remove_theme": (_("The theme {theme} of {target} was removed"), "trash-2"),
    # findings and focus areas
    "create_finding": (_("The finding {target} was drafted"), "search-check"),
    "update_finding": (_("The finding {target} was changed"), "pencil"),
    "cite_survey": (_("A survey result was cited in {target}"), "chart-bar"),
    "add_evidence": (_("Evidence was added to {target}"), "file-check"),
    "remove_evidence": (_("Evidence was removed from {target}"), "file-check"),
    "submit_finding": (_("{target} was handed in for a decision"), "send"),
    "accept_finding": (_("{target} was accepted"), "circle-check"),
    "return_finding": (_("{target} was sent back"), "undo-2"),
    "reject_finding": (_("{target} was rejected"), "circle-x"),
    "publish_finding": (_("{target} was published"), "globe"),
    "propose_focus_area": (_("{target} was proposed as a focus area"), "target"),
    "update_focus_area": (_("The focus area {target} was changed"), "pencil"),
    "attach_finding": (_("Finding {finding} was attached to {target}"), "link"),
    "detach_finding": (_("Finding {finding} was detached from {target}"), "link"),
    "select_focus_area": (_("{target} was chosen as a focus area"), "circle-check"),
    "drop_focus_area": (_("{target} was not chosen as a focus area"), "circle-minus"),
    "publish_focus_area": (_("The decision about {target} was published"), "globe"),
    # inventory
    "register_hazard": (_("{target} was added to the shocks and stresses"), "waves"),
    "update_hazard": (_("The entry of {target} was changed"), "waves"),
    "register_asset": (_("{target} was entered as a critical asset"), "map-pin"),
    "update_asset": (_("The entry of {target} was changed"), "map-pin"),
    "rate_exposure": (_("The exposure of {target} was rated"), "table-2"),
    "remove_exposure": (_("A rating of {target} was removed"), "table-2"),
    "register_programme": (_("{target} was entered as an existing programme"), "list-checks"),
    "update_programme": (_("The entry of {target} was changed"), "list-checks"),
    # strategy
    "form_group": (_("The working group {target} was formed"), "users"),
    "update_group": (_("The working group {target} was changed"), "users"),
    "add_member": (_("{member} joined the working group {target}"), "users"),
    "remove_member": (_("{member} left the working group {target}"), "users"),
    "ask_question": (_("A question was put to {group}: {target}"), "circle-help"),
    "answer_question": (_("A question of {group} was answered: {target}"), "circle-check"),
    "add_pillar": (_("Pillar {target} was added"), "landmark"),
    "update_pillar": (_("Pillar {target} was changed"), "pencil"),
    "add_strategy": (_("Strategy {target} was added"), "compass"),
    "update_strategy": (_("Strategy {target} was changed"), "pencil"),
    "add_initiative": (_("Initiative {target} was drafted"), "lightbulb"),
    "update_initiative": (_("Initiative {target} was changed"), "pencil"),
    "link_focus_area": (_("Initiative {target} was linked to a focus area"), "link"),
    "unlink_focus_area": (_("Initiative {target} was unlinked from a focus area"), "link"),
    "publish_initiative": (_("Initiative {target} was published"), "globe"),
    # actions
    "plan_action": (_("Action {target} was planned"), "calendar"),
    "update_action": (_("Action {target} was changed"), "pencil"),
    "start_action": (_("Action {target} has begun"), "circle-play"),
    "finish_action": (_("Action {target} is done"), "circle-check"),
    "correct_dates": (_("The dates of action {target} were corrected"), "calendar"),
    "publish_action": (_("Action {target} was published"), "globe"),
    "add_partner": (_("A partner was added to action {target}"), "handshake"),
    "remove_partner": (_("A partner was removed from action {target}"), "handshake"),
    # documents
    "request_edition": (_("{target} was requested"), "file-text"),
    "retry_edition": (_("{target} was requested again"), "refresh-cw"),
    "publish_edition": (_("{target} was published"), "globe"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of the log as a person reads it."""

    sentence: SafeString
    reason: str
    icon: str
    by: str
    at: datetime


def tell(activities: Iterable[Activity]) -> list[Told]:
    """The lines in words, in the reader's language."""
    return [_tell(row) for row in activities]


def _tell(row: Activity) -> Told:
    sentence, icon = SENTENCES.get(row.verb, UNKNOWN)
    parts = {name: value for name, value in row.data.items() if isinstance(value, str | int)}
    parts |= {"target": format_html("<strong>{}</strong>", row.target_label), "verb": row.verb}
    named = {name for _text, name, _spec, _conversion in Formatter().parse(str(sentence)) if name}
    return Told(
        sentence=format_html(str(sentence), **{name: parts.get(name, "") for name in named}),
        reason=str(row.data.get("reason") or ""),
        icon=icon,
        by=row.actor_label or gettext("the portal itself"),
        at=row.at,
    )
