"""Who gets what answer on every address: route -> method -> role -> outcome.

Outcomes: "ok" 200 · "login" redirect to the login · "no" 403 · "gone" 404 · "acts" the operation was
reached (a redirect after it, a form shown again, or a refusal with its reason).
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = (
    "anonymous",
    "forum_member",
    "partner_contact",
    "cro_staff",
    "cro_lead",
    "leadership",
    "administrator",
)
OFFICE = frozenset({"cro_staff", "cro_lead", "leadership", "administrator"})
STAFF = frozenset({"cro_staff", "cro_lead"})
LEAD = frozenset({"cro_lead"})
ADMIN = frozenset({"administrator"})
EXPORTS = frozenset({"cro_lead", "administrator"})
EVERYBODY = frozenset(ROLES)


@dataclass(frozen=True)
class Row:
    """Who passes; everybody else gets the login page (anonymous) or 403."""

    may: frozenset[str]
    method: str = "GET"
    arguments: str = ""
    data: dict[str, str] = field(default_factory=dict)
    passed: str = "ok"
    refused: str = ""
    but: dict[str, str] = field(default_factory=dict)  # another answer for one role; say why


def reads(may: frozenset[str], arguments: str = "") -> list[Row]:
    """A page that is only read."""
    return [Row(may=may, arguments=arguments)]


def acts(may: frozenset[str], arguments: str = "", **data: str) -> list[Row]:
    """An address that only takes POST."""
    return [Row(may=may, method="POST", arguments=arguments, data=data, passed="acts")]


def form(may: frozenset[str], arguments: str = "") -> list[Row]:
    """A form: shown on GET, carried out on POST."""
    return [*reads(may, arguments), *acts(may, arguments)]


def hidden(may: frozenset[str], arguments: str) -> list[Row]:
    """A thing whose very existence is nobody else's business."""
    return [Row(may=may, arguments=arguments, refused="gone")]


def expected(row: Row, role: str) -> str:
    """The outcome for one role."""
    if role in row.but:
        return row.but[role]
    if role in row.may:
        return row.passed
    if row.refused:
        return row.refused
    return "login" if role == "anonymous" else "no"


# fmt: off
MATRIX: dict[str, list[Row]] = {
    "root": [Row(may=EVERYBODY, passed="acts")],
    "readyz": reads(EVERYBODY),
    # -- portal
    "portal:home": reads(EVERYBODY),
    "portal:stages": reads(EVERYBODY),
    "portal:about": reads(EVERYBODY),
    "portal:accessibility": reads(EVERYBODY),
    "portal:privacy": reads(EVERYBODY),
    "portal:sources": reads(EVERYBODY),
    "portal:guide": reads(EVERYBODY, "guide"),
    "portal:thread": reads(EVERYBODY, "thread"),
    "portal:today": reads(OFFICE),
    "portal:gallery": reads(OFFICE),
    # -- accounts
    "accounts:list": reads(ADMIN),
    "accounts:new": form(ADMIN),
    "accounts:edit": form(ADMIN, "user"),
    "accounts:switch": acts(ADMIN, "user", active="1"),
    "accounts:invite": acts(ADMIN, "invited_user", language="id"),
    "accounts:choose_password": form(EVERYBODY, "password_link"),
    # -- letters
    "mail:outbox": reads(STAFF | ADMIN),
    "mail:retry": acts(STAFF | ADMIN, "failed_letter"),
    "mail:bounced": acts(STAFF | ADMIN, "sent_letter"),
    "mail:unsubscribe": form(EVERYBODY, "unsubscribe_link"),
    # -- stakeholders
    "stakeholders:forum": reads(EVERYBODY),
    "stakeholders:organizations": reads(EVERYBODY),
    "stakeholders:organization": reads(EVERYBODY, "organization"),
    "stakeholders:organization_logo": reads(EVERYBODY, "organization"),
    "stakeholders:engagements": reads(EVERYBODY),
    "stakeholders:engagement": [*reads(EVERYBODY, "engagement"), *hidden(OFFICE, "hidden_engagement")],
    "stakeholders:engagement_file": [*reads(EVERYBODY, "public_file"), *hidden(STAFF, "attendance_list")],
    "stakeholders:work_organizations": reads(OFFICE),
    "stakeholders:work_organization_new": form(STAFF),
    "stakeholders:work_organization": reads(OFFICE, "organization"),
    "stakeholders:work_organization_edit": form(STAFF, "organization"),
    "stakeholders:work_members": reads(STAFF),
    "stakeholders:work_member_new": form(STAFF),
    "stakeholders:work_member_edit": form(STAFF, "membership"),
    "stakeholders:work_member_leave": acts(STAFF, "membership"),
    "stakeholders:work_people": reads(STAFF),
    "stakeholders:work_person_new": form(STAFF),
    "stakeholders:work_person": reads(STAFF, "person"),
    "stakeholders:work_person_edit": form(STAFF, "person"),
    "stakeholders:work_duplicates": reads(STAFF, "duplicate_kind"),
    "stakeholders:work_duplicate": form(STAFF, "duplicate"),
    "stakeholders:work_keep_apart": acts(STAFF, "duplicate"),
    "stakeholders:work_engagements": reads(OFFICE),
    "stakeholders:work_engagement_new": form(STAFF),
    "stakeholders:work_engagement": reads(OFFICE, "engagement"),
    "stakeholders:work_engagement_edit": form(STAFF, "engagement"),
    "stakeholders:work_engagement_minutes": form(STAFF, "engagement"),
    "stakeholders:work_engagement_step": acts(STAFF, "engagement_step"),
    "stakeholders:work_engagement_invite": form(STAFF, "engagement"),
    "stakeholders:work_attendance": form(STAFF, "engagement"),
    "stakeholders:work_walk_in": acts(STAFF, "engagement"),
    "stakeholders:work_attendance_remove": acts(STAFF, "attendance"),
    "stakeholders:work_engagement_file": form(STAFF, "engagement"),
    "stakeholders:work_engagement_file_remove": acts(STAFF, "public_file"),
    "stakeholders:work_participation": reads(OFFICE),
    "stakeholders:work_agreements": reads(OFFICE),
    "stakeholders:work_agreement_new": form(STAFF),
    "stakeholders:work_agreement": form(STAFF, "agreement"),
    "stakeholders:agreement_file": reads(OFFICE, "agreement"),
    "stakeholders:work_composition": reads(OFFICE),
    "stakeholders:work_targets": form(STAFF, "target_dimension"),
    "stakeholders:work_suggestions": reads(STAFF),
    # -- import and export of lists
    "exchange:history": reads(STAFF),
    "exchange:upload": form(STAFF, "list"),
    "exchange:template": reads(STAFF, "list"),
    "exchange:run": reads(STAFF, "import_run"),
    "exchange:apply": acts(STAFF, "import_run"),
    "exchange:undo": acts(STAFF, "import_run"),
    "exchange:job": reads(STAFF, "import_run"),
    "exchange:problems": reads(STAFF, "import_run"),
    "exchange:export": [
        # Registers are for the whole office, lists of people for those who work with them.
        Row(may=OFFICE, method="POST", arguments="list"),
        Row(may=STAFF, method="POST", arguments="personal_list"),
    ],
    # -- consents and personal data
    "stakeholders:consent_texts": [*reads(STAFF), *acts(LEAD)],
    "stakeholders:person_consents": form(STAFF, "person"),
    "stakeholders:person_export": reads(STAFF, "person"),
    "stakeholders:person_erase": form(LEAD | ADMIN, "person"),
    "stakeholders:erasure_requests": reads(LEAD | ADMIN),
    "stakeholders:erasure_refuse": acts(LEAD | ADMIN, "erasure_request", reason="sample"),
    "stakeholders:my_data": reads(EVERYBODY - {"anonymous"}),
    # Whose account is nobody of the register reads just that.
    "stakeholders:my_data_file": reads(EVERYBODY - {"anonymous"}),
    "stakeholders:my_consent": acts(EVERYBODY - {"anonymous"}),
    "stakeholders:my_erasure": acts(EVERYBODY - {"anonymous"}),
    "stakeholders:my_data_ask": form(EVERYBODY),
    "stakeholders:my_data_link": reads(EVERYBODY, "my_data_link"),
    "stakeholders:my_data_link_file": reads(EVERYBODY, "my_data_link"),
    "stakeholders:my_link_consent": acts(EVERYBODY, "my_data_link", purpose="contact", choice="withdraw"),
    "stakeholders:my_link_erasure": acts(EVERYBODY, "my_data_link"),
    # -- strategy
    "strategy:tree": reads(EVERYBODY),
    "strategy:pillar": reads(EVERYBODY, "pillar"),
    "strategy:initiative": reads(EVERYBODY, "initiative"),
    "strategy:groups": reads(EVERYBODY),
    "strategy:group": reads(EVERYBODY, "group"),
    "strategy:work_tree": reads(OFFICE),
    "strategy:work_pillar_new": form(STAFF),
    "strategy:work_pillar": form(STAFF, "pillar"),
    "strategy:work_strategy_new": form(STAFF, "pillar"),
    "strategy:work_strategy": form(STAFF, "strategy"),
    "strategy:work_initiative_new": form(STAFF),
    "strategy:work_initiative": [*reads(OFFICE, "initiative"), *acts(STAFF, "initiative")],
    "strategy:work_initiative_link": acts(STAFF, "initiative"),
    "strategy:work_initiative_unlink": acts(STAFF, "initiative_link"),
    "strategy:work_initiative_publish": acts(LEAD, "initiative"),
    "strategy:work_groups": reads(OFFICE),
    "strategy:work_group_new": form(STAFF),
    "strategy:work_group": form(STAFF, "group"),
    "strategy:work_group_member": acts(STAFF, "group"),
    "strategy:work_group_member_remove": acts(STAFF, "group_member"),
    "strategy:work_question_new": acts(STAFF, "group"),
    "strategy:work_question_answer": acts(STAFF, "question"),
    # -- actions
    "actions:action_list": reads(EVERYBODY),
    "actions:partners": reads(EVERYBODY),
    "actions:action": reads(EVERYBODY, "action"),
    "actions:work_actions": reads(OFFICE),
    "actions:work_action_new": form(STAFF),
    "actions:work_action": [*reads(OFFICE, "action"), *acts(STAFF, "action")],
    "actions:work_action_start": acts(STAFF, "action"),
    "actions:work_action_finish": acts(STAFF, "action"),
    "actions:work_action_correct": acts(STAFF, "action"),
    "actions:work_action_publish": acts(LEAD, "action"),
    "actions:work_action_partner": acts(STAFF, "action"),
    "actions:work_action_partner_remove": acts(STAFF, "partnership"),
    # -- assessment: what everybody reads
    "assessment:overview": reads(EVERYBODY),
    "assessment:findings": reads(EVERYBODY),
    "assessment:finding": reads(EVERYBODY, "finding"),
    "assessment:hazards": reads(EVERYBODY),
    "assessment:assets": reads(EVERYBODY),
    "assessment:asset": reads(EVERYBODY, "asset"),
    "assessment:programmes": reads(EVERYBODY),
    "assessment:focus_areas": reads(EVERYBODY),
    "assessment:focus_area": reads(EVERYBODY, "focus_area"),
    # -- assessment: surveys, answered by whoever holds a link
    "assessment:survey_list": reads(EVERYBODY),
    "assessment:survey": reads(EVERYBODY, "published_survey"),
    "assessment:survey_form": form(EVERYBODY, "survey_link"),
    "assessment:survey_manifest": reads(EVERYBODY, "survey_link"),
    "assessment:survey_device": reads(EVERYBODY),
    "survey_worker": reads(EVERYBODY),
    "assessment:survey_receipt": reads(EVERYBODY, "receipt"),
    "assessment:survey_results": reads(EVERYBODY, "published_survey"),
    "assessment:survey_chart": reads(EVERYBODY, "chart"),
    "assessment:survey_results_csv": reads(EVERYBODY, "published_survey"),
    "assessment:survey_chart_csv": reads(EVERYBODY, "chart"),
    "assessment:survey_differences": reads(EVERYBODY, "published_survey"),
    "assessment:survey_contradictions": reads(EVERYBODY, "published_survey"),
    "assessment:survey_rounds": reads(EVERYBODY, "published_survey"),
    "assessment:survey_rounds_csv": reads(EVERYBODY, "published_survey"),
    "assessment:work_survey_analysis": reads(OFFICE, "open_survey"),
    # -- assessment: building surveys
    "assessment:work_survey_new": form(STAFF),
    "assessment:work_bank": reads(OFFICE),
    "assessment:work_bank_new": form(STAFF, "bank_kind"),
    "assessment:work_bank_question": form(STAFF, "bank_question"),
    "assessment:work_bank_offer": acts(STAFF, "bank_step"),
    "assessment:work_survey_edit": form(STAFF, "draft_survey"),
    "assessment:work_survey_delete": acts(STAFF, "draft_survey"),
    "assessment:work_survey_builder": reads(OFFICE, "draft_survey"),
    "assessment:work_survey_section_new": form(STAFF, "draft_survey"),
    "assessment:work_survey_section": form(STAFF, "draft_section"),
    "assessment:work_survey_section_move": acts(STAFF, "draft_section", step="down"),
    "assessment:work_survey_section_remove": acts(STAFF, "draft_section"),
    "assessment:work_survey_question_new": form(STAFF, "question_kind"),
    "assessment:work_survey_question": form(STAFF, "draft_question"),
    "assessment:work_survey_question_move": acts(STAFF, "draft_question", step="up"),
    "assessment:work_survey_question_remove": acts(STAFF, "draft_question"),
    "assessment:work_survey_condition": form(STAFF, "draft_question"),
    "assessment:work_survey_question_keep": acts(STAFF, "draft_question"),
    "assessment:work_survey_take": form(STAFF, "draft_survey"),
    "assessment:work_survey_preview": reads(OFFICE, "draft_survey"),
    "assessment:work_survey_preview_form": reads(OFFICE, "draft_survey"),
    "assessment:work_survey_versions": reads(OFFICE, "open_survey"),
    "assessment:work_survey_version_start": acts(STAFF, "open_survey"),
    "assessment:work_survey_version": [*reads(OFFICE, "survey_version"), *acts(STAFF, "draft_version")],
    "assessment:work_survey_version_publish": acts(STAFF, "survey_version"),
    "assessment:work_survey_version_discard": acts(STAFF, "survey_version"),
    "assessment:work_survey_xlsform": reads(OFFICE, "survey_version"),
    "assessment:work_survey_import": form(STAFF, "draft_survey"),
    "assessment:work_survey_import_confirm": acts(STAFF, "draft_survey"),
    "assessment:work_surveys": reads(OFFICE),
    "assessment:work_survey": reads(OFFICE, "open_survey"),
    "assessment:work_survey_open": acts(STAFF, "open_survey"),
    "assessment:work_survey_close": acts(STAFF, "open_survey"),
    "assessment:work_survey_publish": acts(LEAD, "open_survey"),
    "assessment:work_survey_file": form(STAFF, "open_survey"),
    "assessment:work_survey_file_take_in": acts(STAFF, "open_survey"),
    "assessment:work_survey_review": acts(STAFF, "open_survey"),
    "assessment:work_survey_reopen": form(STAFF, "published_survey"),
    "assessment:work_survey_unpublish": acts(LEAD, "published_survey", reason="sample"),
    "assessment:work_survey_link_show": reads(STAFF, "open_invitation"),
    "assessment:work_survey_invitations": reads(STAFF, "open_survey"),
    "assessment:work_survey_quotas": form(STAFF, "open_survey"),
    "assessment:work_survey_address_list": form(STAFF, "open_survey"),
    "assessment:work_survey_invite": acts(STAFF, "open_survey"),
    "assessment:work_survey_remind": acts(STAFF, "open_survey"),
    "assessment:work_survey_targets": form(STAFF, "open_survey"),
    "assessment:work_survey_link": acts(STAFF, "open_survey"),
    "assessment:work_survey_link_withdraw": acts(STAFF, "invitation"),
    "assessment:work_survey_open_answers": reads(STAFF, "open_survey"),
    "assessment:work_open_question": reads(STAFF, "open_question"),
    "assessment:work_open_next": [Row(may=STAFF, arguments="open_question", passed="acts")],
    "assessment:work_open_answer": form(STAFF, "open_answer"),
    "assessment:work_theme_new": form(STAFF, "open_question"),
    "assessment:work_theme": form(STAFF, "theme"),
    "assessment:work_theme_merge": acts(STAFF, "theme"),
    "assessment:work_theme_remove": acts(STAFF, "theme"),
    "assessment:work_survey_exports": reads(STAFF, "open_survey"),
    "assessment:work_survey_export": [
        Row(may=STAFF, method="POST", arguments="published_survey", data={"kind": "csv"}),
        *acts(STAFF, "open_survey", kind="csv"),  # refused while it is open, with a sentence
    ],
    # -- assessment: paper sheets and workshops
    "assessment:survey_short_link": [Row(may=EVERYBODY, arguments="short_link", passed="acts")],
    "assessment:workshop_join": form(EVERYBODY),
    "assessment:workshop_room": form(EVERYBODY, "room"),
    "assessment:workshop_answer": acts(EVERYBODY, "room"),
    "assessment:workshop_state": reads(EVERYBODY, "room"),
    "assessment:workshop_screen": reads(EVERYBODY, "room"),
    "assessment:workshop_screen_state": reads(EVERYBODY, "room"),
    "assessment:work_survey_paper": reads(STAFF, "open_survey"),
    "assessment:work_survey_paper_entry": form(STAFF, "open_survey"),
    "assessment:work_survey_paper_double": acts(STAFF, "open_survey"),
    "assessment:work_survey_paper_count": acts(STAFF, "open_survey"),
    "assessment:work_survey_paper_set_aside": acts(STAFF, "open_survey"),
    "assessment:work_survey_paper_sheet": form(STAFF, "paper_sheet"),
    "assessment:work_survey_paper_correct": form(STAFF, "paper_sheet"),
    "assessment:work_survey_paper_withdraw": acts(STAFF, "paper_sheet"),
    "assessment:work_survey_workshops": form(STAFF, "open_survey"),
    "assessment:work_survey_workshop": reads(STAFF, "workshop"),
    "assessment:work_survey_workshop_state": [Row(may=STAFF, arguments="workshop", passed="acts")],  # 204
    "assessment:work_survey_workshop_open": acts(STAFF, "workshop"),
    "assessment:work_survey_workshop_close": acts(STAFF, "workshop"),
    "assessment:work_survey_workshop_show": acts(STAFF, "workshop"),
    "assessment:work_survey_workshop_end": acts(STAFF, "workshop"),
    "assessment:work_survey_workshop_discard": acts(STAFF, "workshop"),
    "documents:paper_form_request": acts(STAFF, "open_survey", version="1", language="id"),
    "documents:paper_form": reads(STAFF, "paper_form"),
    "documents:paper_form_progress": reads(STAFF, "paper_form"),
    # -- assessment: findings
    "assessment:work_findings": reads(OFFICE),
    "assessment:work_finding_new": form(STAFF),
    "assessment:work_finding": reads(OFFICE, "finding"),
    "assessment:work_finding_edit": form(STAFF, "draft_finding"),
    "assessment:work_finding_step": [
        *acts(STAFF - LEAD, "submit_step"),  # the lead decides: what others wrote is handed over by others
        # The example staff wrote this finding: a sentence about four eyes is more help than a bare 403.
        Row(may=LEAD, method="POST", arguments="accept_step", data={"reason": "x"}, passed="acts",
            but={"cro_staff": "acts"}),
        *acts(LEAD, "publish_step"),
    ],
    "assessment:work_finding_evidence": acts(STAFF, "draft_finding"),
    "assessment:work_finding_evidence_remove": acts(STAFF, "draft_evidence"),
    "assessment:work_finding_attach": acts(STAFF, "finding"),
    # -- assessment: focus areas
    "assessment:work_focus_areas": reads(OFFICE),
    "assessment:work_focus_area_new": form(STAFF),
    "assessment:work_focus_area": reads(OFFICE, "focus_area"),
    "assessment:work_focus_area_edit": form(STAFF, "proposed_area"),
    "assessment:work_focus_area_step": [
        *acts(LEAD, "decide_step", decision="select", reason_id="x", reason_en="x"),
        *acts(LEAD, "publish_area_step"),
    ],
    "assessment:work_focus_area_attach": acts(STAFF, "proposed_area"),
    "assessment:work_focus_area_detach": acts(STAFF, "attached_finding"),
    # -- assessment: hazards, assets, programmes
    "assessment:work_hazards": reads(OFFICE),
    "assessment:work_hazard_new": form(STAFF),
    "assessment:work_hazard": form(STAFF, "hazard"),
    "assessment:work_assets": reads(OFFICE),
    "assessment:work_asset_new": form(STAFF),
    "assessment:work_asset": form(STAFF, "asset"),
    "assessment:work_asset_exposure": acts(STAFF, "asset"),
    "assessment:work_programmes": reads(OFFICE),
    "assessment:work_programme_new": form(STAFF),
    "assessment:work_programme": form(STAFF, "programme"),
    # -- documents
    "documents:public_list": reads(EVERYBODY),
    "documents:edition": reads(EVERYBODY, "published_edition"),
    "documents:download": [*reads(EVERYBODY, "published_file"), *hidden(OFFICE, "draft_file")],
    "documents:work_editions": reads(OFFICE),
    "documents:work_edition_request": acts(EXPORTS),
    "documents:work_edition": reads(OFFICE, "draft_file"),
    "documents:work_edition_progress": reads(OFFICE, "draft_file"),
    "documents:work_edition_publish": acts(EXPORTS, "draft_file"),
    "documents:work_edition_retry": acts(EXPORTS, "draft_file"),
    # -- open data
    "api:api-root": reads(EVERYBODY),
    "api:schema": reads(EVERYBODY),
    "api:cycle-list": reads(EVERYBODY),
    "api:cycle-detail": reads(EVERYBODY, "api_cycle"),
    "api:organization-list": reads(EVERYBODY),
    "api:organization-detail": reads(EVERYBODY, "organization"),
    "api:hazard-list": reads(EVERYBODY),
    "api:hazard-detail": reads(EVERYBODY, "api_hazard"),
    "api:survey-list": reads(EVERYBODY),
    "api:survey-detail": reads(EVERYBODY, "api_survey"),
    "api:survey-results": reads(EVERYBODY, "api_survey"),
    "api:survey-results-csv": reads(EVERYBODY, "api_survey"),
    "api:survey-versions": reads(EVERYBODY, "api_survey"),
    "api:survey-version": reads(EVERYBODY, "api_survey_version"),
    # Opened by the token of a link, whoever asks (test_answering_api.py); POST is refused by both.
    "api:survey-response": acts(EVERYBODY, "api_sheet"),
    "api:survey-draft": acts(EVERYBODY, "api_survey"),
    "api:finding-list": reads(EVERYBODY),
    "api:finding-detail": reads(EVERYBODY, "finding"),
    "api:focus-area-list": reads(EVERYBODY),
    "api:focus-area-detail": reads(EVERYBODY, "api_focus_area"),
    "api:initiative-list": reads(EVERYBODY),
    "api:initiative-detail": reads(EVERYBODY, "initiative"),
    "api:action-list": reads(EVERYBODY),
    "api:action-detail": reads(EVERYBODY, "action"),
    "api:edition-list": reads(EVERYBODY),
    "api:thread": reads(EVERYBODY, "thread"),
}
# fmt: on

# Other people's pages, whose access their own packages test.
NOT_OURS = ("admin:", "account_", "mfa_")
