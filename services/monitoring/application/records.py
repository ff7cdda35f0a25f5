"""What is asked about records of every type: the table of contents of states, open items and streams."""

from dataclasses import dataclass

from monitoring.application.queries.read_records import ReadOpenItemsHandler, ReadRecordsHandler, ReadStreamsHandler
from monitoring.application.submission_reading import ReadingSubmissions


@dataclass(frozen=True, kw_only=True)
class Records:
    """Every question about them."""

    read_records: ReadRecordsHandler
    read_open_items: ReadOpenItemsHandler
    read_streams: ReadStreamsHandler

    @classmethod
    def over(cls, *, reading: ReadingSubmissions) -> "Records":
        """All of them on the same port."""
        return cls(
            read_records=ReadRecordsHandler(reading=reading),
            read_open_items=ReadOpenItemsHandler(reading=reading),
            read_streams=ReadStreamsHandler(reading=reading),
        )
