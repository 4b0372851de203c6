"""Put the SQLite of the pysqlite3 wheel in place of the system's, before Django loads.

SQLite before 3.51.3 can lose data in WAL mode with several connections
(docs/decisions/0001). Import this module first.
"""

import sys


def use_bundled_sqlite() -> None:
    import pysqlite3.dbapi2  # noqa: PLC0415 - must run before anything imports sqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


use_bundled_sqlite()
