"""Comparisons written by ourselves, so that both databases give one answer."""

from typing import Any, ClassVar

from django.db.models import BooleanField, CharField, Func, TextField, Transform, Value
from django.db.models.lookups import PatternLookup

from shangji.lib.addresses import HEAD


class AsciiLookup(PatternLookup):
    """LIKE that takes A to Z alike in both cases, as SQLite does, whatever the server's locale."""

    #: LIKE pattern around the escaped text
    param_pattern = "%s"
    _operators: ClassVar = {"sqlite": "LIKE %s ESCAPE '\\'", "postgresql": 'COLLATE "C" ILIKE %s'}

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return str(self._operators[connection.vendor]) % rhs


@CharField.register_lookup
@TextField.register_lookup
class Has(AsciiLookup):
    lookup_name = "sj_has"
    param_pattern = "%%%s%%"


@CharField.register_lookup
@TextField.register_lookup
class Starts(AsciiLookup):
    lookup_name = "sj_starts"
    param_pattern = "%s%%"


@CharField.register_lookup
@TextField.register_lookup
class Is(AsciiLookup):
    lookup_name = "sj_is"


class _Part(Transform):
    """Some characters of a text, counted from one."""

    function = "SUBSTR"
    output_field = TextField()
    arity = 1
    part = ""

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        text, params = compiler.compile(self.lhs)
        return f"SUBSTR({text}, {self.part})", params


@CharField.register_lookup
@TextField.register_lookup
class Envelope(_Part):
    """What of a kept address (lib.addresses) an envelope says."""

    lookup_name = "sj_envelope"
    part = str(HEAD + 1)


@CharField.register_lookup
@TextField.register_lookup
class Province(_Part):
    """Country and province of a kept address."""

    lookup_name = "sj_province"
    part = "1, 4"


@CharField.register_lookup
@TextField.register_lookup
class City(_Part):
    """Country, province and city of a kept address."""

    lookup_name = "sj_city"
    part = "1, 6"


@CharField.register_lookup
@TextField.register_lookup
class Plain(Transform):
    """The plain text in front of the HTML of a kept rich text (records.kinds.rich_text)."""

    lookup_name = "sj_plain"
    output_field = TextField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        text, params = compiler.compile(self.lhs)
        found = f"SUBSTR({text}, 1, INSTR({text} || CHAR(30), CHAR(30)) - 1)"
        return found, (*params, *params)

    def as_postgresql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        text, params = compiler.compile(self.lhs)
        return f"SPLIT_PART({text}, CHR(30), 1)", params


class AmongWords(Func):
    """Whether a word, written small, is one of a JSON list of words; never where that is NULL."""

    output_field = BooleanField()
    arity = 2

    def __init__(self, path: Any, word: Any) -> None:
        super().__init__(path, word if hasattr(word, "resolve_expression") else Value(word))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS(SELECT 1 FROM json_each(%(expressions)s)",
            arg_joiner=") WHERE LOWER(json_each.value) = ",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            # a list among custom values is read as text
            template="EXISTS(SELECT 1 FROM jsonb_array_elements_text((%(expressions)s)",
            arg_joiner=')::jsonb) AS list(word) WHERE LOWER(list.word COLLATE "C") = ',
        )
