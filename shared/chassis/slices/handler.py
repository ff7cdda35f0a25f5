"""What a service gives the slice consumer: how to decode a slice, and how to write it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause
from chassis.slices.slice import Message, Slice


class NotReady(OSError):
    """A handler's word that it cannot write a slice now and will be able to: the partition waits, as for a server."""


class SliceWork(Protocol):
    """The unit of work of a slice: the chassis sets savepoints on its connection."""

    @property
    def connection(self) -> AsyncConnection:
        """The transaction's."""
        ...


W = TypeVar("W", bound=SliceWork)
W_contra = TypeVar("W_contra", bound=SliceWork, contravariant=True)
D = TypeVar("D")
Begin = Callable[[Cause], AbstractAsyncContextManager[W]]


class SliceHandler(Protocol[W_contra, D]):
    """Decodes in a thread, writes in the slice's transaction, and hears when it is committed.

    `decode` and `write` leave alone what `slice.refused` names and record its reason instead. Both may be called
    again for the same offsets, whole or in parts: a slice whose data the store refuses is halved until the culprit
    stands alone. Nothing may depend on how the offsets are cut into slices.
    """

    def decode(self, slice_: Slice) -> D:
        """Reads the messages. Runs in a thread; touches nothing but its argument."""
        ...

    def lines(self, message: Message) -> int:
        """How many records a message holds: how far a fault can be narrowed down."""
        ...

    async def write(self, work: W_contra, slice_: Slice, decoded: D) -> None:
        """Writes the slice. The unit of work has moved the fence already, and commits afterwards."""
        ...

    async def applied(self, slice_: Slice, decoded: D) -> None:
        """The slice is committed. May be lost with the process: start from the state, not from this call."""
        ...
