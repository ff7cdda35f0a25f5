"""What frames prove to a firm (R2, R3), and what it makes of its own records' outcomes (R4)."""

from pledgeboard_firm.exits import exit_codes, weights
from pledgeboard_firm.receipts import Proof, Submission
from pledgeboard_firm.telling import frame_document, frame_text, outcome_document, outcome_text, summary_text
from pledgeboard_firm.tests.builders import a_frame, a_rejected_item, an_item
from pledgeboard_firm.words import Language
from submissions.frames import Linked, SkippedRange, read_frame
from submissions.outcome import Outcome


def a_submission(*offsets: int) -> Submission:
    made = Submission()
    for line, offset in enumerate(offsets, start=1):
        made.sent(line=line, offset=offset)
    return made


class TestProof:
    def test_r2_frames_in_order_that_tile_the_offsets_hold(self) -> None:
        proof = Proof()

        for frame in (a_frame(7, 0, 4), a_frame(8, None, None), a_frame(9, 4, 6)):
            assert proof.hear(frame) is not None

        assert proof.holds
        assert (proof.first_sequence, proof.last_sequence, proof.next_offset) == (7, 9, 6)

    def test_r2_a_missing_frame_is_seen(self) -> None:
        proof = Proof()

        for frame in (a_frame(1, 0, 4), a_frame(3, 6, 8)):
            proof.hear(frame)

        assert [(one.kind, one.expected, one.got) for one in proof.breaks] == [
            ("sequence", "2.1", "3.1"),
            ("offsets", "4", "6"),
        ]

    def test_r2_a_missing_part_is_seen(self) -> None:
        proof = Proof()

        for frame in (a_frame(1, 0, 4, part=1, parts=3), a_frame(1, 0, 4, part=3, parts=3)):
            proof.hear(frame)

        assert [(one.expected, one.got) for one in proof.breaks] == [("1.2", "1.3")]

    def test_r2_the_rest_of_a_frame_that_began_before_is_passed_over(self) -> None:
        proof = Proof()

        assert proof.hear(a_frame(4, 0, 4, part=2, parts=2)) is None
        assert proof.hear(a_frame(5, 4, 6)) is not None
        assert proof.holds

    def test_r3_a_frame_delivered_again_counts_once(self) -> None:
        proof = Proof()

        heard = [proof.hear(frame) for frame in (a_frame(1, 0, 4), a_frame(2, 4, 5), a_frame(1, 0, 4))]

        assert heard[2] is None
        assert proof.holds
        assert proof.frames == 2

    def test_r3_one_that_comes_back_with_other_bytes_is_seen(self) -> None:
        proof = Proof()

        for frame in (a_frame(1, 0, 4), a_frame(1, 0, 4, an_item(0))):
            proof.hear(frame)

        assert [one.kind for one in proof.breaks] == ["changed"]


class TestSubmission:
    def test_r1_each_line_has_its_outcome_and_strangers_have_none_of_ours(self) -> None:
        submission = a_submission(10, 12)

        told = list(submission.hear(a_frame(1, 10, 13, an_item(10), an_item(11), a_rejected_item(12))))

        assert [(one.line, one.item.outcome) for one in told] == [(1, Outcome.ACCEPTED), (2, Outcome.REJECTED)]
        assert submission.is_covered
        assert submission.untold == 0
        assert submission.worst is Outcome.REJECTED

    def test_is_not_covered_before_frames_pass_the_last_line(self) -> None:
        submission = a_submission(10, 12)

        list(submission.hear(a_frame(1, 10, 12, an_item(10))))

        assert not submission.is_covered
        assert submission.untold == 1

    def test_r2_a_frame_that_passes_a_line_without_a_word_leaves_it_untold(self) -> None:
        submission = a_submission(10)

        list(submission.hear(a_frame(1, 10, 11)))

        assert submission.is_covered
        assert submission.untold == 1

    def test_r6_a_duplicate_weighs_what_its_first_submission_did(self) -> None:
        submission = a_submission(3)

        list(submission.hear(a_frame(1, 3, 4, an_item(3, Outcome.DUPLICATE, first_outcome=Outcome.REJECTED))))

        assert submission.worst is Outcome.REJECTED

    def test_a_batch_the_platform_refused_to_inflate_is_quarantined(self) -> None:
        submission = a_submission(3, 4)
        skipped = (SkippedRange(first=3, last=4, reason="inflation"),)

        told = list(submission.hear(a_frame(1, 3, 5, skipped=skipped)))

        assert {one.item.outcome for one in told} == {Outcome.QUARANTINED}
        assert submission.untold == 0


class TestTelling:
    def test_r4_an_error_names_record_rule_path_value_and_an_example_in_both_languages(self) -> None:
        submission = a_submission(10)
        (told,) = submission.hear(a_frame(1, 10, 11, a_rejected_item(10)))

        document, text = outcome_document(told), outcome_text(told)

        (error,) = document["errors"]
        assert (document["line"], document["accession"]) == (1, "F001-0-10-0-K")
        assert (error["rule"], error["path"], error["value"]) == ("V048", "warning_line", "1.2")
        assert error["message_zh"] == "预警线须高于平仓线。"
        assert "V048 warning_line=1.2 预警线须高于平仓线。正确示例：1.5 > 1.3" in text.of(Language.ZH)
        assert "line 1: rejected" in text.of(Language.EN)

    def test_a_summary_counts_by_outcome(self) -> None:
        submission = a_submission(10)
        list(submission.hear(a_frame(1, 10, 11, an_item(10))))

        assert "已接受 1" in summary_text(submission, seconds=0.1).zh

    def test_m4_3_a_frame_names_what_an_unlinked_record_waits_for(self) -> None:
        waiting = an_item(10, link="UNLINKED", waits_for=("borrower B-1",))
        frame = read_frame(a_frame(4, None, None, waiting, linked=Linked(start=8, end=12)))

        document, text = frame_document(frame), frame_text(frame)

        assert document["linked"] == [8, 12]
        assert document["items"][0]["waits_for"] == ["borrower B-1"]
        assert "UNLINKED F001-0-10-0-K borrower B-1" in text.zh
        assert "已接受" not in text.zh


class TestExitCodes:
    def test_every_outcome_ends_with_a_code_of_the_table(self) -> None:
        names = {one.name for one in exit_codes()}

        assert set(weights()) == set(Outcome)
        assert {one.exit for one in weights().values()} <= names

    def test_codes_rise_with_the_weight_of_the_outcome_and_are_each_one_s_own(self) -> None:
        codes = {one.name: one.code for one in exit_codes()}
        by_weight = [codes[one.exit] for one in sorted(weights().values(), key=lambda one: one.rank)]

        assert by_weight == sorted(by_weight)
        assert len(set(codes.values())) == len(codes)
