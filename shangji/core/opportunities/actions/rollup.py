"""The roll-up by stage, owner and currency: kept by database triggers.

Triggers, not code, so that a move, a bulk edit, an import by executemany and an undo all keep
it, in their own transaction. Django rebuilds SQLite tables in migrations and triggers go with
them, so `ensure` runs after every migrate. Amounts are whole ten-thousandths: sums stay exact
on SQLite, whose decimals are floats.
"""

from django.db import connection, transaction

TABLE = "opportunities_opportunity"
TOTALS = "opportunities_stagetotal"
_COLUMNS = "stage_id, owner_id, currency, probability, amount, next_step, deleted_at"

_ADD = """
INSERT INTO {totals} (stage_id, owner_id, currency, count, amount_e4, weighted_e4, without_step)
VALUES ({row}.stage_id, COALESCE({row}.owner_id, 0), {row}.currency, {sign}1,
  {sign}{amount}, {sign}{weighted}, {sign}(CASE WHEN {row}.next_step = '' THEN 1 ELSE 0 END))
ON CONFLICT (stage_id, owner_id, currency) DO UPDATE SET
  count = {totals}.count + excluded.count,
  amount_e4 = {totals}.amount_e4 + excluded.amount_e4,
  weighted_e4 = {totals}.weighted_e4 + excluded.weighted_e4,
  without_step = {totals}.without_step + excluded.without_step;
"""


def _upsert(row: str, sign: str) -> str:
    return _ADD.format(
        totals=TOTALS,
        row=row,
        sign=sign,
        amount=f"CAST(ROUND(COALESCE({row}.amount, 0) * 10000) AS BIGINT)",
        weighted=f"CAST(ROUND(COALESCE({row}.amount, 0) * {row}.probability * 100) AS BIGINT)",
    )


def _sqlite() -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS opp_total_insert",
        "DROP TRIGGER IF EXISTS opp_total_delete",
        "DROP TRIGGER IF EXISTS opp_total_leave",
        "DROP TRIGGER IF EXISTS opp_total_enter",
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
  IF leave AND enter AND (OLD.stage_id, COALESCE(OLD.owner_id, 0), OLD.currency)
     > (NEW.stage_id, COALESCE(NEW.owner_id, 0), NEW.currency) THEN
    {_upsert("NEW", "")}
    {_upsert("OLD", "-")}
  ELSE
    IF leave THEN {_upsert("OLD", "-")} END IF;
    IF enter THEN {_upsert("NEW", "")} END IF;
  END IF;
  RETURN NULL;
END $$""",
        f"DROP TRIGGER IF EXISTS opp_total_rows ON {TABLE}",
        f"DROP TRIGGER IF EXISTS opp_total_update ON {TABLE}",
        f"CREATE TRIGGER opp_total_rows AFTER INSERT OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION opp_total()",
        f"CREATE TRIGGER opp_total_update AFTER UPDATE OF {_COLUMNS} ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION opp_total()",
    ]


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
            f"INSERT INTO {TOTALS} (stage_id, owner_id, currency, count, amount_e4, weighted_e4, "  # noqa: S608
            "without_step) SELECT stage_id, COALESCE(owner_id, 0), currency, COUNT(*), "
            "SUM(CAST(ROUND(COALESCE(amount, 0) * 10000) AS BIGINT)), "
            "SUM(CAST(ROUND(COALESCE(amount, 0) * probability * 100) AS BIGINT)), "
            "SUM(CASE WHEN next_step = '' THEN 1 ELSE 0 END) "
            f"FROM {TABLE} WHERE deleted_at IS NULL "
            "GROUP BY stage_id, COALESCE(owner_id, 0), currency"
        )
