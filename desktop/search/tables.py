"""The words somebody may type, and what they lead to. Rebuilt from the owners at any time, so not recorded."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Base

_COMPARED = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
"""Byte for byte, so that what begins with a word is one range of the key."""

_LISTED = sa.text("owner_kind = 'account'")


class SearchKey(Base):
    """One word under which an owner is found; the key order makes every lookup one index range."""

    __tablename__ = "search_key"
    __table_args__ = ({"sqlite_with_rowid": False},)
    owner_kind: Mapped[str] = mapped_column(_COMPARED, primary_key=True)
    token: Mapped[str] = mapped_column(_COMPARED, primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID]


class SearchOwner(Base):
    """What a hit shows: the number to open it by and two lines; ``words`` are all its keys, one a line.

    They say what matched, tell whether a second word leads here too, and which keys go when it changes. Lists of
    accounts are sorted by ``sort_key``, which `sort_key` makes of the title.
    """

    __tablename__ = "search_owner"
    __table_args__ = (
        sa.Index(
            "ix_search_owner_sorted",
            "sort_key",
            "number",
            "owner_id",
            sqlite_where=_LISTED,
            postgresql_where=_LISTED,
        ),
    )
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]
    district_id: Mapped[UUID]
    party_id: Mapped[UUID | None] = mapped_column(index=True)
    number: Mapped[str]
    title: Mapped[str]
    subtitle: Mapped[str]
    words: Mapped[str]
    sort_key: Mapped[str] = mapped_column(_COMPARED)


class Pending(Base):
    """A kind of owners some of which have no words yet: those after ``after``, about ``remaining`` of them."""

    __tablename__ = "search_pending"
    owner_kind: Mapped[str] = mapped_column(primary_key=True)
    after: Mapped[UUID | None]
    remaining: Mapped[int]
