"""The register of organisations, and the forum of the cycle."""

from semarang_resilience.accounts.models import User
from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, pick, texts, the_cycle
from semarang_resilience.places.models import District
from stakeholders.models import ForumMembership, Organization, Person
from stakeholders.operations.forum import add_person, join_forum
from stakeholders.operations.organizations import create_organization


def is_played() -> bool:
    return ForumMembership.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    registered: dict[str, Organization] = {}
    at = moment(table("forum")["since_example"])
    districts = {each.code: each for each in District.objects.defer("geometry")}
    for row in table("organizations")["organizations"]:
        registered[row["code"]] = create_organization(
            by=actor(STAFF),
            at=at,
            parent=registered[row["parent"]] if "parent" in row else None,
            district=districts[row["district"]] if "district" in row else None,
            is_published=True,
            **pick(row, "code", "name", "acronym", "former_names", "sector", "level"),
            **texts(row, "description"),
            **origin(row),
        )
    for row in table("forum")["members"]:
        _join(row, registered[row["organization"]])


def _join(row: Row, organization: Organization) -> None:
    """A member named by a source has been in the forum at least since the day of that source."""
    day = table("cycle")["phases"][0]["actual_end"] if "source" in row else table("forum")["since_example"]
    join_forum(
        cycle=the_cycle(),
        organization=organization,
        person=_person(row, organization) if "person" in row else None,
        since=day,
        by=actor(STAFF),
        at=moment(day),
        **pick(row, "role", "expertise"),
        **origin(row),
    )


def _person(row: Row, organization: Organization) -> Person:
    """A function, never a real person: it may be named, and it is always an example."""
    return add_person(
        organization=organization,
        name=row["person"],
        position=row["position"],
        agreed_to_be_named=True,
        user=User.objects.get(email=row["account"]) if "account" in row else None,
        by=actor(STAFF),
        at=moment(table("forum")["since_example"]),
        **pick(row, "gender"),
        **origin({}),
    )


def memberships() -> dict[str, ForumMembership]:
    """The forum by the keys of the data; people make organisations with several members distinct."""
    found = {
        (member.organization.code, member.person.name if member.person else ""): member
        for member in ForumMembership.objects.filter(cycle=the_cycle()).select_related(
            "organization", "person", "cycle"
        )
    }
    return {
        row["key"]: found[row["organization"], row.get("person", "")] for row in table("forum")["members"]
    }


CHAPTER = Chapter("organisations and forum", is_played, play)
