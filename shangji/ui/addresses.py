"""Addresses by name, worked out once per shape: a page names fifty, Django searches for each."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse

#: stands in for a number while the shape of an address is worked out; nothing has this id
_NUMBER = 790_317_640_512_800


def address(name: str, *args: Any) -> str:
    """What `reverse(name, args=args)` gives. NoReverseMatch for a name that is none."""
    numbers = [one for one in args if type(one) is int]
    shape = tuple(None if type(one) is int else str(one) for one in args)
    found = _shape(name, get_script_prefix(), shape)
    for place, number in enumerate(numbers):
        found = found.replace(str(_NUMBER + place), str(number), 1)
    return found


@lru_cache(maxsize=2000)
def _shape(name: str, _prefix: str, shape: tuple[str | None, ...]) -> str:
    args: list[Any] = []
    place = 0
    for one in shape:
        if one is None:
            args.append(_NUMBER + place)
            place += 1
        else:
            args.append(one)
    return reverse(name, args=args)
