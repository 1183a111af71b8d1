"""`sample`: invented files to try a whole month with."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import DONE, Call, common
from desktop.sample.district import write_district


@click.group("sample")
def sample_group() -> None:
    """Invented files to try the program with."""


@sample_group.command("district")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--accounts", type=click.IntRange(1, 100_000), default=20_000, help="how many accounts")
@common
def sample_district(call: Call, folder: Path, accounts: int) -> int:
    """Write a district of mixed accounts into FOLDER: a hall's workbook, two months of reads, terms of contracts."""
    app = call.app()
    files = write_district(folder, accounts, app.catalog(call.lang), app.country)
    told = call.say("{folder}: {files}", folder=str(folder), files=", ".join(file.name for file in files))
    call.answer({"files": [str(file) for file in files]}, [told])
    return DONE
