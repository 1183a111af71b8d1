"""One read typed in, checked against its history as it stands there, perhaps with a photo; and a meter exchanged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog

from desktop.kernel.canonical import Content
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Factor, Reading
from desktop.metering.page.registers import USUAL_DIGITS, RegisterRows, registers_of
from desktop.metering.records import (
    ENTERED_ALONE,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    HandRead,
    HandReadTaken,
    MeterExchanged,
    PointNow,
    PointQuery,
    ReadReason,
    ReadSource,
    RegisterCode,
    RegisterNow,
)
from desktop.metering.rules import MOST_DIGITS
from desktop.metering.service import check_read, exchange_meter, point, record_read
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine, row
from desktop.qt.buttons import Button, KeyHint
from desktop.qt.fields import ChoiceField, DateField, ReadField, TextField
from desktop.qt.figures import grouped
from desktop.qt.form import Form
from desktop.qt.formsheet import FormSheet
from desktop.qt.keys import Key, cap, combination, pressed
from desktop.qt.page import Page
from desktop.qt.photos import FORMATS, bare_photo

CHECK_AFTER_MS = 250


class PointSheet(FormSheet):
    """A form about the meter at an account; subclasses fill it in `build` once it is known what hangs there."""

    DRAFT = ""
    """The name drafts are kept under, beside account and meter."""

    def __init__(self, page: Page, meant: PointQuery, title: str, act: str) -> None:
        super().__init__(page, title)
        self.meant = meant
        self.now: PointNow | None = None
        self.button = Button(act, "F12", kind="primary", flush=True)
        self.button.clicked.connect(self.submit)
        self.form = Form(self, self.say, self.button)
        self.facts, self._kept = Label("", "small", "ink2", wrap=True), Label("", "small", "ink3")
        self.form.draft_kept.connect(self._kept.setText)
        self.problem = ProblemLine()
        self.body.addWidget(self.facts)
        self.form.offer.changed.connect(self.fit)
        self.body.addWidget(self.form.offer)
        page.ask(point, meant, self._take, failed=self.failed)

    def _take(self, now: PointNow) -> None:
        self.now = now
        number = self.page.seat.app.country.format_account(now.account_number)
        self.facts.setText(self.say.join((now.customer_name, number, now.address)))
        self.meant = replace(self.meant, meter_serial=now.meter_serial)
        self.build(now)
        self.body.addWidget(self.problem)
        last = row(self.button, self._kept, spacing=theme.S2)
        last.addStretch(1)
        self.body.addLayout(last)
        self.form.pristine()
        drafts = self.page.seat.app.drafts(self.page.seat.actor)
        name = f"{self.DRAFT} {self.meant.account_number} {self.meant.meter_serial}"
        self.form.keep_drafts(drafts, name, self.page.tasks)
        self.typed = self.form
        self.fit()
        self.form.begin()

    def build(self, now: PointNow) -> None:
        """Put the fields in."""
        raise NotImplementedError

    def hand_over(self, values: dict[str, Any]) -> None:
        """`send` what was typed."""
        raise NotImplementedError

    def submit(self) -> None:
        values = self.form.submit()
        if values is not None:
            self.problem.tell("")
            self.hand_over(values)

    def refused(self, error: Refused) -> None:
        self.problem.tell(self.say(error.text))


class ReadSheet(PointSheet):
    """A read by hand: what would become of it stands below while it is typed."""

    DRAFT = "metering.record_read"

    def __init__(self, page: Page, meant: PointQuery) -> None:
        super().__init__(page, meant, page.say("Enter a read"), page.say("Store the read"))
        self._photo: Content | None = None
        self._timer = QTimer(self, interval=CHECK_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._check)

    def build(self, now: PointNow) -> None:
        say, field = self.say, self.form.field
        self.register = ChoiceField([(say(one.code.text), one.code.value) for one in now.registers])
        self.register.changed.connect(lambda _: self._tell_register())
        self.value = ReadField(say, MOST_DIGITS, Reading.DECIMALS)
        self.day = DateField(say, self.page.seat.today(), latest=self.page.seat.today())
        self.day.show_value(self.page.seat.today())
        self.source = ChoiceField([(say(one.text), one.value) for one in ReadSource])
        self.source.show_text(ReadSource.CUSTOMER.value)
        self.reason = ChoiceField([(say(one.text), one.value) for one in ENTERED_ALONE])
        self.reader = TextField()
        self.reader.setPlaceholderText(self.page.seat.actor.name)
        self.round = ChoiceField([(say("No"), "no"), (say("Yes, it passed its last digit"), "yes")])
        self.last = Label("", "small", "ink2", wrap=True)
        self.body.addLayout(
            row(
                field("register", say("Register"), self.register), field("source", say("Source"), self.source)
            )
        )
        self.body.addWidget(self.last)
        self.body.addLayout(
            row(
                field("value", say("Reading"), self.value, required=True),
                field("day", say("Read on"), self.day, required=True),
            )
        )
        self.round_field = field("round", say("Gone round?"), self.round)
        self.round_field.hide()
        self.body.addWidget(self.round_field)
        self.body.addLayout(
            row(field("reason", say("Reason"), self.reason), field("reader", say("Reader"), self.reader))
        )
        self.outcome = ProblemLine()
        self.body.addWidget(self.outcome)
        self.attach = Button(say("Attach a photo"), icon="upload", flush=True)
        self.attach.clicked.connect(self._choose_photo)
        self.photo_told = Label("", "small", "ink2")
        photo = row(self.attach, self.photo_told)
        photo.addStretch(1)
        self.body.addLayout(photo)
        self.form.changed.connect(self._timer.start)
        self._tell_register()

    @property
    def _chosen(self) -> RegisterNow:
        assert self.now is not None
        return next(one for one in self.now.registers if one.code.value == self.register.value())

    def _tell_register(self) -> None:
        say, one = self.say, self._chosen
        parts = [say("Meter {serial}", serial=grouped(one.meter_serial))]
        if one.multiplier != Factor.of(1):
            parts.append(say("multiplier {ratio}", ratio=one.multiplier))
        if one.last_value is not None and one.last_on is not None:
            parts.append(say("last read {value} on {day}", value=one.last_value, day=one.last_on))
        if one.expected is not None:
            low, high = say.number(one.expected.low, 0), say.number(one.expected.high, 0)
            parts.append(say("{low} to {high} kWh is usual until today", low=low, high=high))
        self.last.setText(say.join(parts))

    def _order(self) -> HandRead | None:
        value, day = self.value.value(), self.day.value()
        if value is None or day is None or self.now is None:
            return None
        one = self._chosen
        reason = ReadReason.of(self.reason.value() or ReadReason.PERIODIC.value)
        counts = reason is ReadReason.PERIODIC and one.code is not RegisterCode.DEMAND
        below = counts and one.last_value is not None and value < one.last_value
        if below != self.round_field.isVisible():
            self.round_field.setVisible(below)
            self.fit()
        return HandRead(
            account_number=self.now.account_number,
            value=value,
            read_on=day,
            register=one.code,
            source=ReadSource.of(self.source.value() or ReadSource.CUSTOMER.value),
            reason=reason,
            reader=self.reader.text(),
            rollover=below and self.round.value() == "yes",
            photo=self._photo,
            meter_serial=self.now.meter_serial,
        )

    def _check(self) -> None:
        order = self._order()
        if order is None:
            self._tell_outcome("", "")
        else:
            self.page.ask(check_read, order, self._checked, failed=self._doubtless_wrong)

    def _checked(self, found: HandReadTaken) -> None:
        say = self.say
        used = say("{energy} kWh used.", energy=found.energy) if found.energy is not None else ""
        if found.stored:
            self._tell_outcome(used, "ok" if used else "")
        else:
            why = found.doubts[0].text
            self._tell_outcome(say("It will wait for a decision: {why}", why=why), "warn")

    def _doubtless_wrong(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self._tell_outcome(self.say(error.text), "bad")
        else:
            self.page.trouble(error)

    def _tell_outcome(self, words: str, state: str) -> None:
        self.outcome.tell(words, state or "ok")
        self.place()

    def _choose_photo(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.say("Choose a photo"), "", f"JPEG, PNG ({FORMATS})")
        if name:
            self.take_photo(Path(name))

    def take_photo(self, path: Path) -> None:
        """Make a photo small and bare, beside the window, and keep it for handing over."""
        self.photo_told.setText(self.say("Looking at {file}", file=path.name))

        def taken(content: bytes) -> None:
            self._photo = Content(content)
            size = self.say.number(len(content) // 1000)
            self.photo_told.setText(self.say("{file}, {size} KB", file=path.name, size=size))

        def failed(error: BaseException) -> None:
            self.photo_told.setText("")
            self.failed(error)

        self.page.call(bare_photo, path, then=taken, failed=failed)

    def hand_over(self, values: dict[str, Any]) -> None:
        order = self._order()
        if order is None:
            return

        def told(taken: HandReadTaken) -> str:
            return self.say("Stored.") if taken.stored else self.say("Waits for a decision.")

        self.send(record_read, order, told)


class ExchangeSheet(PointSheet):
    """Another meter in place of the one that hangs: its final reads, the new one's registers and opening reads."""

    DRAFT = "metering.exchange_meter"

    def __init__(self, page: Page, meant: PointQuery) -> None:
        super().__init__(page, meant, page.say("Exchange the meter"), page.say("Exchange the meter"))
        self.registers: RegisterRows | None = None
        self.rounds: dict[RegisterCode, Field] = {}

    def build(self, now: PointNow) -> None:
        say, field, today = self.say, self.form.field, self.page.seat.today()
        day = DateField(say, today, latest=today)
        day.show_value(today)
        reason = ChoiceField([(say(one.text), one.value) for one in ExchangeReason])
        self.body.addLayout(
            row(field("day", say("Exchanged on"), day, required=True), field("reason", say("Reason"), reason))
        )
        old = say(
            "Meter {serial}, multiplier {ratio}",
            serial=grouped(now.meter_serial),
            ratio=now.registers[0].multiplier,
        )
        self.body.addWidget(Label(old, "strong"))
        for one in now.registers:
            self._add_final(one)
        ratio = ReadField(say, USUAL_DIGITS, Reading.DECIMALS)
        ratio.show_value(Reading.of(now.registers[0].multiplier.decimal))
        self.body.addLayout(
            row(
                field("serial", say("Number of the new meter"), TextField(), required=True),
                field("ratio", say("Multiplier"), ratio, required=True),
            )
        )
        self.registers = RegisterRows(self.form, say, [one.code for one in now.registers])
        self.body.addWidget(self.form.rows(self.registers))
        hints = row(*(KeyHint(cap(key.press), say(key.text)) for key in self.registers.keys))
        for at, key in enumerate(self.registers.keys):
            hints.itemAt(at).widget().clicked.connect(partial(self._act, key))
        hints.addStretch(1)
        self.body.addLayout(hints)
        self.form.changed.connect(self._ask_about_rounds)

    def _add_final(self, one: RegisterNow) -> None:
        """What a register of the old meter shows at the end; below its last read it is asked whether it went round."""
        say, field = self.say, self.form.field
        hint = ""
        if one.last_value is not None:
            hint = say("last read {value} on {day}", value=one.last_value, day=one.last_on)
        final = ReadField(say, MOST_DIGITS, Reading.DECIMALS)
        name = say(one.code.text)
        shown = field(f"final {one.code.value}", say("{register}, at the end", register=name), final,
                      required=True, hint=hint)  # fmt: skip
        round_ = ChoiceField([(say("No"), "no"), (say("Yes, it passed its last digit"), "yes")])
        self.rounds[one.code] = field(f"round {one.code.value}", say("Gone round?"), round_)
        self.rounds[one.code].hide()
        line = row(shown, self.rounds[one.code])
        for part in (shown, self.rounds[one.code]):
            line.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)

    def _ask_about_rounds(self) -> None:
        for one in self.now.registers:
            self.rounds[one.code].setVisible(self._is_below(one))
        self.place()

    def _is_below(self, one: RegisterNow) -> bool:
        """Whether what was typed of a register is less than its last read."""
        final = self.form.edit(f"final {one.code.value}").value()
        counts = one.code is not RegisterCode.DEMAND and one.last_value is not None
        return counts and final is not None and final < one.last_value

    def _act(self, key: Key) -> None:
        key.act()
        self.fit()

    def press(self, event: QKeyEvent) -> bool:
        for key in self.registers.keys if self.registers is not None else ():
            if pressed(event) == combination(key.press):
                self._act(key)
                return True
        return super().press(event)

    def hand_over(self, values: dict[str, Any]) -> None:
        assert self.now is not None
        finals = tuple(
            FinalRead(
                one.code,
                values[f"final {one.code.value}"],
                self._is_below(one) and values[f"round {one.code.value}"] == "yes",
            )
            for one in self.now.registers
        )
        order = ExchangeOrder(
            account_number=self.now.account_number,
            exchanged_on=values["day"],
            finals=finals,
            new_serial=values["serial"],
            new_multiplier=Factor.of(values["ratio"].decimal),
            new_registers=registers_of(values["registers"]),
            reason=ExchangeReason.of(values["reason"]),
            meter_serial=self.now.meter_serial,
        )

        def told(done: MeterExchanged) -> str:
            return self.say("Meter {old} came down, {new} hangs.", old=done.old_serial, new=done.new_serial)

        self.send(exchange_meter, order, told)
