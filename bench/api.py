"""The API beside a bare view of the same rows: `python -m bench.api [--size 100000]`.

Requests by turns over two kept connections, so that both meet the same machine. Rows, order and
columns are the same; the bare view asks for no rights, no key, and writes with the same orjson.
"""

import argparse
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import run
from bench.client import Browser

COLUMNS = (
    "name,account,stage,amount,currency,probability,expected_close_on,next_step,next_step_on,"
    "last_contact_at"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.api")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--folder", default="", help="a data folder to keep and use again")
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as made:
        folder = options.folder or made
        os.environ |= {
            "SHANGJI_DATA_DIR": folder, "SHANGJI_LOG_FORMAT": "json", "SHANGJI_API_LIMIT": "0",
        }  # fmt: skip
        if not (Path(folder) / "shangji.sqlite3").exists():
            run.prepare(options.size)
        else:
            run.ready()
        _measure(options.port, options.rounds)


def _measure(port: int, rounds: int) -> None:
    from django.db import connection

    from shangji.foundation.access.actor import Actor
    from shangji.foundation.people.actions.tokens import make_token
    from shangji.foundation.people.models import User

    cookie, owner = run.session_of("rep7@bench.invalid")
    rep = User.objects.get(pk=owner)
    _token, key = make_token(
        actor=Actor(rep), name="Bench", scopes={"*": "read"}, expires_on=None,
        now=datetime.now(UTC),
    )  # fmt: skip
    connection.close()
    address = f"/api/v1/opportunities?f=status.is.open&sort=-amount&fields={COLUMNS}"
    with run.server(port, run.ROOT):
        program, bare = Browser(port, "", key), Browser(port, cookie)
        took: dict[str, list[float]] = {"api": [], "orjson": [], "json": []}
        for number in range(rounds + 20):
            for name, browser, path in (
                ("orjson", bare, f"/bare/orjson/?owner={rep.pk}"),
                ("api", program, address),
                ("json", bare, f"/bare/list/?owner={rep.pk}"),
            ):
                spent = browser._once((path, None))[0]
                if number >= 20:
                    took[name].append(spent)
    # by the fifth fastest of twenty: what the work costs, without what else the machine does
    quick = {name: sorted(spent)[len(spent) // 4] for name, spent in took.items()}
    half = {name: sorted(spent)[len(spent) // 2] for name, spent in took.items()}
    for name, found in (("quartile", quick), ("median", half)):
        print(
            f"{name}: api {found['api']:.2f} ms, bare orjson {found['orjson']:.2f} ms,"
            f" bare JsonResponse {found['json']:.2f} ms;"
            f" requests per second {found['orjson'] / found['api']:.0%} of bare orjson;"
            f" {found['api'] / found['json']:.2f} x bare JSON"
        )


if __name__ == "__main__":
    main()
