"""The board's story: access, listings and their verification, the four states, expiry. Public doors only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.person import Answer, Person
from demo.world import World, eventually

SHANGHAI = ZoneInfo("Asia/Shanghai")
_CONTACT = {
    "contact_person": "联系人",
    "channels": [{"kind": "phone", "value": "010-55550000"}],
    "region": "上海",
    "industry": "制造业",
    "introduction": "示例参与人",
    "preferred_counterparties": "不限",
}
_CATEGORIES = {"dong-hai-operator": "enterprise", "hua-tong-lender": "bank"}


@dataclass
class Board:
    """What has happened so far: the listings by the name the market gives them."""

    world: World
    listings: dict[str, str] = field(default_factory=dict)

    @property
    def candidates(self) -> list[dict[str, Any]]:
        """The market's listings, each with what is expected of it."""
        found: list[dict[str, Any]] = self.world.manifest["listings"]
        return found

    def candidate(self, name: str) -> dict[str, Any]:
        """One of them."""
        return next(one for one in self.candidates if one["name"] == name)

    def expecting(self, expected: str) -> list[dict[str, Any]]:
        """Those of which this is expected."""
        return [one for one in self.candidates if one["expected"] == expected]

    def owner(self, name: str) -> Person:
        """Who publishes it."""
        return self.world.person(self.candidate(name)["user"])

    def introduce(self, person: Person) -> Answer:
        """Business information, mandatory before the first submission (P7.2)."""
        information = _CONTACT | {"institution_category": _CATEGORIES.get(person.user)}
        return person.tell("PUT", "/my/business-information", information, expect=200)

    def draft(self, name: str) -> Answer:
        """Drafts one of the market's listings."""
        given, person = self.candidate(name), self.owner(name)
        content = {given["area"]: given["terms"] | self._lines(person, given)}
        drafted = person.tell("POST", "/listings", content, expect=201)
        self.listings[name] = drafted.body["id"]
        return drafted

    def submit(self, name: str, *, expect: int = 202) -> Answer:
        """Hands it to review with its declaration of truth (P4.6)."""
        person, path = self.owner(name), f"/listings/{self.listings[name]}"
        text = person.ask("/guide", kind="declaration").body
        draft = person.ask(path)
        declaration = {
            "accepted": True,
            "text_version": text["version"],
            "content_hash": draft.body["draft"]["content_hash"],
        }
        return person.tell(
            "POST", f"{path}/submission", {"declaration": declaration}, expect=expect, if_match=draft.etag
        )

    def publish(self, name: str) -> None:
        """Drafts and submits."""
        self.draft(name)
        self.submit(name)

    def standing(self, name: str) -> dict[str, Any]:
        """How it stands, as its owner sees it."""
        found: dict[str, Any] = self.owner(name).ask(f"/listings/{self.listings[name]}").body
        return found

    def case(self, name: str) -> dict[str, Any]:
        """Its verification, as its owner sees it."""
        found: dict[str, Any] = self.owner(name).ask(f"/my/cases/{self.listings[name]}").body
        return found

    def until(self, name: str, **expected: Any) -> dict[str, Any]:
        """Waits until it stands so."""

        def looked() -> dict[str, Any] | None:
            found = self.standing(name)
            return found if all(found[field] == value for field, value in expected.items()) else None

        return eventually(looked, what=f"{name}: {expected}")

    def move(self, name: str, target: str, *, expect: int = 200) -> Answer:
        """A move between the four states (P12.1)."""
        return self.owner(name).tell(
            "POST", f"/listings/{self.listings[name]}/state", {"target": target}, expect=expect
        )

    def approve(self, name: str, reviewer: Person) -> Answer:
        """A reviewer takes the case from the queue and approves it (P11.9)."""

        def queued() -> dict[str, Any] | None:
            items = reviewer.ask("/review/queue").body["items"]
            return next((one for one in items if one["listing_id"] == self.listings[name]), None)

        case = eventually(queued, what=f"{name} stands in the queue")
        reviewer.tell("POST", f"/review/cases/{case['case_id']}/claim", expect=200)
        return reviewer.tell("POST", f"/review/cases/{case['case_id']}/approval", expect=200)

    def let_expire(self, name: str) -> dict[str, Any]:
        """The end of its validity passes while the service is away (P12.2)."""
        end = datetime.fromisoformat(self.candidate(name)["terms"]["valid_until"]).replace(tzinfo=SHANGHAI)
        self.world.stagehand.hold("listing")
        self.world.stagehand.set_clock(end + timedelta(days=1, minutes=1))
        self.world.stagehand.release("listing")
        return self.until(name, state="expired")

    def _lines(self, person: Person, given: dict[str, Any]) -> dict[str, Any]:
        if given["area"] == "pledgee":
            return {}
        positions = person.ask("/my/pledgeable-holdings").body["positions"]
        return {"lines": [_line(one, positions) for one in given["lines"]]}


def _line(wanted: dict[str, Any], positions: list[dict[str, Any]]) -> dict[str, Any]:
    """A line names its account by reference, as the pledgeable holdings do: numbers are shown masked."""
    ending = wanted["unified_account"][-4:]
    position = next(
        one
        for one in positions
        if (one["market"], one["security"]) == (wanted["market"], wanted["security"])
        and one["account"].endswith(ending)
    )
    return {name: wanted[name] for name in ("market", "security", "share_class", "quantity")} | {
        "account_ref": position["account_ref"]
    }
