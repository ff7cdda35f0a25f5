"""The door's story: home pages, live updates over two devices and a reconnect, cached reads. By the typed client."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import httpx2

from demo.follower import Follower, Heard
from demo.person import Person
from demo.world import World
from pledgeboard_client import Client, models

READ = "messaging.notification.read.v1"
DELIVERED_WITHIN_S = 2.0


@dataclass(frozen=True)
class Door:
    """The one public address, as somebody's own program sees it."""

    world: World

    def client(self, person: Person) -> Client:
        """The typed client, with a person's own rights."""
        return Client(self.world.gateway, token=person.token)

    def home(self, person: Person) -> models.GatewayHomePage:
        """What stands on the home page."""
        with self.client(person) as client:
            return client.read_home().body

    def unread(self, person: Person) -> list[UUID]:
        """The notifications this person has not read, the newest first."""
        with self.client(person) as client:
            return [one.id for one in client.list_my_notifications(unread=True, limit=50).body.items]

    def busiest(self, people: Iterable[Person]) -> Person:
        """Who has most to read."""
        return max(people, key=lambda person: len(self.unread(person)))

    def follow(self, person: Person, *, last: str | None = None) -> Follower:
        """A device of this person that is told what happens."""
        return Follower(self.world.gateway, person.token, last=last)

    def read(self, person: Person, notification: UUID) -> None:
        """Reads one on another device."""
        with self.client(person) as client:
            client.mark_notification_read(notification_id=notification)

    def read_on_another_device(self, person: Person, notification: UUID) -> tuple[Heard, str]:
        """What the connected device hears of it, and where it stands then."""
        with self.follow(person) as device:
            device.wait_for("here", within=5)
            self.read(person, notification)
            return self.heard_read(device, notification), device.place

    def heard_read(self, device: Follower, notification: UUID, *, within: float = DELIVERED_WITHIN_S) -> Heard:
        """That a notification was read.

        Raises:
            NotHeard: it is not told in time.
        """
        return device.wait_for(READ, within=within, notification_id=str(notification))

    def sign_out_while_connected(self, person: Person) -> bool:
        """Whether the connection of a login ends when it signs out."""
        with self.follow(person) as device:
            device.wait_for("here", within=5)
            person.tell("DELETE", "/session", {"refresh_token": None}, expect=204)
            return device.wait_for_end(within=DELIVERED_WITHIN_S)

    def guide_twice(self) -> tuple[httpx2.Response, httpx2.Response]:
        """The guide, and once more by whoever has it already; nobody is signed in."""
        address = f"{self.world.gateway}/api/v1/guide"
        first = httpx2.get(address, timeout=10)
        return first, httpx2.get(address, headers={"If-None-Match": first.headers["etag"]}, timeout=10)
