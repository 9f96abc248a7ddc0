"""The same few people, and a small programme that they play through the operations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from actions.models import Action
from actions.operations.actions import plan_action
from assessment.models import Dimension, Driver, FocusArea, Framework, Hazard
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.models import Cycle
from stakeholders.models import ForumMembership, Organization, Person
from stakeholders.operations.forum import add_person, join_forum
from stakeholders.operations.organizations import create_organization
from strategy.models import Initiative, Pillar, Strategy, WorkingGroup
from strategy.operations.groups import form_group
from strategy.operations.tree import add_initiative, add_pillar, add_strategy, link_focus_area

AT = datetime(2016, 6, 1, 3, 0, tzinfo=UTC)
LAUNCH = date(2016, 5, 23)


def make_user(name: str, *roles: Role) -> User:
    """An account with roles, as `accounts.operations.create_account` would make it."""
    return User.objects.create_user(f"{name.lower()}@contoh.semarang", name=name, roles=list(roles))


@dataclass
class People:
    """Sari is staff, Lestari leads, Bagas is the mayor's office, Ani administers, Mitra is a forum member."""

    @cached_property
    def sari(self) -> User:
        return make_user("Sari", Role.CRO_STAFF)

    @cached_property
    def lestari(self) -> User:
        return make_user("Lestari", Role.CRO_LEAD)

    @cached_property
    def bagas(self) -> User:
        return make_user("Bagas", Role.LEADERSHIP)

    @cached_property
    def ani(self) -> User:
        return make_user("Ani", Role.ADMINISTRATOR)

    @cached_property
    def mitra(self) -> User:
        return make_user("Mitra", Role.FORUM_MEMBER)


class Programme:
    """One cycle and builders for what stands in it; every row is made by its operation, in both languages."""

    def __init__(self, people: People, *, slug: str = "2015") -> None:
        self.people = people
        self.cycle = Cycle.objects.create(
            slug=slug,
            name="Siklus 2015",
            planned_start=date(2015, 5, 1),
            planned_end=date(2016, 1, 31),
            launched_on=LAUNCH,
        )
        self.numbers: dict[str, int] = {}

    def _next(self, what: str) -> int:
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what]

    @property
    def _who(self) -> dict[str, Any]:
        return {"by": self.people.sari, "at": AT}

    def organization(self, **fields: Any) -> Organization:
        number = self._next("organization")
        values = {
            "code": f"org-{number}",
            "name": f"Organisasi {number}",
            "sector": "government",
            "is_published": True,
        }
        return create_organization(**(values | fields), **self._who)

    def person(self, organization: Organization | None = None, **fields: Any) -> Person:
        number = self._next("person")
        values = {"name": f"Wakil {number}", "organization": organization or self.organization()}
        return add_person(**(values | fields), **self._who)

    def member(self, person: Person | None = None, **fields: Any) -> ForumMembership:
        person = person or self.person()
        values = {
            "cycle": self.cycle,
            "organization": person.organization,
            "person": person,
            "since": date(2015, 7, 1),
        }
        return join_forum(**(values | fields), **self._who)

    @cached_property
    def drivers(self) -> list[Driver]:
        framework = Framework.objects.create(slug="uji", name="Kerangka uji", version="1")
        dimension = Dimension.objects.create(framework=framework, position=1, name="Infrastruktur")
        return [
            Driver.objects.create(
                dimension=dimension, position=n, name=f"Penggerak {n}", short_name=f"Penggerak {n}"
            )
            for n in (1, 2)
        ]

    def hazard(self) -> Hazard:
        number = self._next("hazard")
        return Hazard.objects.create(
            cycle=self.cycle, slug=f"bahaya-{number}", kind="shock", position=number, name=f"Bahaya {number}"
        )

    def focus_area(self, *, status: str = "selected", is_published: bool = True) -> FocusArea:
        """A focus area as the assessment hands it over: chosen and published unless said otherwise."""
        number = self._next("focus_area")
        decided = status != "proposed"
        return FocusArea.objects.create(
            cycle=self.cycle,
            slug=f"fokus-{number}",
            position=number,
            name_ind=f"Fokus {number}",
            name_en=f"Focus {number}",
            status=status,
            decided_by=self.people.lestari if decided else None,
            decided_at=AT if decided else None,
            decision_reason="Pilihan forum" if decided else "",
            is_published=is_published and decided,
        )

    def group(self, focus_area: FocusArea | None = None) -> WorkingGroup:
        focus_area = focus_area or self.focus_area()
        content = {"name_id": f"Pokja {focus_area.position}", "name_en": f"Group {focus_area.position}"}
        return form_group(focus_area=focus_area, formed_on=date(2015, 11, 6), **content, **self._who)

    def pillar(self, number: int | None = None) -> Pillar:
        number = number or self._next("pillar")
        content = {"name_id": f"Pilar {number}", "name_en": f"Pillar {number}"}
        return add_pillar(cycle=self.cycle, number=number, **content, **self._who)

    def strategy(self, pillar: Pillar | None = None) -> Strategy:
        pillar = pillar or self.pillar()
        number = self._next(f"strategy {pillar.pk}")
        content = {"name_id": f"Strategi {number}", "name_en": f"Strategy {number}"}
        return add_strategy(pillar=pillar, number=number, **content, **self._who)

    def draft(self, strategy: Strategy | None = None, **fields: Any) -> Initiative:
        """An initiative that still lacks what publication asks for."""
        strategy = strategy or self.strategy()
        number = self._next(f"initiative {strategy.pk}")
        content = {"name_id": f"Inisiatif {strategy.code}.{number}", "name_en": f"Initiative {number}"}
        return add_initiative(strategy=strategy, number=number, **(content | fields), **self._who)

    def complete(self, strategy: Strategy | None = None, **fields: Any) -> Initiative:
        """An initiative with everything that publication asks for."""
        initiative = self.draft(strategy, **({"lead": self.organization()} | fields))
        content = {"reason_id": "Menjawab kebutuhan", "reason_en": "Answers the need"}
        link_focus_area(initiative=initiative, focus_area=self.focus_area(), **content, **self._who)
        return initiative

    def action(self, **fields: Any) -> Action:
        """An action with everything that publication asks for."""
        values = {
            "cycle": self.cycle,
            "name_id": "Kegiatan",
            "name_en": "Action",
            "planned_start": date(2016, 7, 1),
            "planned_end": date(2016, 12, 31),
        }
        if "lead" not in fields:
            values["lead"] = self.organization()
        return plan_action(**(values | fields), **self._who)
