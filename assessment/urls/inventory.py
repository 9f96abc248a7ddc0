"""Shocks and stresses, assets and programmes at work."""

from django.urls import path

from assessment.views import work_inventory

urlpatterns = [
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
]
