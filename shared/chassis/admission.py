"""How a delivered record enters a transaction: from the log past the offset fence, or from parking past its key."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import inbox, parking
from chassis.cause import Delivery


async def admit(connection: AsyncConnection, delivery: Delivery) -> None:
    """Settles the door of a delivery; see `inbox.enter` and `parking.take` for what it may raise."""
    if delivery.parked_id is None:
        await inbox.enter(connection, delivery)
    else:
        await parking.take(connection, delivery)
        await inbox.enter_again(connection, delivery)
