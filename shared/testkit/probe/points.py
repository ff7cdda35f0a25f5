"""The points at which fault tests end a process: `name`, or `name:3` for the third visit."""

RELAY_POINTS = (
    "relay.after_lock",
    "relay.after_read:3",
    "relay.before_send:3",
    "relay.after_send:3",
    "relay.after_mark:3",
)
CONSUMER_POINTS = (
    "consumer.after_assign:2",
    "consumer.after_fetch:2",
    "consumer.before_attempt:5",
    "work.after_door:5",
    "work.before_outbox:5",
    "work.before_commit:5",
    "work.after_commit:5",
    "consumer.after_settle:5",
    "consumer.before_hint",
)
PARKING = "consumer.before_park"
LEAVING = "consumer.after_revoke"
CLAIMED = "schedule.after_claim:3"
INTAKE_POINTS = (
    "slice.after_open:2",
    "slice.after_fetch:3",
    "slice.after_decode:4",
    "slice.before_transaction:4",
    "work.after_door:6",
    "slice.before_commit:4",
    "work.before_outbox:6",
    "work.before_commit:6",
    "slice.after_commit:4",
    "relay.after_send:2",
)
