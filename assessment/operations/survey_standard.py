"""The standard perception survey: drivers by dimension, shocks and stresses, two choices, one open question.

The programme's own wording was never published; this one is ours (docs/glossary.md). Ratings may be left
blank, because a question that somebody must answer without knowing measures nothing.

The extended survey asks the same under the same keys, so that both compare, and goes further: how likely
shocks are and how heavy their damage, how ready households feel, which places must not fail, and what comes
first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from assessment.models import Driver, Framework, Hazard, HazardAspects, HazardKind, QuestionKind
from semarang_resilience.core.models import Cycle

from .survey_specs import BothLanguages, OptionSpec, QuestionSpec, SectionSpec

_DRIVERS_INTRODUCTION = BothLanguages(
    id="Seberapa baik kota kita hari ini dalam hal-hal berikut? "
    "Pilih “Saya tidak bisa menilai” bila tidak tahu.",
    en="How well does our city do today in the following? Choose “I can't judge this” if you do not know.",
)
_HAZARD_SECTIONS = {
    HazardKind.SHOCK: (
        BothLanguages(id="Guncangan", en="Shocks"),
        BothLanguages(
            id="Guncangan adalah kejadian mendadak. Seberapa berat masing-masing bagi kota kita sekarang, "
            "dan sepuluh tahun lagi bila tidak ada yang berubah? 1 = hampir tidak terasa, 5 = sangat berat.",
            en="A shock is a sudden event. How severe is each for our city now, and in ten years if nothing "
            "changes? 1 = hardly felt, 5 = very severe.",
        ),
    ),
    HazardKind.STRESS: (
        BothLanguages(id="Tekanan", en="Stresses"),
        BothLanguages(
            id="Tekanan adalah masalah yang berlangsung terus atau berulang. "
            "Seberapa berat masing-masing sekarang, dan sepuluh tahun lagi bila tidak ada yang berubah? "
            "1 = hampir tidak terasa, 5 = sangat berat.",
            en="A stress is a problem that lasts or keeps coming back. "
            "How severe is each now, and in ten years if nothing changes? 1 = hardly felt, 5 = very severe.",
        ),
    ),
}
_MEASURES = (
    ("Drainase dan pelindung banjir yang lebih baik", "Better drainage and flood protection"),
    ("Peringatan dini dan latihan kesiapsiagaan", "Early warning and preparedness training"),
    ("Air bersih dan sanitasi", "Clean water and sanitation"),
    ("Angkutan umum dan jalan yang lebih aman", "Public transport and safer roads"),
    ("Lapangan kerja dan keterampilan", "Jobs and skills"),
    ("Pengelolaan sampah", "Waste management"),
    (
        "Informasi terbuka dan perencanaan bersama warga",
        "Open information and planning together with residents",
    ),
)


_LIKELIHOOD_INTRODUCTION = BothLanguages(
    id="Guncangan adalah kejadian mendadak. Untuk masing-masing: seberapa berat sekarang dan "
    "sepuluh tahun lagi, seberapa mungkin terjadi, dan seberapa besar kerugiannya? "
    "1 = paling rendah, 5 = paling tinggi.",
    en="A shock is a sudden event. For each: how severe is it now and in ten years, how likely is it, and "
    "how heavy would the damage be? 1 = lowest, 5 = highest.",
)
_STEPS = (
    ("Membersihkan saluran dan sungai", "Clearing drains and rivers"),
    ("Menambah tempat dan jalur evakuasi", "More shelters and escape routes"),
    ("Memperbaiki rumah yang sering tergenang", "Repairing homes that are often flooded"),
    ("Menyediakan air bersih cadangan", "Providing a reserve of clean water"),
    ("Menanam pohon dan membuat ruang teduh", "Planting trees and making shade"),
    ("Melatih warga dan relawan", "Training residents and volunteers"),
    ("Membantu usaha kecil pulih lebih cepat", "Helping small businesses to recover faster"),
)


def standard_sections(*, framework: Framework, cycle: Cycle) -> list[SectionSpec]:
    """The sections of the standard survey for the drivers of `framework` and the city's own hazards."""
    drivers = list(Driver.objects.for_list().filter(dimension__framework=framework))
    hazards = Hazard.objects.for_list().filter(cycle=cycle)
    return [*_driver_sections(drivers), *_hazard_sections(hazards), _closing_section(drivers)]


def extended_sections(*, framework: Framework, cycle: Cycle) -> list[SectionSpec]:
    """The standard survey with likelihood and impact of shocks, a scale, a nomination and a priority vote."""
    *rated, closing = standard_sections(framework=framework, cycle=cycle)
    return [*map(_with_likelihood, rated), *_further_sections(), closing]


def _with_likelihood(section: SectionSpec) -> SectionSpec:
    """Shocks are events: people can say how likely one is. A stress is there already."""
    is_shocks = all(
        question.hazard and question.hazard.kind == HazardKind.SHOCK for question in section.questions
    )
    if not is_shocks:
        return section
    questions = [replace(question, aspects=HazardAspects.ALL) for question in section.questions]
    return replace(section, questions=questions, introduction=_LIKELIHOOD_INTRODUCTION)


def _further_sections() -> list[SectionSpec]:
    return [_home_section(), _first_steps_section()]


def _home_section() -> SectionSpec:
    return SectionSpec(
        title=BothLanguages(id="Rumah dan lingkungan Anda", en="Your home and surroundings"),
        questions=[
            QuestionSpec(
                key="household-readiness",
                kind=QuestionKind.SCALE,
                text=BothLanguages(
                    id="Seberapa siap rumah tangga Anda bila listrik dan air terputus selama tiga hari?",
                    en="How ready is your household if power and water fail for three days?",
                ),
                levels=5,
                low=BothLanguages(id="sama sekali belum siap", en="not ready at all"),
                high=BothLanguages(id="sangat siap", en="fully ready"),
            ),
            QuestionSpec(
                key="vital-place",
                kind=QuestionKind.ASSET_NOMINATION,
                text=BothLanguages(
                    id="Tempat atau sarana mana yang paling tidak boleh lumpuh saat terjadi bencana?",
                    en="Which place or facility must on no account fail in a disaster?",
                ),
                help=BothLanguages(
                    id="Misalnya pompa, jembatan, rumah sakit, atau pasar. Sebutkan namanya.",
                    en="For instance a pump, a bridge, a hospital or a market. Give its name.",
                ),
            ),
        ],
    )


def _first_steps_section() -> SectionSpec:
    return SectionSpec(
        title=BothLanguages(id="Langkah pertama", en="First steps"),
        questions=[
            QuestionSpec(
                key="first-steps",
                kind=QuestionKind.PRIORITY_VOTE,
                text=BothLanguages(
                    id="Apa yang perlu dikerjakan lebih dulu di lingkungan Anda?",
                    en="What should be done first in your neighbourhood?",
                ),
                help=BothLanguages(id="Pilih paling banyak tiga.", en="Choose at most three."),
                max_choices=3,
                options=[OptionSpec(label=BothLanguages(id=id_, en=en)) for id_, en in _STEPS],
            ),
        ],
    )


def _driver_sections(drivers: list[Driver]) -> list[SectionSpec]:
    numbered = enumerate(drivers, start=1)
    return [
        SectionSpec(
            title=BothLanguages.of(dimension, "name"),
            introduction=_DRIVERS_INTRODUCTION,
            questions=[
                QuestionSpec(
                    key=f"driver-{number:02d}",
                    kind=QuestionKind.DRIVER_RATING,
                    text=BothLanguages.of(driver, "name"),
                    help=BothLanguages.of(driver, "description").cut(400),
                    driver=driver,
                )
                for number, driver in members
            ],
        )
        for dimension, members in groupby(numbered, key=lambda pair: pair[1].dimension)
    ]


def _hazard_sections(hazards: Iterable[Hazard]) -> list[SectionSpec]:
    sections = []
    for kind, members in groupby(hazards, key=lambda hazard: hazard.kind):
        title, introduction = _HAZARD_SECTIONS[HazardKind(kind)]
        questions = [
            QuestionSpec(
                key=f"hazard-{hazard.slug.replace('_', '-')}",
                kind=QuestionKind.HAZARD_RATING,
                text=BothLanguages.of(hazard, "name"),
                help=BothLanguages.of(hazard, "description").cut(400),
                hazard=hazard,
            )
            for hazard in members
        ]
        sections.append(SectionSpec(title=title, introduction=introduction, questions=questions))
    return sections


def _closing_section(drivers: list[Driver]) -> SectionSpec:
    dimensions = [next(members).dimension for _, members in groupby(drivers, key=lambda d: d.dimension_id)]
    return SectionSpec(
        title=BothLanguages(id="Yang perlu didahulukan", en="What should come first"),
        questions=[
            QuestionSpec(
                key="priority-dimension",
                kind=QuestionKind.SINGLE,
                text=BothLanguages(
                    id="Aspek mana yang paling perlu didahulukan dalam beberapa tahun ke depan?",
                    en="Which aspect needs attention first in the coming years?",
                ),
                options=[OptionSpec(label=BothLanguages.of(dimension, "name")) for dimension in dimensions],
            ),
            QuestionSpec(
                key="helpful-measures",
                kind=QuestionKind.MULTIPLE,
                text=BothLanguages(
                    id="Apa yang paling membantu kota kita menjadi lebih tangguh?",
                    en="What would help our city most to become more resilient?",
                ),
                help=BothLanguages(id="Boleh memilih lebih dari satu.", en="You may choose more than one."),
                options=[OptionSpec(label=BothLanguages(id=id_, en=en)) for id_, en in _MEASURES],
            ),
            QuestionSpec(
                key="suggestion",
                kind=QuestionKind.TEXT,
                text=BothLanguages(
                    id="Apa lagi yang perlu diketahui tim ketahanan kota?",
                    en="What else should the resilience team know?",
                ),
                help=BothLanguages(
                    id="Jangan tulis nama, alamat, atau nomor telepon.",
                    en="Please do not write names, addresses or telephone numbers.",
                ),
            ),
        ],
    )
