"""A number given by Shangji when a record is made (自动编号); nobody changes it."""

from shangji.records.kinds.text import Text


class Sequence(Text):
    """`prefix`, the year where each begins anew, and a number of at least `digits` digits."""

    name = "sequence"
    inline = False

    def __init__(self, prefix: str = "", digits: int = 4, *, yearly: bool = True) -> None:
        super().__init__(60)
        self.prefix = prefix
        self.digits = digits
        self.yearly = yearly

    def written(self, number: int, year: int) -> str:
        """OPP-2026-0001."""
        parts = [self.prefix, str(year) if self.yearly else "", f"{number:0{self.digits}d}"]
        return "-".join(part for part in parts if part)
