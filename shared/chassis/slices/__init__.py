"""Raw topics, read in slices: consecutive offsets of one partition, applied in one transaction behind one fence.

A service gives a `SliceHandler` (decode in a thread, write in the transaction) and gets: bounded stages, its own lane
for every partition, exactly-once effects, halving down to the record that does not fit, the search for a record that
kills its process, and topics that are found while it runs.

    slice.py      what a slice is                    consumer.py   fetching, assignment, discovery
    handler.py    what a service gives               tending.py    one partition from assignment to revocation
    lane.py       one partition, slice after slice   apply.py      one slice, whatever it takes
    ledger.py     what is stored between processes   suspicion.py  what is believed about a dead process
    turns.py      many at a time, or one alone       verdict.py    what an error says
    topics.py     names and ids of topics            inflation.py  what a batch may unpack to
    tracing.py    one span per slice                 figures.py    metrics
"""

from chassis.slices.apply import PartitionHalted
from chassis.slices.consumer import SliceConsumer, SliceSettings
from chassis.slices.handler import NotReady, SliceHandler, SliceWork
from chassis.slices.lane import SliceLimits
from chassis.slices.ledger import DatabaseLedger, Ledger
from chassis.slices.slice import Message, Place, Refused, Slice, Source, UnreadableRange, end_of
from chassis.slices.topics import TopicIds, TopicPattern
from chassis.slices.turns import Turns

__all__ = [
    "DatabaseLedger",
    "Ledger",
    "Message",
    "NotReady",
    "PartitionHalted",
    "Place",
    "Refused",
    "Slice",
    "SliceConsumer",
    "SliceHandler",
    "SliceLimits",
    "SliceSettings",
    "SliceWork",
    "Source",
    "TopicIds",
    "TopicPattern",
    "Turns",
    "UnreadableRange",
    "end_of",
]
