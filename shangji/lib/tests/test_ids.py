from __future__ import annotations

import re

import pytest

from shangji.lib.ids import hash_token, new_key, new_token, same_token


def test_tokens_are_url_safe_and_carry_their_bits() -> None:
    for bits in (128, 160, 161, 256):
        token = new_token(bits)
        assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
        assert len(token) * 6 >= bits
    assert len({new_token() for _round in range(1000)}) == 1000
    with pytest.raises(ValueError, match="128"):
        new_token(64)


def test_a_token_is_known_by_its_hash_only() -> None:
    token = new_token()
    stored = hash_token(token)
    assert token not in stored
    assert re.fullmatch(r"[0-9a-f]{64}", stored)
    assert same_token(token, stored)
    for wrong in ("", token[:-1], token + "A", stored, "\ud800", "é"):
        assert not same_token(wrong, stored)
    assert not same_token(token, "é\ud800")


def test_keys_are_short_and_plain() -> None:
    keys = {new_key() for _round in range(500)}
    assert len(keys) == 500
    assert all(re.fullmatch(r"f_[2-9b-z]{8}", key) for key in keys)
    assert new_key("opt").startswith("opt_")
