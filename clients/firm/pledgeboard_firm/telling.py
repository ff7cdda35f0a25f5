"""Outcomes and frames as a program and as a person read them."""

from collections.abc import Mapping
from typing import Any

from pledgeboard_firm.exits import weights
from pledgeboard_firm.receipts import Proof, Submission, Told
from pledgeboard_firm.words import Text
from submissions.frames import Frame, Item
from submissions.outcome import Outcome


def outcome_document(told: Told) -> dict[str, Any]:
    """One record's outcome, with the texts of the rules it breaks in both languages (R4)."""
    item = told.item
    document: dict[str, Any] = {
        "line": told.line,
        "accession": item.accession,
        "outcome": str(item.outcome),
        "record_type": item.type,
        "record_key": item.key,
        "sequence": item.sequence,
        "frame": told.frame.sequence,
        "errors": _errors(item, told.frame),
    }
    if item.first_accession:
        document |= {"first_accession": item.first_accession, "first_outcome": item.first_outcome}
    if item.reason:
        document["reason"] = item.reason
    return document


def outcome_text(told: Told) -> Text:
    """The same for a person."""
    item, called = told.item, weights()[told.item.outcome].text
    what = " ".join(str(one) for one in (item.type, item.key, item.accession) if one)
    zh, en = [f"第 {told.line} 行 {called.zh} {what}"], [f"line {told.line}: {called.en} {what}"]
    for error in _errors(item, told.frame):
        where = f"  {error['rule']} {error['path']}" + (f"={error['value']}" if error["value"] is not None else "")
        said = with_example(error)
        zh.append(f"{where} {said.zh}")
        en.append(f"{where} {said.en}")
    if item.reason:
        zh.append(f"  {item.reason}")
        en.append(f"  {item.reason}")
    return Text(zh="\n".join(zh), en="\n".join(en))


def with_example(error: Mapping[str, Any]) -> Text:
    """A rule's message and, where one record alone can show it, what would pass."""
    zh, en, example = error["message_zh"], error["message_en"], error["example"]
    return Text(zh=f"{zh}正确示例：{example}", en=f"{en} Passes: {example}") if example else Text(zh=zh, en=en)


def is_worth_a_line(item: Item) -> bool:
    """Whether a person wants to see it: plainly accepted records are only counted."""
    return item.outcome is not Outcome.ACCEPTED


def summary_document(submission: Submission, *, seconds: float) -> dict[str, Any]:
    """What became of everything that was sent."""
    return {
        "sent": submission.messages,
        "seconds": round(seconds, 2),
        "outcomes": {str(one): count for one, count in sorted(submission.counts.items())},
        "worst": str(submission.worst),
        "untold": submission.untold,
        **proof_document(submission.proof),
    }


def summary_text(submission: Submission, *, seconds: float) -> Text:
    """The same for a person."""
    zh = "，".join(f"{weights()[one].text.zh} {count}" for one, count in sorted(submission.counts.items()))
    en = ", ".join(f"{weights()[one].text.en} {count}" for one, count in sorted(submission.counts.items()))
    proof = proof_text(submission.proof)
    return Text(
        zh=f"已发送 {submission.messages} 条，用时 {seconds:.1f} 秒：{zh or '尚无回执'}。{proof.zh}",
        en=f"{submission.messages} sent in {seconds:.1f} s: {en or 'no receipt yet'}. {proof.en}",
    )


def frame_document(frame: Frame) -> dict[str, Any]:
    """One part of a frame, items and all."""
    return {
        "sequence": frame.sequence,
        "part": f"{frame.part}/{frame.parts}",
        "kind": frame.kind,
        "from": frame.start,
        "to": frame.end,
        "issued_at": frame.issued_at.isoformat(),
        "items": [_item(one, frame) for one in frame.items],
        "gaps": [[one.kind, one.stream, one.first, one.last] for one in frame.gaps],
        "linked": None if frame.linked is None else [frame.linked.start, frame.linked.end],
    }


def frame_text(frame: Frame) -> Text:
    """One line for a part of a frame, and one for each record that waits for another (M4.3)."""
    offsets = "" if frame.start is None else f" [{frame.start}, {frame.end})"
    if frame.linked is not None:
        offsets = f" LINKED [{frame.linked.start}, {frame.linked.end})"
    head = f"{frame.sequence}.{frame.part}/{frame.parts} {frame.kind}{offsets}"
    waiting = [f"\n  {one.link} {one.accession} {' '.join(one.waits_for)}" for one in frame.items if one.link]
    counts: dict[Outcome, int] = {}
    for item in frame.items:
        counts[item.outcome] = counts.get(item.outcome, 0) + (item.link is None)
    told = [(one, count) for one, count in sorted(counts.items()) if count]
    return Text(
        zh=f"{head} " + "，".join(f"{weights()[one].text.zh} {count}" for one, count in told) + "".join(waiting),
        en=f"{head} " + ", ".join(f"{weights()[one].text.en} {count}" for one, count in told) + "".join(waiting),
    )


def _item(item: Item, frame: Frame) -> dict[str, Any]:
    document: dict[str, Any] = {
        "accession": item.accession,
        "outcome": str(item.outcome),
        "record_key": item.key,
        "errors": _errors(item, frame),
    }
    if item.link is not None:
        document |= {"link": item.link, "waits_for": list(item.waits_for)}
    return document


def proof_document(proof: Proof) -> dict[str, Any]:
    """What the frames prove."""
    return {
        "frames": proof.frames,
        "first_sequence": proof.first_sequence,
        "last_sequence": proof.last_sequence,
        "next_offset": proof.next_offset,
        "gapless": proof.holds,
        "breaks": [{"kind": one.kind, "expected": one.expected, "got": one.got} for one in proof.breaks],
    }


def proof_text(proof: Proof) -> Text:
    """The same for a person."""
    if not proof.frames:
        return Text(zh="没有回执帧", en="No receipt frame")
    span = f"{proof.first_sequence}-{proof.last_sequence}"
    if proof.holds:
        return Text(zh=f"回执帧 {span} 无缺、位移首尾相接", en=f"Frames {span}: none missing, offsets tile")
    broken = "; ".join(f"{one.kind} {one.expected} != {one.got}" for one in proof.breaks)
    return Text(zh=f"回执帧 {span} 有缺失：{broken}", en=f"Frames {span} do not hold: {broken}")


def _errors(item: Item, frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "rule": finding.rule,
            "path": finding.path,
            "value": finding.value,
            "severity": text.severity if (text := frame.texts.get(finding.rule)) else None,
            "message_zh": text.message_zh if text else "",
            "message_en": text.message_en if text else "",
            "example": text.example if text else "",
        }
        for finding in item.errors
    ]
