"""One thing against another: by turns, in one run, as the ratio of their medians."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    ours: float
    floor: float
    cpu_ratio: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


def compare(
    ours: Callable[[], object], floor: Callable[[], object], *, pairs: int, cpu: Callable[[], int], warm: int = 20
) -> Comparison:
    """Milliseconds, medians of `pairs` turns each; the processor time of both beside them, which neighbours change less."""
    for _ in range(warm):
        ours(), floor()
    times: dict[str, list[int]] = {"ours": [], "floor": []}
    used: dict[str, list[int]] = {"ours": [], "floor": []}
    for _ in range(pairs):
        for who, act in (("ours", ours), ("floor", floor)):
            cpu_before, before = cpu(), time.perf_counter_ns()
            act()
            times[who].append(time.perf_counter_ns() - before)
            used[who].append(cpu() - cpu_before)
    return Comparison(
        ours=statistics.median(times["ours"]) / 1e6,
        floor=statistics.median(times["floor"]) / 1e6,
        cpu_ratio=statistics.median(used["ours"]) / statistics.median(used["floor"]),
    )
