"""Random names and secrets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

# No vowels, so no words; no 0 1 l, so nothing to misread.
_KEY_ALPHABET: Final = "23456789bcdfghjkmnpqrstvwxyz"
KEY_LENGTH: Final = 8


def new_token(bits: int = 160) -> str:
    """A secret for links and API keys: url-safe, at least `bits` random bits (128 or more)."""
    if bits < 128:
        raise ValueError("a token carries at least 128 bits")
    return secrets.token_urlsafe(-(-bits // 8))


def hash_token(token: str) -> str:
    """What is stored in place of a token: its SHA-256 in hex. Enough, since tokens are random."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_token(token: str, stored_hash: str) -> bool:
    """Whether `token` is the one that was stored, in time that tells nothing."""
    return hmac.compare_digest(hash_token(token).encode(), stored_hash.encode("utf-8", "replace"))


def new_key(prefix: str = "f") -> str:
    """A short generated name such as "f_7kq2mxd4" for a field, an option or a column: about 38
    random bits, so the caller still checks that it is free where it must be unique."""
    return f"{prefix}_" + "".join(secrets.choice(_KEY_ALPHABET) for _place in range(KEY_LENGTH))
