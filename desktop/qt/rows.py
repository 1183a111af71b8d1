"""What a table shows: columns, cells, and the models behind it, one of rows at hand, one of rows fetched in pages.

Both hold their rows sorted and filtered as a `Listing` says. `Rows` does it itself, comparing cells as a person
reads them; `LazyRows` leaves it to a `Source`, whose queries answer on worker threads.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.kernel.alphabet import sort_key
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder
from desktop.kernel.text import SHAPES, Catalog, message_of
from desktop.qt.basics import LEFT, RIGHT

KEPT_PAGES = 64
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WORD_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows. ``state`` makes it a badge, ``cap`` the cap of a key; ``second`` is a quieter line below.

    ``spark`` are small bars in place of the words, the last one marked: each a share of the highest (0 to 1) and
    whether it is estimated. They only repeat figures, which ``text`` has for those who copy or listen. ``ticked``
    puts a check box before the words.
    """

    text: str
    second: str = ""
    state: str = ""
    strong: bool = False
    ink: str = "ink"
    icon: str = ""
    icon_ink: str = "accent"
    spark: tuple[tuple[float, bool], ...] = ()
    cap: bool = False
    ticked: bool | None = None

    @property
    def words(self) -> str:
        """Both lines as one."""
        return f"{self.text} {self.second}" if self.second else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, how a row becomes its cell, its width in px (0: takes what is left, ``least`` at least).

    ``name`` is how it is remembered (the title's message where there is none) and what a listing sorts by; not every
    column of a lazy table ``sorts``. ``value`` gives what an export writes and rows at hand are sorted by: text,
    a number, a measure or a date; without it both take the cell as shown, in a right-aligned column as a number.
    Words without room lose their end; with a ``head`` they lose their middle, for the house and the flat tell
    addresses apart, and the beginning keeps that share of the room.
    """

    title: str
    cell: Callable[[Any], Cell | str]
    width: int = 0
    right: bool = False
    name: str = ""
    value: Callable[[Any], object] | None = None
    sorts: bool = True
    least: int = 0
    head: float = 0.0

    @property
    def key(self) -> str:
        """What the column is remembered by."""
        return self.name or message_of(self.title)


@dataclass(frozen=True, slots=True)
class Group:
    """A row over the rows of a group: its name, how many they are, whether they are folded away."""

    name: str
    rows: tuple[Any, ...]
    folded: bool = False


Then = Callable[[Any], None]
Failed = Callable[[BaseException], None]
Ask = Callable[[Callable[..., Any], Any, Then, Failed], None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a lazy table come from: two queries (`desktop.kernel.listing`) and a way to ask, `Page.ask`.

    ``ask(query, request, then, failed)`` answers on the main thread and only for the newest request of each query.
    """

    ask: Ask
    page: Callable[..., Sequence[Any]]
    extent: Callable[..., Extent]


def plain(words: str, say: Catalog) -> tuple[int, Any]:
    """A cell's words as they are compared: numbers by value, days and months by date, others by their alphabet.

    Numbers inside words count by value too, so that 9 comes before 10.
    """
    number = shown_number(words, say)
    if number is not None:
        return (0, number)
    for shape in _day_shapes(say.language):
        day = shape.fullmatch(words)
        if day:
            found = day.groupdict()
            month = say.shape.months.index(found["name"]) + 1 if found.get("name") else int(found["m"])
            return (1, (int(found["y"]), month, int(found.get("d") or 0), found["time"] or ""))
    parts = re.split(r"(\d+)", sort_key(words))
    return (2, tuple((part.zfill(20) if at % 2 else part) for at, part in enumerate(parts)))


@cache
def _day_shapes(language: str) -> tuple[re.Pattern[str], ...]:
    """How a language writes days, moments and months, to be read back."""
    shape = SHAPES[language]
    digits = {"y": r"\d{4}", "m": r"\d{1,2}", "d": r"\d{1,2}", "name": "|".join(shape.months)}

    def field(hit: re.Match[str]) -> str:
        return f"(?P<{hit[1]}>{digits[hit[1]]})"

    return tuple(
        re.compile(re.sub(r"\{(\w+)(?::\d+)?\}", field, form.replace(".", r"\.")) + r"(?P<time> \d\d:\d\d)?")
        for form in (shape.date, shape.month)
    )


def shown_number(words: str, say: Catalog) -> Decimal | None:
    """The number that words of this language show, or None when they show none."""
    bare = words.replace(say.shape.group, "").replace(say.shape.decimal, ".").replace("\N{MINUS SIGN}", "-")
    shaped = re.fullmatch(r"[-+]?\d+(\.\d+)?", bare)
    grouped = re.fullmatch(
        rf"\D?\d{{1,3}}({re.escape(say.shape.group)}\d{{3}})*(\D\d+)?|\D?\d+(\D\d+)?", words
    )
    return Decimal(bare) if shaped and grouped else None


class Rows(QAbstractTableModel):
    """Frozen rows under their columns; cells are written when they are first looked at."""

    listed = Signal()

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns, self.rows = tuple(columns), ()
        self.listing, self.say = Listing(), None
        self.group: Callable[[Any], str] | None = None
        self._given: tuple[Any, ...] = ()
        self._folded: set[str] = set()
        self._cells: dict[tuple[int, int], Cell] = {}

    # What is shown -------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[Any]) -> None:
        """Show other rows, in the order and filter of before."""
        self._given = tuple(rows)
        self._arrange()

    def list(self, listing: Listing) -> None:
        """Show the rows in another order, or others of them."""
        self.listing = listing
        self._arrange()

    def fold(self, name: str, folded: bool) -> None:
        """Put the rows of a group away, or show them."""
        (self._folded.add if folded else self._folded.discard)(name)
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self._cells.clear()
        rows = [row for row in self._given if self._passes(row)]
        by = self.listing.sort  # nothing, until somebody sorts; columns without a title have no name either
        sorting = next((one for one in self.columns if one.key == by), None) if by else None
        if sorting is not None:
            rows.sort(key=lambda row: self._worth(sorting, row), reverse=self.listing.descending)
        self.rows = tuple(rows if self.group is None else self._grouped(rows))
        self.endResetModel()
        self.listed.emit()

    def _grouped(self, rows: Sequence[Any]) -> Iterator[Any]:
        """Rows under their groups, which keep the order in which each first appears."""
        places: dict[str, int] = {}
        for row in rows:
            places.setdefault(self.group(row), len(places))
        for name, members in groupby(sorted(rows, key=lambda row: places[self.group(row)]), self.group):
            inside = tuple(members)
            yield Group(name, inside, name in self._folded)
            if name not in self._folded:
                yield from inside

    def _passes(self, row: Any) -> bool:
        words = self.listing.filter.casefold().split()
        if not words:
            return True
        shown = " ".join(_cell(column, row).words for column in self.columns).casefold()
        return all(word in shown for word in words)

    def _worth(self, column: Column, row: Any) -> Any:
        if column.value is not None:
            return column.value(row)
        return plain(_cell(column, row).words, self.say)

    @property
    def total(self) -> int | None:
        """How many rows the listing has; None while that is being counted."""
        return sum(1 for row in self.rows if not isinstance(row, Group))

    def all_rows(self) -> Iterator[Any]:
        """Every row of the listing, folded ones too, without group rows."""
        for row in self.rows:
            if not isinstance(row, Group):
                yield row
            elif row.folded:
                yield from row.rows

    # One row -------------------------------------------------------------------------------------------------

    def row(self, at: int) -> Any | None:
        """The row at a place; None when it is not there yet."""
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def stale(self, at: int) -> bool:
        """Whether a row is an old one that is being asked for again."""
        return False

    def cell(self, row: int, column: int) -> Cell | None:
        """One cell; None when its row is not there yet, or is a group's."""
        found = self._cells.get((row, column))
        if found is None:
            behind = self.row(row)
            if behind is None or isinstance(behind, Group):
                return None
            found = _cell(self.columns[column], behind)
            self._cells[row, column] = found
        return found

    # Qt's questions ------------------------------------------------------------------------------------------

    def retell(self) -> None:
        """What the columns tell of the rows has changed, and not the rows."""
        self._cells.clear()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in _WORD_ROLES:
            return None
        cell = self.cell(index.row(), index.column())
        if cell is None:
            behind = self.row(index.row())
            return behind.name if isinstance(behind, Group) and index.column() == 0 else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title}: {cell.words}".strip()
        return cell.text

    def spoken(self, row: int) -> str:
        """A whole row as it is read aloud: each title with its cell."""
        behind = self.row(row)
        if behind is None or isinstance(behind, Group):
            return behind.name if behind else ""
        cells = [(one.title, _cell(one, behind).words) for one in self.columns]
        return ", ".join(f"{title}: {words}" for title, words in cells if words)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return self.spoken(section) if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.columns[section].right else LEFT
        return None


def _cell(column: Column, row: Any) -> Cell:
    made = column.cell(row)
    return made if isinstance(made, Cell) else Cell(made)


class _Seen(Sequence):
    """The rows of a lazy model by their place; None where a row is not there yet."""

    def __init__(self, model: LazyRows) -> None:
        self._model = model

    def __len__(self) -> int:
        return self._model.rowCount()

    def __getitem__(self, at: int) -> Any | None:
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        return self._model.row(place)


@dataclass(slots=True)
class _Page:
    rows: Sequence[Any]
    old: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)


class LazyRows(Rows):
    """Rows of a `Source`, kept in pages of 256 of which 64 stay in memory; the view says which rows it wants.

    Only one page is under way at a time, the one wanted last: whoever drags through a million rows waits for what
    is seen when the hand stops, not for all that flew by. The first page needs no anchors and comes at once; jumps
    work from when the extent has come. ``failed`` tells that an answer did not come; what was seen stays.
    """

    failed = Signal(object)

    def __init__(self, columns: Sequence[Column], source: Source) -> None:
        super().__init__(columns)
        self.source, self.rows = source, _Seen(self)
        self.extent: Extent | None = None
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._count = 0
        self._measured_for: Listing | None = None
        self._shown: Listing | None = None
        self._under_way: int | None = None
        self._wanted: tuple[int, ...] = ()
        self._turn, self._halted, self._recounted = 0, False, False

    def list(self, listing: Listing) -> None:
        """Ask for the rows in an order and filter; old rows stay until the first of the new ones have come."""
        self.listing, self._turn = listing, self._turn + 1
        self._under_way, self._halted, self._recounted = None, False, False
        for page in self._pages.values():
            page.old = True
        if self._settled and self._count:
            self._next_page()
        else:
            self._ask_page(0, PageOrder(listing=listing))
        self._measure()

    @property
    def _settled(self) -> bool:
        """Whether rows and anchors both are those of the listing asked for."""
        return self._shown == self._measured_for == self.listing

    @property
    def total(self) -> int | None:
        """How many rows the listing has; None while that is being counted."""
        return self.extent.total if self._settled and self.extent is not None else None

    def all_rows(self) -> Iterator[Any]:
        """Not for lazy rows: they are read page by page on a worker."""
        raise NotImplementedError

    def row(self, at: int) -> Any | None:
        """The row at a place; None when it is not there yet."""
        page = self._pages.get(at // PAGE_ROWS)
        place = at % PAGE_ROWS
        return page.rows[place] if page is not None and place < len(page.rows) else None

    def cell(self, row: int, column: int) -> Cell | None:
        """One cell; None when its row is not there yet."""
        page = self._pages.get(row // PAGE_ROWS)
        place = row % PAGE_ROWS
        if page is None or place >= len(page.rows):
            return None
        found = page.cells.get((place, column))
        if found is None:
            found = page.cells[place, column] = _cell(self.columns[column], page.rows[place])
        return found

    def stale(self, at: int) -> bool:
        """Whether a row is an old one that is being asked for again."""
        page = self._pages.get(at // PAGE_ROWS)
        return page is not None and page.old

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def want(self, first: int, last: int, ahead: int = 0) -> None:
        """These rows are seen, and ``ahead`` more each way may be next: ask for what is not there, the seen first."""
        most = self._count - 1
        seen = range(max(first, 0) // PAGE_ROWS, min(last, most) // PAGE_ROWS + 1)
        near = range(max(first - ahead, 0) // PAGE_ROWS, min(last + ahead, most) // PAGE_ROWS + 1)
        self._wanted = (*seen, *(page for page in near if page not in seen))
        for page in reversed(self._wanted):
            if page in self._pages:
                self._pages.move_to_end(page)
        self._next_page()

    # Answers -------------------------------------------------------------------------------------------------

    def _next_page(self) -> None:
        if self._under_way is not None or self._halted or not self._settled:
            return
        for page in self._wanted:
            known = self._pages.get(page)
            if (known is None or known.old) and page < self.extent.pages:
                self._ask_page(page, self.extent.order(self.listing, page))
                return

    def _ask_page(self, page: int, order: PageOrder) -> None:
        self._under_way, turn = page, self._turn
        self.source.ask(
            self.source.page, order, lambda rows: self._arrived(turn, page, rows), self._failing(turn)
        )

    def _measure(self) -> None:
        turn = self._turn
        self.source.ask(
            self.source.extent,
            self.listing,
            lambda extent: self._measured(turn, extent),
            self._failing(turn),
        )

    def _arrived(self, turn: int, page: int, rows: Sequence[Any]) -> None:
        if turn != self._turn:
            return
        self._under_way = None
        if self._shown != self.listing:
            self._begin(rows)
        else:
            self._keep(page, rows)
            first = page * PAGE_ROWS
            last = min(first + PAGE_ROWS, self._count) - 1
            if last >= first:
                self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
            if len(rows) != last - first + 1 and not self._recounted:
                self._recounted = True  # rows came or went since they were counted
                self._measure()
        self._next_page()

    def _begin(self, rows: Sequence[Any]) -> None:
        """The first rows of another order or filter have come: they take the place of the old ones."""
        same_rows = self._shown is not None and self._shown.filter == self.listing.filter
        self._shown = self.listing
        self.beginResetModel()
        self._pages.clear()
        self._keep(0, rows)
        if self._settled:
            self._count = self.extent.total
        elif not (same_rows and self._count >= len(rows)):
            self._count = len(rows)
        self.endResetModel()
        self.listed.emit()

    def _measured(self, turn: int, extent: Extent) -> None:
        if turn != self._turn:
            return
        if self._settled and extent != self.extent:
            for page in self._pages.values():
                page.old = True
        self.extent, self._measured_for = extent, self.listing
        if self._settled:  # else the first rows are still to come, and take it along
            self._set_count(extent.total)
            self.listed.emit()
            self._next_page()

    def _set_count(self, total: int) -> None:
        if total > self._count:
            self.beginInsertRows(_ROOT, self._count, total - 1)
            self._count = total
            self.endInsertRows()
        elif total < self._count:
            self.beginRemoveRows(_ROOT, total, self._count - 1)
            self._count = total
            self.endRemoveRows()

    def _keep(self, page: int, rows: Sequence[Any]) -> None:
        self._pages[page] = _Page(rows)
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def _failing(self, turn: int) -> Failed:
        def tell(error: BaseException) -> None:
            if turn == self._turn:
                self._under_way, self._halted = None, True
                for page in self._pages.values():
                    page.old = False
                self.failed.emit(error)

        return tell
