"""`python -m tests.bench NAME [options]`; without a name, every benchmark in turn."""

from __future__ import annotations

import sys

from tests.bench import decisions, engine, feel

BENCHMARKS = {"engine": engine.main, "feel": feel.main, "dmn": decisions.main}


def main(arguments: list[str]) -> int:
    """Run the benchmark named first, or all of them."""
    if arguments and arguments[0] not in BENCHMARKS:
        print(f"unknown benchmark {arguments[0]}; known: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in arguments[:1] or list(BENCHMARKS):
        BENCHMARKS[name](arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
