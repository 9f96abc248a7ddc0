"""The component gallery: every part in every variant, with sample data, for the eye and for axe."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from semarang_resilience.core.components.rendering import Mark
from semarang_resilience.core.http import public, reads

DONE = Mark(label="Selesai", tone="success", icon="circle-check")
RUNNING = Mark(label="Sedang berjalan", tone="info", icon="circle-dot")
PLANNED = Mark(label="Akan berjalan", tone="neutral", icon="circle-dashed")
LATE = Mark(label="Terlambat", tone="warning", icon="clock")
REJECTED = Mark(label="Ditolak", tone="danger", icon="circle-x")


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Judul temuan", help_text="Satu kalimat yang dapat dibantah.")
    text = forms.CharField(label="Penjelasan", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    kind = forms.ChoiceField(label="Jenis", choices=[("", "Pilih…"), ("s", "Kekuatan"), ("w", "Kelemahan")])
    found_on = forms.DateField(label="Tanggal", required=False, help_text="Hari ditemukannya.")
    level = forms.ChoiceField(
        label="Tingkat bukti",
        choices=[("1", "Pendapat"), ("2", "Survei"), ("3", "Data resmi")],
        widget=forms.RadioSelect,
    )
    drivers = forms.MultipleChoiceField(
        label="Penggerak",
        choices=[("a", "Memenuhi kebutuhan dasar"), ("b", "Menjamin kesinambungan layanan")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="Saya sudah memeriksa sumbernya", required=False)


class SampleFilter(forms.Form):
    """A filter as a list page has it."""

    pillar = forms.ChoiceField(
        label="Pilar", choices=[("", "Semua"), ("1", "Air & energi"), ("4", "Mobilitas")]
    )
    status = forms.ChoiceField(label="Status", choices=[("", "Semua"), ("done", "Selesai")])
    text = forms.CharField(label="Kata", required=False)


def _thread() -> list[dict[str, Any]]:
    """A thread from the survey to the document, with one gap."""
    return [
        {
            "kind": "survey",
            "kind_label": "Survei",
            "title": "Survei persepsi 2015",
            "url": "#thread",
            "more": 3,
        },
        {
            "kind": "finding",
            "kind_label": "Temuan",
            "title": "Rob makin sering menutup jalan pesisir",
            "url": "#thread",
            "reason": "Dijawab “perlu diperbaiki” oleh 61% responden.",
        },
        {"kind": "focus_area", "kind_label": "Fokus area", "title": "Perubahan lingkungan", "url": "#thread"},
        {
            "kind": "initiative",
            "kind_label": "Inisiatif 1.2.1",
            "title": "Pemanenan air hujan",
            "current": True,
            "reason": "Menjawab pertanyaan penelusuran tentang air baku.",
        },
        {"kind": "action", "kind_label": "Kegiatan", "title": "", "url": ""},
    ]


def _phases() -> list[dict[str, Any]]:
    """Three phases: one over, one under way, one to come."""
    return [
        {
            "title": "Tahap 1: Penilaian awal",
            "position": 1,
            "planned_start": date(2015, 5, 1),
            "planned_end": date(2015, 9, 1),
            "actual_start": date(2015, 5, 1),
            "actual_end": date(2015, 11, 1),
            "summary": "Forum pemangku kepentingan, penilaian berbasis persepsi, fokus area.",
            "outputs": "Penilaian Awal Ketahanan Kota (PRA)\nLima fokus area",
        },
        {
            "title": "Tahap 2: Diagnosis dan strategi",
            "position": 2,
            "planned_start": date(2015, 9, 1),
            "planned_end": date(2016, 1, 1),
            "actual_start": date(2015, 11, 1),
            "summary": "Kelompok kerja mendalami setiap fokus area.",
        },
        {
            "title": "Rencana tindak lanjut",
            "planned_start": date(2016, 1, 1),
            "planned_end": date(2018, 1, 1),
        },
    ]


def _figure() -> SimpleNamespace:
    """A tiny chart drawn by hand, in the shape that the figures of the portal have."""
    rows = [("Rob", 61), ("Banjir", 54), ("Kekeringan", 38)]
    bars = "".join(
        f'<text x="0" y="{24 + 40 * i}" font-size="15" fill="#15262b">{name}</text>'
        f'<rect x="110" y="{8 + 40 * i}" width="{5 * share}" height="24" fill="#0b5563"/>'
        f'<text x="{118 + 5 * share}" y="{25 + 40 * i}" font-size="15" fill="#15262b">{share}%</text>'
        for i, (name, share) in enumerate(rows)
    )
    return SimpleNamespace(
        svg=mark_safe(f'<svg width="520" height="120" viewBox="0 0 520 120">{bars}</svg>'),  # noqa: S308
        title="Ancaman yang dirasakan semakin sering",
        description="Rob disebut paling sering, disusul banjir dan kekeringan.",
        table=SimpleNamespace(headers=["Ancaman", "Bagian"], rows=[(n, f"{s}%") for n, s in rows]),
        permalink="#figure",
    )


def _tree() -> list[dict[str, Any]]:
    """A pillar with strategies and initiatives."""
    return [
        {
            "code": "1",
            "title": "Air dan energi berkelanjutan",
            "url": "#tree",
            "children": [
                {
                    "code": "1.2",
                    "title": "Mendorong pemakaian air yang bijak",
                    "url": "#tree",
                    "children": [
                        {"code": "1.2.1", "title": "Pemanenan air hujan", "url": "#tree", "status": RUNNING},
                        {
                            "code": "1.2.2",
                            "title": "Daur ulang air",
                            "url": "#tree",
                            "status": PLANNED,
                            "meta": "PDAM",
                        },
                    ],
                }
            ],
        },
        {"code": "4", "title": "Mobilitas terpadu", "url": "#tree"},
    ]


@public
@reads
def gallery(request: HttpRequest) -> HttpResponse:
    """Open to all in development; in production a tool of the office."""
    if not settings.DEBUG:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_office:
            raise PermissionDenied
    return render(request, "portal/gallery.html", _samples() | _sample_forms(request))


def _samples() -> dict[str, Any]:
    """What the parts show: statuses, links, lists, charts."""
    return {
        "marks": [DONE, RUNNING, PLANNED, LATE, REJECTED],
        "done": DONE,
        "running": RUNNING,
        "parts": [(DONE, 11, "#share"), (RUNNING, 9, "#share"), (PLANNED, 5, ""), (LATE, 2, "")],
        "day": date(2016, 5, 23),
        "thread": _thread(),
        "phases": _phases(),
        "figure": _figure(),
        "tree": _tree(),
        "links": [("Perubahan iklim", "#tags"), ("Rob", "#tags"), ("Transportasi", None)],
        "page": Paginator(range(213), 20).page(4),
        "single": Paginator(range(3), 20).page(1),
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "markdown_text": "Kota **tangguh** bukan kota tanpa bencana.\n\n* belajar dari yang lalu\n* bersiap",
    }


def _sample_forms(request: HttpRequest) -> dict[str, Any]:
    """Forms: empty, broken, as a filter, as a survey."""
    broken = SampleForm({"title": "", "kind": "", "level": ""}, auto_id="broken_%s")
    broken.is_valid()
    return {
        "form": SampleForm(),
        "broken": broken,
        "filter_form": SampleFilter(request.GET or None, auto_id="filter_%s"),
        "choices": [
            {"value": "gov", "label": "Pemerintah", "help": "OPD, kecamatan, kelurahan"},
            {"value": "cso", "label": "Masyarakat sipil"},
            {"value": "biz", "label": "Swasta"},
        ],
        "scale": [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")],
        "scales": [
            {"name": "rob_now", "label": "Sekarang", "value": 4},
            {"name": "rob_future", "label": "Sepuluh tahun mendatang", "value": ""},
        ],
        "step_names": ["Tentang Anda", "Penggerak", "Ancaman", "Kirim"],
    }
