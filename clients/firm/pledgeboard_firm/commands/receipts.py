"""`receipts tail`: every frame of the firm's receipts topic, and the proof that none is missing."""

import asyncio
from typing import Annotated

import typer

from pledgeboard_firm.exits import exit_code
from pledgeboard_firm.invocation import Invocation, invocation_of
from pledgeboard_firm.receipts import Proof
from pledgeboard_firm.streaming import frames
from pledgeboard_firm.telling import frame_document, frame_text, proof_document, proof_text

app = typer.Typer(help="回执 / receipts", no_args_is_help=True)


@app.callback()
def receipts() -> None:
    """回执 / receipts."""


@app.command("tail")
def tail(
    context: typer.Context,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="持续等待新回执 / go on waiting for new frames")] = False,
    from_sequence: Annotated[int, typer.Option(help="从该序号起显示 / show from this sequence on", min=1)] = 1,
) -> None:
    """按序号显示回执帧，并证明没有缺失 / frames by sequence, and the proof that none is missing (R2)."""
    invocation = invocation_of(context)
    proof = asyncio.run(_tail(invocation, follow=follow, from_sequence=from_sequence))
    invocation.screen.result(proof_document(proof), proof_text(proof))
    raise typer.Exit(exit_code("done" if proof.holds else "frames_missing"))


async def _tail(invocation: Invocation, *, follow: bool, from_sequence: int) -> Proof:
    proof = Proof()
    try:
        async for value in frames(invocation.profile, follow=follow):
            frame = proof.hear(value)
            if frame is not None and frame.sequence >= from_sequence:
                invocation.screen.result(frame_document(frame), frame_text(frame))
    except asyncio.CancelledError:  # Ctrl-C ends the waiting, not the proof
        if not follow:
            raise
    return proof
