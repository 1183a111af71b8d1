"""Compile the words of every language: ``python -m desktop.kernel.compile_catalogs``."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from desktop.kernel.files import catalog_file, catalog_folder


def compile_catalogs(folder: Path) -> list[Path]:
    """Compile every ``.po`` of a folder to its ``.mo`` below; a file that is broken is a PoFileError."""
    made = []
    for source in sorted(folder.glob("*.po")):
        with source.open("rb") as stream:
            words = read_po(stream, locale=source.stem, abort_invalid=True)
        made.append(catalog_file(source.stem, folder))
        made[-1].parent.mkdir(parents=True, exist_ok=True)
        with made[-1].open("wb") as out:
            write_mo(out, words)
    return made


if __name__ == "__main__":
    names = ", ".join(path.parts[-3] for path in compile_catalogs(catalog_folder()))
    sys.stdout.write(f"catalogs: {names}\n")
