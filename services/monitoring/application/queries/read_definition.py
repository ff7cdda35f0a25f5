"""The definition of an indicator (I6). It says nothing of any firm, and still leaves its trace."""

from dataclasses import dataclass

from chassis.cause import Cause
from monitoring.application.reading_ports import Reading
from monitoring.domain.definitions import Definition, definitions
from monitoring.domain.metric_registry import registry


@dataclass(frozen=True, kw_only=True)
class ReadDefinition:
    """Which indicator."""

    indicator_id: str


class ReadDefinitionHandler:
    """Opens one definition."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadDefinition, cause: Cause) -> Definition:
        """The definition.

        Raises:
            MetricUnknown: there is none of that id.
        """
        async with self._reading(cause):
            return definitions().get(registry().get(question.indicator_id).id)
