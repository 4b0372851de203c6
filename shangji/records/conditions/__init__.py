"""The condition language (law 7): one typed tree over described fields.

`tree` its nodes · `address` and `stored` how it is written down · `fields` what it may name ·
`sql` and `memory` two ways to the same answer · `words` chips and "why is it here".
Fields and operators come from allow-lists only; a hidden field answers like a misspelt one.
"""

from shangji.records.conditions.address import (
    read_condition,
    read_conditions,
    read_node,
    read_nodes,
)
from shangji.records.conditions.fields import (
    Described,
    check_operator,
    filter_field,
    operator_choices,
)
from shangji.records.conditions.memory import holds, holds_row, is_in_hand, paths_of
from shangji.records.conditions.sql import compile_node
from shangji.records.conditions.stored import check, dump, dump_node, load, load_node
from shangji.records.conditions.tree import (
    BARE,
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_VALUE,
    All,
    AnyOf,
    Condition,
    Node,
    Not,
    conditions_of,
    parts_of,
)
from shangji.records.conditions.words import Chip, Reason, chips, reasons

__all__ = [
    "BARE",
    "MAX_CONDITIONS",
    "MAX_DEPTH",
    "MAX_VALUE",
    "All",
    "AnyOf",
    "Chip",
    "Condition",
    "Described",
    "Node",
    "Not",
    "Reason",
    "check",
    "check_operator",
    "chips",
    "compile_node",
    "conditions_of",
    "dump",
    "dump_node",
    "filter_field",
    "holds",
    "holds_row",
    "is_in_hand",
    "load",
    "load_node",
    "operator_choices",
    "parts_of",
    "paths_of",
    "read_condition",
    "read_conditions",
    "read_node",
    "read_nodes",
    "reasons",
]
