"""Addresses of import and export."""

from django.urls import path

from .views import exports, imports

app_name = "exchange"
urlpatterns = [
    path("kerja/impor/", imports.history, name="history"),
    path("kerja/impor/berkas/<int:pk>/", imports.run, name="run"),
    path("kerja/impor/berkas/<int:pk>/terapkan/", imports.apply, name="apply"),
    path("kerja/impor/berkas/<int:pk>/urungkan/", imports.undo, name="undo"),
    path("kerja/impor/berkas/<int:pk>/pekerjaan/", imports.job, name="job"),
    path("kerja/impor/berkas/<int:pk>/masalah/", exports.problems, name="problems"),
    path("kerja/impor/<slug:kind>/", imports.upload, name="upload"),
    path("kerja/impor/<slug:kind>/templat/", exports.template, name="template"),
    path("kerja/ekspor/<slug:kind>/", exports.export, name="export"),
]
