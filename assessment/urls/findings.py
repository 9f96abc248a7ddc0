"""Findings and focus areas at work."""

from django.urls import path

from assessment.views import work_findings, work_focus_areas

urlpatterns = [
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
]
