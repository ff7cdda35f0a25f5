"""`submit FILE`: a file of JSON lines onto the firm's topic, and what becomes of each line."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from pledgeboard_firm.exits import exit_code, weights
from pledgeboard_firm.invocation import invocation_of
from pledgeboard_firm.receipts import Submission, Told
from pledgeboard_firm.streaming import checked_lines, lines_of
from pledgeboard_firm.streaming import submit as send
from pledgeboard_firm.telling import (
    is_worth_a_line,
    outcome_document,
    outcome_text,
    summary_document,
    summary_text,
)
from pledgeboard_firm.words import Output, Screen

_SILENCE_S = 120.0


def submit(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON 行文件 / JSON lines", exists=True, dir_okay=False, readable=True)],
    *,
    watch: Annotated[bool, typer.Option(help="等待每条记录的回执 / wait for every record's outcome")] = True,
    wait_seconds: Annotated[
        float, typer.Option(help="多久没有新回执即放弃 / give up after so long without a receipt", min=1)
    ] = _SILENCE_S,
) -> None:
    """按序报送，逐条显示结果；退出码为最差结果 / send a file; the exit code is the worst outcome."""
    invocation = invocation_of(context)
    checked_lines(file)
    began = time.monotonic()
    submission = asyncio.run(
        send(
            invocation.profile,
            lines_of(file),
            hear=lambda told: _say(invocation.screen, told),
            watch=watch,
            silence_s=wait_seconds,
        )
    )
    seconds = time.monotonic() - began
    invocation.screen.result(summary_document(submission, seconds=seconds), summary_text(submission, seconds=seconds))
    raise typer.Exit(exit_code(_ending(submission, watch=watch)))


def _say(screen: Screen, told: Told) -> None:
    if screen.output is Output.JSON or is_worth_a_line(told.item):
        screen.result(outcome_document(told), outcome_text(told))


def _ending(submission: Submission, *, watch: bool) -> str:
    if not watch:
        return "done"
    if not submission.proof.holds or submission.untold:
        return "frames_missing"
    return weights()[submission.worst].exit
