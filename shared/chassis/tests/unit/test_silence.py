from chassis.silence import SILENT_S, Voice


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def listen(voice: Voice, clock: Clock, *, seconds: float, answered: int | None) -> float:
    silent = 0.0
    for _ in range(int(seconds * 2)):
        clock.now += 0.5
        silent = voice.silence(answered)
    return silent


def test_silence_counts_from_the_last_answer() -> None:
    clock = Clock()
    voice = Voice(monotonic=clock)

    assert listen(voice, clock, seconds=3, answered=None) == 3  # asked, and never answered
    assert voice.silence(1_700_000_000_000) == 0
    assert listen(voice, clock, seconds=SILENT_S + 1, answered=1_700_000_000_000) > SILENT_S
    assert voice.silence(1_600_000_000_000) == 0  # the machine's clock was set back: it is an answer all the same


def test_while_nobody_listens_there_is_no_silence() -> None:
    clock = Clock()
    voice = Voice(monotonic=clock)
    listen(voice, clock, seconds=2, answered=1)

    clock.now += 60  # spent on the records that were fetched

    assert voice.silence(1) == 0
    assert listen(voice, clock, seconds=1, answered=1) == 1
