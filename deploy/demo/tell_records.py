"""Tells the other record types: outcomes as stated, links found and waited for, streams that are complete."""

from demo.records_story import RecordTypes
from demo.screen import Screen
from demo.stated import require

_SHOWN = ("trade", "position", "disposal")


def tell_records(records: RecordTypes, screen: Screen) -> None:
    """From a handful of every type to what is complete and what still waits.

    Raises:
        StoryBroken: a firm is told something else than the market states.
    """
    screen.chapter("九、十二类记录与关联", "Twelve record types, and what they find")
    told, expected = records.stream(), records.expected()
    screen.line(f"{records.firm_id} 报送 {told['sent']} 条", "a handful of every type:", str(told["outcomes"]))
    require(told["outcomes"] == expected, f"told {told['outcomes']} by {told['rules']}, stated {expected}")
    found = records.found()
    for record_type, key in sorted(map(tuple, records.stated["found"])):
        require((record_type, key) in found, f"{record_type} {key} was not told to be linked")
        screen.line("此前等待，现已关联", "waited, and is told LINKED:", f"{record_type} {key}")
    waiting = records.waiting()
    require(waiting == records.stated["waiting"], f"{waiting} wait, stated {records.stated['waiting']}")
    for key, names in waiting.items():
        screen.line("仍在等待", f"disposal {key} is UNLINKED, waits for:", "; ".join(names))
    _streams(records, screen)


def _streams(records: RecordTypes, screen: Screen) -> None:
    streams = records.streams()
    screen.table(
        ("        stream", "received", "declared", "complete"),
        [
            (
                f"        {name}",
                str(streams[name]["received"]["count"]),
                str(streams[name]["declared"]["count"]) if streams[name]["declared"] else "-",
                "yes" if streams[name]["complete"] else "no",
            )
            for name in _SHOWN
        ],
    )
    require(streams["trade"]["complete"], f"the declared stream is not complete: {streams['trade']}")
    require(not streams["position"]["complete"], "a stream without a declaration is shown as complete")
    counts = records.open_items()
    screen.line("未结事项", "open items of the firm:", ", ".join(f"{name} {count}" for name, count in counts.items()))
