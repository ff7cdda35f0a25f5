"""What probes answer: by role, by registered condition, and by partition."""

import json
from dataclasses import dataclass

from chassis.health import Condition, PartitionProgress, Readiness
from chassis.probes import Probes


@dataclass
class Watch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def answered(readiness: Readiness, path: str) -> tuple[int, object]:
    status, body, _ = Probes(readiness).answer(path)
    return status, json.loads(body)


class TestReadiness:
    def test_a_process_lives_before_it_has_started(self) -> None:
        readiness = Readiness(role="api")

        assert answered(readiness, "/livez")[0] == 200
        assert answered(readiness, "/startupz")[0] == 503
        assert answered(readiness, "/readyz")[0] == 503

    def test_a_started_process_is_ready_while_its_conditions_hold(self) -> None:
        readiness = Readiness(role="worker", started=True)
        well = True
        readiness.register("consumer", lambda: Condition(ok=well, detail="listing.listing.v1-0: database"))

        assert answered(readiness, "/readyz")[0] == 200
        well = False
        status, told = answered(readiness, "/readyz")
        assert status == 503
        assert isinstance(told, dict)
        assert told["conditions"]["consumer"]["detail"] == "listing.listing.v1-0: database"

    def test_a_draining_process_is_not_ready_but_lives(self) -> None:
        readiness = Readiness(role="api", started=True, draining=True)

        assert answered(readiness, "/readyz")[0] == 503
        assert answered(readiness, "/livez")[0] == 200

    def test_an_unknown_path_is_not_found(self) -> None:
        assert answered(Readiness(role="api"), "/else")[0] == 404

    def test_metrics_are_exposed(self) -> None:
        status, body, content_type = Probes(Readiness(role="api")).answer("/metrics")

        assert status == 200
        assert b"pledgeboard_http_request_seconds" in body
        assert content_type.startswith("text/plain")


class TestPartitionProgress:
    def test_a_partition_that_keeps_up_is_well(self) -> None:
        progress = PartitionProgress(monotonic=Watch())
        progress.assigned("t-0")
        progress.advanced("t-0", applied=10, end=10)

        assert progress.condition().ok

    def test_a_blocked_partition_names_what_it_waits_for(self) -> None:
        progress = PartitionProgress(monotonic=Watch())
        progress.blocked("t-0", "database")

        assert progress.condition() == Condition(ok=False, detail="t-0: database")

    def test_moving_on_ends_the_block(self) -> None:
        progress = PartitionProgress(monotonic=Watch())
        progress.blocked("t-0", "database")
        progress.advanced("t-0", applied=1)

        assert progress.condition().ok

    def test_lag_without_progress_is_told_after_a_while(self) -> None:
        watch = Watch()
        progress = PartitionProgress(monotonic=watch, stalled_seconds=30)
        progress.advanced("t-0", applied=1, end=9)
        watch.now = 29
        assert progress.condition().ok

        watch.now = 31

        assert not progress.condition().ok

    def test_lag_that_shrinks_is_no_stall(self) -> None:
        watch = Watch()
        progress = PartitionProgress(monotonic=watch, stalled_seconds=30)
        for applied in range(5):
            watch.now += 20
            progress.advanced("t-0", applied=applied, end=9)

        assert progress.condition().ok

    def test_a_revoked_partition_is_somebody_elses(self) -> None:
        progress = PartitionProgress(monotonic=Watch())
        progress.blocked("t-0", "database")
        progress.revoked("t-0")

        assert progress.condition().ok
