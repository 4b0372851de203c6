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
from datetime import UTC, datetime
from pathlib import Path

from bench import report, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    if options.one:
        return _one(int(options.one), options.port, options.rounds)
    found = []
    for database in options.databases.split(","):
        if database == "postgresql" and not os.environ.get("BENCH_DATABASE_URL"):
            print("PostgreSQL left out: BENCH_DATABASE_URL is not set")
            continue
        for size in [int(text) for text in options.sizes.split(",")]:
            found.append(_measure(database, size, options))
            print(report.table(found[-1]), flush=True)
    target = Path(__file__).parent / "RESULTS.md"
    target.write_text(report.page(found, _machine()))
    print(f"written: {target.name}")
    return 0


def _measure(database: str, size: int, options: argparse.Namespace) -> dict[str, object]:
    """One measurement in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        environment = {**os.environ, "SHANGJI_DATA_DIR": folder, "SHANGJI_LOG_FORMAT": "json"}
        environment.pop("DATABASE_URL", None)
        if database == "postgresql":
            environment["DATABASE_URL"] = _fresh_database(os.environ["BENCH_DATABASE_URL"])
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


def _fresh_database(url: str) -> str:
    """An empty database beside the one the address names."""
    import psycopg

    name = "shangji_bench"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return f"{url.rsplit('/', 1)[0]}/{name}"


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
