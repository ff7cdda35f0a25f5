"""Many slices at a time, or one alone: a piece under suspicion shares its process with nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Who works is counted, so that who must be alone can wait for the others and keep them out."""

    def __init__(self) -> None:
        self._sharing = 0
        self._alone = False
        self._free = asyncio.Event()
        self._idle = asyncio.Event()

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """A turn beside others."""
        while self._alone:
            await self._free.wait()
        self._sharing += 1
        try:
            yield
        finally:
            self._sharing -= 1
            self._idle.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A turn beside nobody: begins when those at work are done."""
        while self._alone:
            await self._free.wait()
        self._alone = True
        self._free.clear()
        try:
            while self._sharing:
                self._idle.clear()
                await self._idle.wait()
            yield
        finally:
            self._alone = False
            self._free.set()
