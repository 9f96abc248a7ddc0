"""What everybody reads."""

from django.urls import path

from assessment.views import assets, findings, focus_areas, hazards, overview, programmes

urlpatterns = [
    path("penilaian/", overview.overview, name="overview"),
    path("penilaian/temuan/", findings.finding_list, name="findings"),
    path("penilaian/temuan/<str:code>/", findings.finding, name="finding"),
    path("penilaian/guncangan-tekanan/", hazards.hazard_list, name="hazards"),
    path("penilaian/aset/", assets.asset_list, name="assets"),
    path("penilaian/aset/<slug:code>/", assets.asset, name="asset"),
    path("penilaian/program/", programmes.programme_list, name="programmes"),
    path("fokus-area/", focus_areas.focus_area_list, name="focus_areas"),
    path("fokus-area/<slug:slug>/", focus_areas.focus_area, name="focus_area"),
]
