"""What pages ask again and again is planned once, and answered whatever became of its name."""

from typing import Any

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from shangji.foundation.workspace import statements

TEXT = "SELECT word, %s + 1 FROM statements_words WHERE word LIKE %s ORDER BY 1"


@pytest.fixture(autouse=True)
def words(transactional_db: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS statements_words")
        cursor.execute("CREATE TABLE statements_words (word varchar(20))")
        cursor.execute("INSERT INTO statements_words VALUES ('oak'), ('ash'), ('elm')")
        statements._known.clear()
        if connection.vendor == "postgresql":
            cursor.execute("DEALLOCATE ALL")
        yield cursor
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE statements_words")


def names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'sj_%%'", [])
        return [row[0] for row in cursor.fetchall()]


def ask(number: int = 1, like: str = "%") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in statements.ask(TEXT, (number, like))]


def end_all_connections() -> None:
    """As a restart of the database does."""
    given = connection.get_connection_params()
    given = {
        key: given[key] for key in given.keys() & {"dbname", "user", "password", "host", "port"}
    }
    with psycopg.connect(**given) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


ALL = [("ash", 2), ("elm", 2), ("oak", 2)]


def test_it_answers_each_time_with_the_parameters_of_now() -> None:
    assert ask() == ALL
    assert ask(6, "a%") == [("ash", 7)]
    assert ask(7, "o%") == [("oak", 8)]
    for _ in range(3):
        assert statements.ask("SELECT 5", ()) == [(5,)]
    with transaction.atomic():
        assert ask() == ALL


def test_what_fails_is_told_as_it_is(monkeypatch: Any) -> None:
    def busy(sql: str, params: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(statements, "_ask", busy)
    with pytest.raises(OperationalError, match="is locked"):
        ask()


@pytest.mark.postgres
class TestPrepared:
    def test_the_second_time_prepares_and_the_first_does_not(self) -> None:
        before = len(names())
        ask()
        assert len(names()) == before
        ask()
        ask()
        assert len(names()) == before + 1

    def test_a_name_that_is_gone_costs_nothing_but_itself(self, words: Any) -> None:
        ask()
        ask()
        words.execute("DEALLOCATE ALL")
        assert ask() == ALL
        assert ask() == ALL

    def test_a_table_of_another_shape_is_read_by_the_text(self, words: Any) -> None:
        ask()
        ask()
        words.execute("ALTER TABLE statements_words ALTER word TYPE text")
        assert ask() == ALL

    def test_inside_a_transaction_no_name_is_used(self, words: Any) -> None:
        ask()
        ask()
        words.execute("DEALLOCATE ALL")
        with transaction.atomic():
            assert ask() == ALL

    def test_a_connection_that_was_ended_is_replaced(self) -> None:
        for _ in range(3):
            ask()
            end_all_connections()
            assert ask() == ALL
        end_all_connections()
        with pytest.raises(OperationalError), transaction.atomic():
            ask()
            end_all_connections()
            ask()
        assert ask() == ALL

    def test_what_is_wrong_in_itself_is_told(self) -> None:
        for _ in range(3):
            with pytest.raises(ProgrammingError, match="statements_wrods"):
                statements.ask("SELECT * FROM statements_wrods", ())
            with pytest.raises(DataError):
                statements.ask("SELECT CAST(%s AS integer)", ("many",))

    def test_a_name_that_is_taken_is_the_same_statement(self) -> None:
        ask()
        ask()
        statements._known.clear()  # as another client behind a pooler
        before = len(names())
        for _ in range(3):
            assert ask(6, "a%") == [("ash", 7)]
        assert len(names()) == before
        assert set(statements._known[connection.connection].values()) == {statements._PREPARED}

    def test_a_connection_prepares_a_bounded_number(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(statements, "MOST", 5)
        before = len(names())
        for _ in range(3):
            for number in range(12):
                assert statements.ask(f"SELECT {number} + %s", (1,)) == [(number + 1,)]
        assert len(names()) - before <= 5

    def test_what_is_asked_again_finds_room(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(statements, "MOST", 5)
        for number in range(20):  # each once
            statements.ask(f"SELECT {number} + %s", (1,))
        before = len(names())
        for _ in range(2):
            assert ask() == ALL
        assert len(names()) == before + 1
