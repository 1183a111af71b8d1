"""The print journal: an original once, then COPY n."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.work import Work
from desktop.papers.tables import PrintJob


def check_code(row_hash: bytes) -> str:
    """The short code that proves a paper: the first 32 bits of its row's hash.

    >>> check_code(bytes.fromhex("7c1f90ae" + "00" * 28))
    '7C1F-90AE'
    """
    code = row_hash.hex().upper()
    return f"{code[:4]}-{code[4:8]}"


def queue(work: Work, kind: str, number: str, owner_id: UUID) -> int:
    """Enter one print of a paper; 0 for the original, n for its n-th copy."""
    last = work.session.scalar(sa.select(sa.func.max(PrintJob.copy)).filter_by(kind=kind, number=number))
    copy = 0 if last is None else last + 1
    work.add(
        PrintJob(id=work.new_id(), kind=kind, number=number, owner_id=owner_id, copy=copy, asked_at=work.at)
    )
    return copy
