"""`make bench`: measure, print, and write bench/RESULTS.md.

    python -m bench [--sizes 100000,1000000] [--databases sqlite,postgresql] [--rounds 60]

PostgreSQL is measured when BENCH_DATABASE_URL names a server whose role may create databases.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import growth, report, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--reader", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    if options.one:
        return _one(int(options.one), options.port, options.rounds)
    if options.reader:
        run.ready()
        print(json.dumps(growth.reader(options.reader)))
        return 0
    found, grown = [], []
    sizes = sorted(int(text) for text in options.sizes.split(","))
    for database in options.databases.split(","):
        if database == "postgresql" and not os.environ.get("BENCH_DATABASE_URL"):
            print("PostgreSQL left out: BENCH_DATABASE_URL is not set")
            continue
        with ExitStack() as stack:
            places = [stack.enter_context(_place(database, size)) for size in sizes]
            for size, environment in zip(sizes, places, strict=True):
                found.append(_measure(database, size, environment, options))
                print(report.table(found[-1]), flush=True)
            if len(sizes) > 1:
                both = [places[0], places[-1]]
                figures = growth.figures(both, options.port, options.rounds)
                ends = (sizes[0], sizes[-1])
                grown.append({"database": database, "sizes": ends, "figures": figures})
    target = Path(__file__).parent / "RESULTS.md"
    target.write_text(report.page(found, grown, _machine()))
    print(f"written: {target.name}")
    return 0


@contextmanager
def _place(database: str, size: int) -> Iterator[dict[str, str]]:
    """The environment of one measurement: a data folder and, of PostgreSQL, a database."""
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        found = {**os.environ, "SHANGJI_DATA_DIR": folder, "SHANGJI_LOG_FORMAT": "json"}
        found.pop("DATABASE_URL", None)
        if database == "postgresql":
            with _database(f"shangji_bench_{size}") as url:
                yield {**found, "DATABASE_URL": url}
        else:
            yield found


@contextmanager
def _database(name: str) -> Iterator[str]:
    """An empty database beside the one the address names; dropped in the end."""
    import psycopg

    url = os.environ["BENCH_DATABASE_URL"]
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        yield f"{url.rsplit('/', 1)[0]}/{name}"
        connection.execute(drop)


def _measure(
    database: str, size: int, environment: dict[str, str], options: argparse.Namespace
) -> dict[str, object]:
    """One measurement in a process of its own."""
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "bench", "--one", str(size)),
            *("--rounds", str(options.rounds), "--port", str(options.port)),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return {"database": database, "size": size, **found}


def _one(size: int, port: int, rounds: int) -> int:
    took = run.prepare(size)
    print(f"{size} opportunities written: {took}", file=sys.stderr, flush=True)
    found = run.measure(size, port, rounds)
    timings = {name: vars(one) for name, one in found.pop("timings").items()}
    print(json.dumps({**found, "timings": timings, "seed": took}))
    return 0


def _machine() -> dict[str, str]:
    memory = Path("/proc/meminfo").read_text().splitlines()[0].split()[1]
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) // 1024 // 1024} GiB",
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


if __name__ == "__main__":
    sys.exit(main())
