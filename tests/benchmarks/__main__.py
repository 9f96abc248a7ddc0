"""Runs the benchmarks, prints a table of ratios and writes them as JSON.

`python -m tests.benchmarks [submit pages pdf exports full analysis]`; `make bench` names the servers.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"

import django

django.setup()

from tests.benchmarks import analysis, exports, pages, pdf, submit  # noqa: E402  needs Django set up
from tests.benchmarks.measuring import Row  # noqa: E402
from tests.benchmarks.world import build_world  # noqa: E402

BENCHMARKS = {
    "submit": submit.run,
    "pages": pages.run,
    "pdf": pdf.run,
    "exports": exports.run,
    "full": submit.run_full,
    "analysis": analysis.run,
}
RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    world = build_world()
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        print(f"… {name}", flush=True)
        rows += BENCHMARKS[name](world)
    print_table(rows)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    path.write_text(json.dumps({"machine": machine, "rows": [row.as_dict() for row in rows]}, indent=1))
    print(f"\nWritten to {path.relative_to(Path.cwd())}")
    return 0


def print_table(rows: list[Row]) -> None:
    """One line a figure: what was measured, against what, the ratio, and the target where there is one."""
    head = ("benchmark", "measured", "reference", "ratio", "target")
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print()
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
