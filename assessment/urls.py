"""Addresses of the assessment; staff pages lie below kerja/."""

from django.urls import path

from .views import (
    assets,
    findings,
    focus_areas,
    hazards,
    overview,
    programmes,
    survey_form,
    survey_work,
    surveys,
    work_findings,
    work_focus_areas,
    work_inventory,
)

app_name = "assessment"
urlpatterns = [
    # -- what everybody reads
    path("penilaian/", overview.overview, name="overview"),
    path("penilaian/temuan/", findings.finding_list, name="findings"),
    path("penilaian/temuan/<str:code>/", findings.finding, name="finding"),
    path("penilaian/guncangan-tekanan/", hazards.hazard_list, name="hazards"),
    path("penilaian/aset/", assets.asset_list, name="assets"),
    path("penilaian/aset/<slug:code>/", assets.asset, name="asset"),
    path("penilaian/program/", programmes.programme_list, name="programmes"),
    path("fokus-area/", focus_areas.focus_area_list, name="focus_areas"),
    path("fokus-area/<slug:slug>/", focus_areas.focus_area, name="focus_area"),
    # -- findings at work
    path("kerja/temuan/", work_findings.board, name="work_findings"),
    path("kerja/temuan/baru/", work_findings.new, name="work_finding_new"),
    path("kerja/temuan/<str:code>/", work_findings.finding, name="work_finding"),
    path("kerja/temuan/<str:code>/ubah/", work_findings.edit, name="work_finding_edit"),
    path("kerja/temuan/<str:code>/langkah/<slug:step>/", work_findings.step, name="work_finding_step"),
    path("kerja/temuan/<str:code>/bukti/", work_findings.evidence_new, name="work_finding_evidence"),
    path(
        "kerja/temuan/<str:code>/bukti/<int:pk>/hapus/",
        work_findings.evidence_remove,
        name="work_finding_evidence_remove",
    ),
    path("kerja/temuan/<str:code>/fokus-area/", work_findings.attach, name="work_finding_attach"),
    # -- focus areas at work
    path("kerja/fokus-area/", work_focus_areas.focus_area_list, name="work_focus_areas"),
    path("kerja/fokus-area/baru/", work_focus_areas.new, name="work_focus_area_new"),
    path("kerja/fokus-area/<slug:slug>/", work_focus_areas.focus_area, name="work_focus_area"),
    path("kerja/fokus-area/<slug:slug>/ubah/", work_focus_areas.edit, name="work_focus_area_edit"),
    path(
        "kerja/fokus-area/<slug:slug>/langkah/<slug:step>/",
        work_focus_areas.step,
        name="work_focus_area_step",
    ),
    path("kerja/fokus-area/<slug:slug>/temuan/", work_focus_areas.attach, name="work_focus_area_attach"),
    path(
        "kerja/fokus-area/<slug:slug>/temuan/<str:code>/lepas/",
        work_focus_areas.detach,
        name="work_focus_area_detach",
    ),
    # -- shocks and stresses, assets and programmes at work
    path("kerja/guncangan-tekanan/", work_inventory.hazard_list, name="work_hazards"),
    path("kerja/guncangan-tekanan/baru/", work_inventory.hazard_new, name="work_hazard_new"),
    path("kerja/guncangan-tekanan/<slug:slug>/", work_inventory.hazard, name="work_hazard"),
    path("kerja/aset/", work_inventory.asset_list, name="work_assets"),
    path("kerja/aset/baru/", work_inventory.asset_new, name="work_asset_new"),
    path("kerja/aset/<slug:code>/", work_inventory.asset, name="work_asset"),
    path("kerja/aset/<slug:code>/paparan/", work_inventory.exposure, name="work_asset_exposure"),
    path("kerja/program/", work_inventory.programme_list, name="work_programmes"),
    path("kerja/program/baru/", work_inventory.programme_new, name="work_programme_new"),
    path("kerja/program/<slug:code>/", work_inventory.programme, name="work_programme"),
    # -- surveys
    path("survei/", surveys.survey_list, name="survey_list"),
    path("survei/terima/<str:receipt>/", survey_form.survey_receipt, name="survey_receipt"),
    path("survei/<slug:slug>/", surveys.survey, name="survey"),
    path("survei/<slug:slug>/isi/<str:token>/", survey_form.survey_form, name="survey_form"),
    path("survei/<slug:slug>/hasil/", surveys.survey_results_page, name="survey_results"),
    path("survei/<slug:slug>/hasil/<slug:key>/", surveys.survey_chart, name="survey_chart"),
    # -- surveys at work
    path("kerja/survei/", survey_work.survey_table, name="work_surveys"),
    path("kerja/survei/<slug:slug>/", survey_work.survey_monitor, name="work_survey"),
    path(
        "kerja/survei/<slug:slug>/buka/", survey_work.survey_step, {"step": "open"}, name="work_survey_open"
    ),
    path(
        "kerja/survei/<slug:slug>/tutup/",
        survey_work.survey_step,
        {"step": "close"},
        name="work_survey_close",
    ),
    path(
        "kerja/survei/<slug:slug>/terbitkan/",
        survey_work.survey_step,
        {"step": "publish"},
        name="work_survey_publish",
    ),
    path("kerja/survei/<slug:slug>/tautan/", survey_work.survey_link, name="work_survey_link"),
    path(
        "kerja/survei/<slug:slug>/tautan/<int:pk>/cabut/",
        survey_work.survey_link_withdraw,
        name="work_survey_link_withdraw",
    ),
]
