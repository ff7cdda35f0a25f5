"""What the monitor computes and answers: the table of contents of valuation, indicators and alerts."""

from dataclasses import dataclass

from monitoring.application.book_ports import BeginBook
from monitoring.application.commands.close_day import CloseDayHandler, Differed
from monitoring.application.commands.value_book import ValueBookHandler
from monitoring.application.queries.read_alerts import ReadAlertHandler, ReadAlertsHandler
from monitoring.application.queries.read_contract import ReadContractHandler
from monitoring.application.queries.read_definition import ReadDefinitionHandler
from monitoring.application.queries.read_definitions import ReadDefinitionsHandler
from monitoring.application.queries.read_indicators import ReadIndicatorsHandler
from monitoring.application.queries.read_lineage import ReadLineageHandler
from monitoring.application.reading_ports import Reading


@dataclass(frozen=True, kw_only=True)
class Analytics:
    """Every use case over the book and its figures."""

    value_book: ValueBookHandler
    close_day: CloseDayHandler
    read_indicators: ReadIndicatorsHandler
    read_definition: ReadDefinitionHandler
    read_definitions: ReadDefinitionsHandler
    read_lineage: ReadLineageHandler
    read_alerts: ReadAlertsHandler
    read_alert: ReadAlertHandler
    read_contract: ReadContractHandler

    @classmethod
    def over(cls, *, begin: BeginBook, reading: Reading, differed: Differed) -> "Analytics":
        """All of them on the same ports; `differed` hears of a day's end that its proof did not agree with."""
        return cls(
            value_book=ValueBookHandler(begin=begin, differed=differed),
            close_day=CloseDayHandler(begin=begin, differed=differed),
            read_indicators=ReadIndicatorsHandler(reading=reading),
            read_definition=ReadDefinitionHandler(reading=reading),
            read_definitions=ReadDefinitionsHandler(),
            read_lineage=ReadLineageHandler(reading=reading),
            read_alerts=ReadAlertsHandler(reading=reading),
            read_alert=ReadAlertHandler(reading=reading),
            read_contract=ReadContractHandler(reading=reading),
        )
