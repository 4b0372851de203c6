"""The roll-up by owner, stage, outcome and currency: kept by database triggers.

Triggers, not code, so that a move, a bulk edit, an import by executemany and an undo all keep
it, in their own transaction. Django rebuilds SQLite tables in migrations and triggers go with
them, so `ensure` runs after every migrate. Amounts are whole ten-thousandths: sums stay exact
on SQLite, whose decimals are floats.
"""

from django.db import connection, transaction

from shangji.records.sums import parts_sql, weighted_sql

TABLE = "opportunities_opportunity"
TOTALS = "opportunities_stagetotal"
_COLUMNS = "stage_id, status, owner_id, currency, probability, amount, next_step, deleted_at"
_KEY = "owner_id, stage_id, status, currency"

_ADD = """
INSERT INTO {totals}
  ({key}, count, filled, amount_e4, weighted_e4, without_step, without_step_e4)
VALUES ({values}, {sign}1, {sign}{filled},
  {sign}{amount}, {sign}{weighted}, {sign}(CASE WHEN {row}.next_step = '' THEN 1 ELSE 0 END),
  {sign}(CASE WHEN {row}.next_step = '' THEN {amount} ELSE 0 END))
ON CONFLICT ({key}) DO UPDATE SET
  count = {totals}.count + excluded.count,
  filled = {totals}.filled + excluded.filled,
  amount_e4 = {totals}.amount_e4 + excluded.amount_e4,
  weighted_e4 = {totals}.weighted_e4 + excluded.weighted_e4,
  without_step = {totals}.without_step + excluded.without_step,
  without_step_e4 = {totals}.without_step_e4 + excluded.without_step_e4;
"""


def _upsert(row: str, sign: str) -> str:
    return _ADD.format(
        totals=TOTALS,
        key=_KEY,
        row=row,
        sign=sign,
        values=_key_of(row),
        filled=_filled(row),
        amount=_amount_e4(row),
        weighted=_weighted_e4(row),
    )


def _key_of(row: str) -> str:
    return f"COALESCE({row}.owner_id, 0), {row}.stage_id, {row}.status, {row}.currency"


def _filled(row: str) -> str:
    return f"(CASE WHEN {row}.amount IS NULL THEN 0 ELSE 1 END)"


def _amount_e4(row: str) -> str:
    """An amount in ten-thousandths. SQLite's floats hold it whole up to a billion; the parts
    before and after the point are taken apart so that larger ones stay exact, too."""
    amount = f"COALESCE({row}.amount, 0)"
    if connection.vendor != "sqlite":
        return f"CAST(ROUND({amount} * 10000) AS BIGINT)"
    whole, part = parts_sql(amount)
    return f"({whole} * 10000 + {part})"


def _weighted_e4(row: str) -> str:
    return weighted_sql(f"COALESCE({row}.amount, 0)", f"{row}.probability")


_DROP_SQLITE = tuple(
    f"DROP TRIGGER IF EXISTS opp_total_{name}" for name in ("insert", "delete", "leave", "enter")
)
_DROP_POSTGRESQL = tuple(
    f"DROP TRIGGER IF EXISTS opp_total_{name} ON {TABLE}" for name in ("rows", "update")
)


def _sqlite() -> list[str]:
    return [
        *_DROP_SQLITE,
        f"CREATE TRIGGER opp_total_insert AFTER INSERT ON {TABLE} "
        f"WHEN NEW.deleted_at IS NULL BEGIN {_upsert('NEW', '')} END",
        f"CREATE TRIGGER opp_total_delete AFTER DELETE ON {TABLE} "
        f"WHEN OLD.deleted_at IS NULL BEGIN {_upsert('OLD', '-')} END",
        f"CREATE TRIGGER opp_total_leave AFTER UPDATE OF {_COLUMNS} ON {TABLE} "
        f"WHEN OLD.deleted_at IS NULL BEGIN {_upsert('OLD', '-')} END",
        f"CREATE TRIGGER opp_total_enter AFTER UPDATE OF {_COLUMNS} ON {TABLE} "
        f"WHEN NEW.deleted_at IS NULL BEGIN {_upsert('NEW', '')} END",
    ]


def _postgresql() -> list[str]:
    # two moves in opposite directions lock totals in one order, so they cannot deadlock
    return [
        f"""CREATE OR REPLACE FUNCTION opp_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE leave boolean := TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL;
        enter boolean := TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL;
BEGIN
  IF leave AND enter AND ({_key_of("OLD")}) > ({_key_of("NEW")}) THEN
    {_upsert("NEW", "")}
    {_upsert("OLD", "-")}
  ELSE
    IF leave THEN {_upsert("OLD", "-")} END IF;
    IF enter THEN {_upsert("NEW", "")} END IF;
  END IF;
  RETURN NULL;
END $$""",
        *_DROP_POSTGRESQL,
        f"CREATE TRIGGER opp_total_rows AFTER INSERT OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION opp_total()",
        f"CREATE TRIGGER opp_total_update AFTER UPDATE OF {_COLUMNS} ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION opp_total()",
    ]


def put_away() -> None:
    """Take the triggers off: before a migration, for SQLite renames no table that a trigger
    names, and before rows are written in bulk. `ensure` puts them back and counts anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _DROP_SQLITE if connection.vendor == "sqlite" else _DROP_POSTGRESQL:
            cursor.execute(statement)


def ensure() -> None:
    """Put the triggers in place and count anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _sqlite() if connection.vendor == "sqlite" else _postgresql():
            cursor.execute(statement)
    recount()


def recount() -> None:
    """Write every total from the rows; what the triggers keep must equal this."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TOTALS}")  # noqa: S608 - constants
        cursor.execute(
            f"INSERT INTO {TOTALS} ({_KEY}, count, filled, amount_e4, weighted_e4,"  # noqa: S608
            " without_step, without_step_e4)"
            f" SELECT {_key_of('o')}, COUNT(*), COUNT(o.amount),"
            f" SUM({_amount_e4('o')}), SUM({_weighted_e4('o')}),"
            " SUM(CASE WHEN o.next_step = '' THEN 1 ELSE 0 END),"
            f" SUM(CASE WHEN o.next_step = '' THEN {_amount_e4('o')} ELSE 0 END)"
            f" FROM {TABLE} o WHERE o.deleted_at IS NULL"
            f" GROUP BY {_key_of('o')}"
        )
