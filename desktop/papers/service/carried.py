"""What papers carry besides their rows: pictures and photos, kept once, and words noted since they were issued."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.papers.rules import JPEG, PNG, bare_jpeg, bare_png
from desktop.papers.tables import Attachment, PaperNote


def attach_picture(work: Work, data: bytes) -> str:
    """Keep a PNG picture (`bare_png`) once; its digest, by which papers name it."""
    return _keep(work, bare_png(data), PNG)


def attach_photo(work: Work, data: bytes) -> str:
    """Keep a JPEG photo (`bare_jpeg`) once; its digest."""
    return _keep(work, bare_jpeg(data), JPEG)


def _keep(work: Work, content: bytes, media_type: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    if work.session.scalar(sa.select(Attachment.id).filter_by(digest=digest)) is None:
        work.add(Attachment(id=work.new_id(), digest=digest, media_type=media_type, content=content))
        work.session.flush()
    return digest


def picture(session: orm.Session, digest: str) -> bytes | None:
    """The picture with this digest; None where it is not kept."""
    return session.scalar(sa.select(Attachment.content).filter_by(digest=digest))


def note(work: Work, kind: str, number: str, words: Text) -> None:
    """From now on a paper says these words besides, on the screen and when it is printed again."""
    row = PaperNote(id=work.new_id(), kind=kind, number=number, note=canonical.dump(words), noted_at=work.at)
    work.add(row)


def noted(kind: str, number: orm.InstrumentedAttribute[str]) -> sa.Exists:
    """Whether a paper says anything besides."""
    return sa.exists().where(PaperNote.kind == kind, PaperNote.number == number)


def notes(work: Work, kind: str, numbers: Sequence[str]) -> dict[str, tuple[Text, ...]]:
    """What papers of a kind say besides, by their number, in the order it was noted."""
    rows = work.session.execute(
        sa.select(PaperNote.number, PaperNote.note)
        .where(PaperNote.kind == kind, among(work.session, PaperNote.number, numbers))
        .order_by(PaperNote.id)
    )
    found: dict[str, tuple[Text, ...]] = {}
    for number, words in rows:
        found[number] = (*found.get(number, ()), canonical.load(Text, words))
    return found
