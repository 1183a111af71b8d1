"""The heads of all journals, kept elsewhere: a tail that was cut off shows, which a chain alone does not tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of one chain: its number, and its hash in hex."""

    chain_id: UUID
    number: int
    hash: str


def in_order(heads: Iterable[Head]) -> tuple[Head, ...]:
    """Heads by the ids of their chains."""
    return tuple(sorted(heads, key=lambda head: head.chain_id.hex))


def digest_of(heads: Iterable[Head]) -> str:
    """One SHA-256 over heads, in hex, whatever order they come in.

    >>> one, two = Head(UUID(int=1), 7, "ab"), Head(UUID(int=2), 3, "cd")
    >>> digest_of([one, two]) == digest_of([two, one]) != digest_of([one])
    True
    """
    lines = [f"{head.chain_id.hex} {head.number} {head.hash}" for head in in_order(heads)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
