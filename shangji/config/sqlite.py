"""Put the SQLite of the pysqlite3 wheel in place of the system's, before Django loads.

SQLite before 3.51.3 can lose data in WAL mode with several connections
(docs/decisions/0001). Import this module first.
"""

import sys
from typing import Any


def use_bundled_sqlite() -> None:
    import pysqlite3.dbapi2  # noqa: PLC0415 - must run before anything imports sqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


use_bundled_sqlite()


def keep_little(connection: Any, **_signal: Any) -> None:
    """A receiver of `connection_created`: a web process has a connection for each of its threads.

    What a page writes fits into 1 MB; what it reads stands in the file's mapping. Jobs write more
    at once and keep the 16 MB of the settings.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1024")
