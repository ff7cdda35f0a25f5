from chassis.unknown_topics import ANSWERS_MIN, ASK_AGAIN_S, UnknownTopics


def test_is_given_up_once_it_has_been_away_for_so_long() -> None:
    unknown = UnknownTopics(patience_s=10)

    assert not any(unknown.still("t", now=now) for now in (0.0, 5.0, 9.9))
    assert unknown.topics() == ["t"]
    assert unknown.longest_s(now=9.9) == 9.9
    assert unknown.still("t", now=10.0)
    assert unknown.topics() == []
    assert unknown.longest_s(now=11.0) == 0


def test_time_without_answers_proves_nothing() -> None:
    unknown = UnknownTopics(patience_s=10)

    answers = [unknown.still("t", now=now) for now in (0.0, *([1_000.0] * (ANSWERS_MIN - 1)))]

    assert answers == [*([False] * (ANSWERS_MIN - 1)), True]


def test_is_left_alone_between_two_questions() -> None:
    unknown = UnknownTopics(patience_s=10)
    unknown.still("t", now=0.0)

    assert unknown.waiting(now=ASK_AGAIN_S / 2) == ["t"]
    assert unknown.waiting(now=ASK_AGAIN_S) == []


def test_one_that_was_found_begins_anew() -> None:
    unknown = UnknownTopics(patience_s=10)
    for now in (0.0, 5.0, 10.0):
        unknown.still("t", now=now)
    unknown.found("t")

    assert not unknown.still("t", now=20.0)
