"""What the story prints: Chinese first, English beside it, real results with their ids."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_WIDTH = 120
_INDENT = 8


class Screen:
    """A console with chapters; each line is something that really happened."""

    def __init__(self) -> None:
        self.console = Console(width=_WIDTH, highlight=False, soft_wrap=False)
        self._began = time.monotonic()

    def chapter(self, zh: str, en: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.rule(f"[bold]{zh}[/bold]  {en}", align="left")

    def line(self, zh: str, en: str, result: object = "") -> None:
        """One thing that happened, with its result."""
        elapsed = f"[dim]{time.monotonic() - self._began:6.1f}s[/dim]"
        self.console.print(f"{elapsed} {zh} [dim]{en}[/dim] {result}")

    def note(self, text: str) -> None:
        """Something said below a line."""
        self.console.print(Padding(Text(text, style="dim"), (0, 0, 0, _INDENT), expand=False))

    def skipped(self, zh: str, en: str) -> None:
        """A part that cannot be told, and why."""
        self.line(f"[yellow]略过[/yellow] {zh}", f"skipped, {en}")

    def table(self, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Figures side by side."""
        table = Table(show_edge=False, pad_edge=False, box=None, header_style="dim")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*(str(cell) for cell in row))
        self.console.print(table)

    @contextmanager
    def progress(self, zh: str, en: str, total: int) -> Iterator["Bar"]:
        """A bar, for what takes long."""
        columns = (TextColumn(f"        {zh} [dim]{en}[/dim]"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(zh, total=total)
            yield Bar(progress, task)


class Bar:
    """A progress bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def step(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def reach(self, done: int) -> None:
        """So many are done."""
        self._progress.update(self._task, completed=done)
