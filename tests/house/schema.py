"""What a database is made of, so that two of them can be held against one another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any


def of_sqlite(path: Path) -> dict[str, Any]:
    """Tables, indexes and triggers by name, each as the set of its parts; and how many rows."""
    with closing(sqlite3.connect(path)) as opened:
        found: dict[str, Any] = {}
        for kind, name, text in opened.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ):
            found[f"{kind} {name}"] = set(_parts(text))
        tables = opened.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            if name != "sqlite_sequence":  # that of a table built anew stays, under another name
                count = opened.execute(f'SELECT count(*) FROM "{name}"')
                found[f"rows {name}"] = count.fetchone()[0]
        applied = opened.execute("SELECT app, name FROM django_migrations").fetchall()
    return found | {"migrations": set(applied)}


def _parts(text: str) -> Iterator[str]:
    """The lines of a CREATE TABLE, whatever their order: what stands between outer commas."""
    depth, quoted, part = 0, "", ""
    for letter in text:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if depth == 1 and letter in "(," and not quoted:
            yield " ".join(part.split())
            part = ""
        else:
            part += letter
    yield " ".join(part.rstrip().removesuffix(")").split())


# A unique column's constraint has one of two names, by when it became so; Django knows both.
_NAME = "regexp_replace({}, '(_[0-9a-f]{{8}}_uniq|_key)( |$)', '\\2')".format
# What PostgreSQL says of its tables, in rows that need no order.
_POSTGRES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity, a.attgenerated, a.attcollation, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": f"""
        SELECT conrelid::regclass::text, {_NAME("conname")}, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 't'""",
    "indexes": f"""
        SELECT tablename, {_NAME("indexdef")} FROM pg_indexes WHERE schemaname = 'public'""",
    "triggers": """
        SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "migrations": "SELECT app, name FROM django_migrations",
}


def of_postgres(url: str) -> dict[str, Any]:
    """Columns, constraints, indexes, triggers and functions; and how many rows."""
    import psycopg  # noqa: PLC0415 - on PostgreSQL only

    with psycopg.connect(url) as opened:
        found: dict[str, Any] = {
            name: set(opened.execute(query).fetchall()) for name, query in _POSTGRES.items()
        }
        for name in {row[0] for row in found["columns"]}:
            count = opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            found[f"rows {name}"] = count and count[0]
    return found
