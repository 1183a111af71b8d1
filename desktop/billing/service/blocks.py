"""Mass papers: the bills of a run as block files in walking order, or a file each; what stands there is left alone."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from desktop.billing.documents import write_bills
from desktop.billing.records import START, BillsPage, BillsPrinted, Block
from desktop.billing.service.bills import bills_of_run
from desktop.billing.service.looks import find_run
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, query

BLOCK = 500
"""Bills in one file: no more of them are in memory at a time, and no more are written again after a stop."""


@query("billing.view")
def blocks_of_run(work: Work, asked: tuple[str, bool]) -> tuple[Block, ...]:
    """The bills of a run in walking order, cut into blocks of a file each, or of a file for each bill.

    Those taken back are left out. Numbers are part of the names of files: when more bills come, a block is another.
    """
    number, each = asked
    run = find_run(work, number)
    rows = work.rows(
        sa.select(Bill.position, Bill.running, Bill.number)
        .where(Bill.run_id == run.id, Bill.id.not_in(reversed_bills()))
        .order_by(Bill.position, Bill.running)
    )
    blocks, after = list[Block](), START
    while some := rows.fetchmany(BLOCK):
        whole = f"{number}_{len(blocks) + 1:05}_{some[0].number}_{some[-1].number}.pdf"
        files = [f"{row.number}.pdf" for row in some] if each else [whole]
        blocks.append(Block(after, len(some), tuple(files)))
        after = some[-1].position, some[-1].running
    return tuple(blocks)


def print_blocks(
    seat: Seat,
    run_number: str,
    folder: Path,
    progress: Progress = go_on,
    *,
    each: bool = False,
    share: tuple[int, int] = (0, 1),
) -> None:
    """Write the bills of a run into a folder, block by block; a file that is there already stays.

    After a stop the same call goes on. ``share`` is which of how many workers this one is: each has blocks of its own.
    """
    blocks = seat.ask(blocks_of_run, (run_number, each))
    if not blocks:
        raise Refused(Text("Run {number} has no bills yet: issue it first.", number=run_number))
    mine = [block for at, block in enumerate(blocks) if at % share[1] == share[0]]
    total, done = sum(block.bills for block in mine), 0
    for block in mine:
        _write(seat, run_number, folder, block)
        done += block.bills
        if not progress(done, total):
            return


def _write(seat: Seat, run_number: str, folder: Path, block: Block) -> None:
    """Write the files of a block that are not there yet."""
    missing = {name for name in block.files if not (folder / name).exists()}
    if not missing:
        return
    bills = seat.ask(bills_of_run, BillsPage(run_number, block.after, block.bills)).bills
    each = len(block.files) == len(bills)
    for name, some in zip(block.files, [(bill,) for bill in bills] if each else [bills], strict=True):
        if name in missing:
            with written_whole(folder / name) as stream:
                write_bills(stream, some, seat.app.catalog, seat.app.country, seat.app.picture)


def printed(
    seat: Seat, run_number: str, folder: Path, before: BillsPrinted | None = None, *, each: bool = False
) -> BillsPrinted:
    """How far the printing of a run into a folder is; what was written since ``before``, whoever wrote it."""
    blocks = seat.ask(blocks_of_run, (run_number, each))
    there = [
        block.bills // len(block.files)
        for block in blocks
        for name in block.files
        if (folder / name).exists()
    ]
    found = BillsPrinted(0, sum(there), len(there), sum(block.bills for block in blocks) - sum(there))
    if before is None:
        return found
    return BillsPrinted(found.there - before.there, before.there, found.files - before.files, found.left)
