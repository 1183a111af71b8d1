"""Which column of a sheet is which: titles in any order, spelling and language, in one row or in two."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.kernel.cells.shapes import half_width, without_accents
from desktop.kernel.cells.workbook import Line

TITLE_ROWS = 15
_BRACKETED = re.compile(r"[(\[{<【〔《][^)\]}>】〕》]*[)\]}>】〕》]?")
_EARLIER = re.compile("上次|上期|上月|前次|previous|last|truoc|edelli")
_NO_LETTER = re.compile(r"[\W_]+")
_TOTALS = frozenset(
    (
        *("合计", "小计", "总计", "共计", "累计", "合計", "小計", "總計", "总数", "总合计"),
        *("本页合计", "本页小计", "本页共计", "全页合计"),
        *("total", "totals", "subtotal", "grandtotal", "sum", "pagetotal"),
        *("tong", "tongcong", "congtong", "cong", "tongso"),
        *("yhteensa", "summa", "valisumma", "loppusumma", "kokonaissumma"),
    )
)


def normal(title: str) -> str:
    """A title without blanks, marks, accents and the difference of capitals; what stands in brackets stays.

    >>> normal(" Mã khách-hàng：*"), normal("本次示数（kWh）")
    ('makhachhang', '本次示数kwh')
    """
    return _NO_LETTER.sub("", without_accents(half_width(title)))


def _spellings(title: str) -> tuple[str, str]:
    """A title as it is looked for: first whole, then without what stands in brackets, such as its unit."""
    plain = half_width(title)
    return normal(plain), normal(_BRACKETED.sub("", plain))


def is_total(title: str) -> bool:
    """Whether words stand at the head of a line of totals; figures in them count nothing.

    >>> is_total("合计："), is_total("Tổng cộng 12"), is_total("Totalling")
    (True, True, False)
    """
    return re.sub(r"\d", "", _spellings(title)[1]) in _TOTALS


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field to look for: its name, its titles made `normal`, whether every sheet must have it, or one of the fields
    that may stand ``instead``."""

    name: str
    titles: frozenset[str]
    required: bool
    instead: frozenset[str] = frozenset()

    def lacks(self, columns: Collection[str]) -> bool:
        """Whether a sheet with these fields cannot be read for want of it."""
        return self.required and self.name not in columns and not self.instead.intersection(columns)


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of a sheet: the row in which they end, and what stands above each column, by its place.

    ``columns`` gives the place of each field that was found, ``doubled`` how many columns claim one.
    """

    number: int
    above: Mapping[int, str]
    columns: Mapping[str, int]
    doubled: Mapping[str, int] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """What sheets of one sender have in common: a digest of their titles."""
        words = "\n".join(f"{place} {normal(title)}" for place, title in sorted(self.above.items()))
        return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


_FIGURES = re.compile(r"[-+−]?\d[\d.,:/ -]*")


class Finder:
    """Looks for fields among titles; ``mapped`` is what people decided: by `shape`, or under "" for this file,
    the field of a title made `normal`. Columns under ``ignored`` titles are as if they were not there."""

    def __init__(
        self,
        fields: Sequence[Wanted],
        mapped: Mapping[str, Mapping[str, str]],
        ignored: frozenset[str] = frozenset(),
    ) -> None:
        self._mapped, self._ignored = mapped, ignored
        self._known = {title: one.name for one in fields for title in one.titles}

    def count(self, rows: Iterable[Sequence[str]]) -> int:
        """How many fields the best of some rows has titles of."""
        lines = [Line(number, dict(enumerate(row))) for number, row in enumerate(rows, 1)]
        return max((len(self._columns(self._single(line))) for line in lines), default=0)

    def find(self, lines: Sequence[Line]) -> Titles | None:
        """The titles among the first rows of a sheet: the row, or the pair of rows, in which most fields are found.

        Where none is, the first row with two filled cells, for somebody to say what they are; None without one. One
        title beside figures or days is none: a purpose like "fee" among the values of a bank.
        """
        best: tuple[int, Titles] | None = None
        for place, line in enumerate(lines):
            candidates = [self._single(line)]
            if place and lines[place - 1].number == line.number - 1:
                candidates.append(_paired(_texts(lines[place - 1]), _texts(line), self._known))
            for above in candidates:
                found = self._titles(line.number, above)
                score = len(found.columns) + len(found.doubled)
                if score == 1 and _figures(line):
                    continue
                if score and (best is None or score > best[0]):
                    best = score, found
        if best is not None:
            return best[1]
        first = next((line for line in lines if len(_texts(line)) > 1), None)
        return Titles(first.number, self._single(first), {}) if first is not None else None

    def _single(self, line: Line) -> dict[int, str]:
        return {place: cell[1:] if cell[:1] == "s" else cell for place, cell in _texts(line).items()}

    def _titles(self, number: int, titles: dict[int, str]) -> Titles:
        above = {place: title for place, title in titles.items() if normal(title) not in self._ignored}
        bare = Titles(number, above, {})
        decided = {**self._mapped.get(bare.shape, {}), **self._mapped.get("", {})}
        places = self._columns(above, decided)
        return Titles(
            number,
            above,
            {name: found[0] for name, found in places.items() if len(found) == 1},
            {name: len(found) for name, found in places.items() if len(found) > 1},
        )

    def _columns(
        self, above: Mapping[int, str], decided: Mapping[str, str] | None = None
    ) -> dict[str, list[int]]:
        """The places of each field; where a person decided about a field or a column, only that counts."""
        by_hand = decided or {}
        places: dict[str, list[int]] = {}
        taken = set(by_hand.values())
        for place, title in above.items():
            whole, bare = _spellings(title)
            name = by_hand.get(whole)
            if name is None:
                name = self._known.get(whole) or self._known.get(bare)
                if name in taken:
                    continue
            if name:
                places.setdefault(name, []).append(place)
        return places


def _figures(line: Line) -> bool:
    """Whether a row has figures or days in it, as numbers or as text."""
    return any(cell and (cell[0] != "s" or _FIGURES.fullmatch(cell[1:])) for cell in line.cells.values())


def _texts(line: Line) -> dict[int, str]:
    return {place: cell for place, cell in line.cells.items() if cell.startswith("s")}


def _paired(upper: Mapping[int, str], lower: Mapping[int, str], known: Mapping[str, str]) -> dict[int, str]:
    """Two rows of titles as one: the upper one reaches to the right until the next, as merged cells do."""
    titles: dict[int, str] = {}
    heading = ""
    for place in range(max([*upper, *lower], default=-1) + 1):
        heading = upper.get(place, heading)
        below = lower.get(place, "")[1:]
        if not below:
            if place in upper:
                titles[place] = heading[1:]
        elif any(spelling in known for spelling in _spellings(heading[1:] + below)) or _EARLIER.search(
            normal(heading)  # what was read before is never taken for what is read now
        ):
            titles[place] = heading[1:] + below
        else:
            titles[place] = below
    return titles
