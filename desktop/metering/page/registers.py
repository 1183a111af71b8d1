"""The registers of a meter that is hung: rows of a form, one for each, and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from desktop.kernel.measures import Reading
from desktop.kernel.text import Catalog, Text
from desktop.metering.records import NewRegister, RegisterCode
from desktop.metering.rules import MOST_DIGITS
from desktop.qt.fields import ChoiceField, ReadField
from desktop.qt.form import Form, FormRows, RowColumn
from desktop.qt.keys import Key

USUAL_DIGITS = 6
_USUAL = (
    RegisterCode.ACTIVE,
    RegisterCode.PEAK,
    RegisterCode.FLAT,
    RegisterCode.VALLEY,
    RegisterCode.SHARP,
    RegisterCode.REACTIVE,
    RegisterCode.DEMAND,
)
"""In this order registers are offered as rows are added."""


class RegisterRows(FormRows):
    """What a new meter counts: its registers with their whole digits and opening reads; the active total is first."""

    def __init__(
        self, form: Form, say: Catalog, codes: Sequence[RegisterCode] = (RegisterCode.ACTIVE,)
    ) -> None:
        self._offered = [*codes, *(code for code in _USUAL if code not in codes)]
        self._codes = [(say(code.text), code.value) for code in RegisterCode]
        digits = [(str(count), str(count)) for count in range(4, MOST_DIGITS + 1)]
        columns = (
            RowColumn("register", say("Register"), self._register, 5),
            RowColumn("digits", say("Digits"), partial(self._digits, digits), 2),
            RowColumn("opening", say("Opening read"), partial(self._opening, say), 3),
        )
        super().__init__(form, say, "registers", columns, least=len(codes))

    def _register(self) -> ChoiceField:
        made = ChoiceField(self._codes)
        made.show_text(self._offered[min(len(self), len(self._offered) - 1)].value)
        return made

    @staticmethod
    def _digits(options: list[tuple[str, str]]) -> ChoiceField:
        made = ChoiceField(options)
        made.show_text(str(USUAL_DIGITS))
        return made

    @staticmethod
    def _opening(say: Catalog) -> ReadField:
        made = ReadField(say, MOST_DIGITS, Reading.DECIMALS)
        made.show_value(Reading(0))
        return made

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that add and take away a register."""
        return (
            Key("Ctrl+I", Text("add a register"), self._add),
            Key("Ctrl+D", Text("take the register away"), self.remove_row),
        )

    def _add(self) -> None:
        if len(self) < len(RegisterCode):
            self.add_row()
            self.go_to_last()


def registers_of(rows: Sequence[dict[str, Any]]) -> tuple[NewRegister, ...]:
    """The registers typed into rows."""
    return tuple(
        NewRegister(RegisterCode.of(one["register"]), int(one["digits"]), one["opening"]) for one in rows
    )
