"""The six steps of setting up a hall of one's own: what is asked in each, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.billing.rules import paper_number
from desktop.counter.rules import receipt_number
from desktop.founding.documents import ADMINISTRATOR, shipped_tariffs
from desktop.founding.rules import code_flaw
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.log import fault
from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, Text
from desktop.papers.rules import MOST_DOTS
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, Rule, clear, column, row
from desktop.qt.buttons import Button
from desktop.qt.fields import ChoiceField, FormatField, TextField
from desktop.qt.form import Form, FormRows, RowColumn
from desktop.qt.panels import Panel
from desktop.qt.preview import PaperFile, PaperView
from desktop.qt.tasks import Tasks
from desktop.shell.picture_field import PictureField
from desktop.shell.specimen import specimen
from desktop.staff.records import Letterhead, role_name
from desktop.staff.rules import login_problem, password_problem

PREVIEW_AFTER_MS = 400
SIDE = 420


def _password(typed: str) -> Text | None:
    return password_problem("", typed)


class Step(QWidget):
    """One step: its form at the left, what follows from it at the right; alone, a form is no wider than ``widest``."""

    widest = 720

    def __init__(self, say: Catalog, title: str, primary: Button, *, side: str = "") -> None:
        super().__init__()
        self.say, self.title = say, title
        self.form = Form(self, say, primary)
        self.fields = QVBoxLayout()
        self.fields.setSpacing(theme.S3)
        inside = QWidget()
        inside.setLayout(self.fields)
        self.fields.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        left = Panel(title, padding=0)
        left.body.addWidget(scroll)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.S3)
        whole.addWidget(left, 1)
        if side:
            self.side = Panel(side)
            self.side.setFixedWidth(SIDE)
            whole.addWidget(self.side)
        elif self.widest:
            left.setMaximumWidth(theme.grown(self.widest))
            whole.addStretch()

    def beside(self, *parts: QWidget) -> None:
        """Put fields side by side; a problem below one moves none of the others."""
        line = row(*parts)
        for one in parts:
            line.setAlignment(one, Qt.AlignmentFlag.AlignTop)
        self.fields.addLayout(line)

    def part(self) -> dict[str, Any]:
        """What this step adds to the description of the hall."""
        return self.form.values()

    def enter(self, described: Mapping[str, Any]) -> None:
        """The step is shown: what was described before it is known."""

    def fact(self) -> str:
        """One fact for the line under the step's name."""
        return ""

    def step_keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        """Keys of this step: what is pressed, its words, what it does."""
        return ()


class CountryStep(Step):
    """Country and language: what law and custom bring with them."""

    def __init__(self, say: Catalog, primary: Button, app: Any) -> None:
        super().__init__(say, say("Country and language"), primary, side=say("Comes with the country"))
        self._countries, self._today = app.countries, app.clock.moment().date()
        self.country = ChoiceField([(say(one.name), one.code) for one in app.countries.values()])
        self.language = ChoiceField([(SHAPES[code].name, code) for code in LANGUAGES])
        self.language.show_text(app.countries[self.country.value()].language)
        self.fields.addWidget(self.form.field("country", say("Country"), self.country))
        hint = say("Papers speak the customer's language, each person chooses their own")
        self.fields.addWidget(
            self.form.field("language", say("Language of the hall"), self.language, hint=hint)
        )
        self.fields.addStretch(1)
        self.country.changed.connect(lambda _: self._show())
        self._show()
        self.form.pristine()

    def _show(self) -> None:
        say, country = self.say, self._countries[self.country.value()]
        clear(self.side.body)
        files = len(shipped_tariffs(country))
        facts = (
            (say("Currency"), f"{country.currency.code} {country.currency.sign}"),
            (say("Time zone"), country.zone.key),
            (say("Days to pay"), say.number(country.due_days)),
            (say("Late fee"), say(country.late_fee_note("residential", country.rule_set(self._today)))),
            (say("Ledger accounts"), say.number(len(country.chart))),
            (say("Tariff files"), say.number(files)),
        )
        for label, value in facts:
            fact = column(Label(label, "small", "ink2"), Label(value, wrap=True), spacing=0)
            self.side.body.addLayout(fact)
        self.side.body.addStretch(1)

    def fact(self) -> str:
        return self.country.currentText()


class CompanyStep(Step):
    """Who bills: name, numbers, address, letterhead and seal, shown on a receipt and a bill as they will look."""

    def __init__(self, say: Catalog, primary: Button, app: Any, tasks: Tasks) -> None:
        super().__init__(say, say("Company"), primary, side=say("On receipts and bills"))
        self._tasks, self._country, self._language = tasks, app.country, app.country.language
        self._today = app.clock.moment().date()
        numbers = app.country.identifiers
        field = self.form.field
        self.name = TextField(longest=60)
        self.tax, self.bank = FormatField(numbers["tax_number"]), TextField(longest=60)
        self.account, self.hotline = FormatField(numbers["bank_account"]), FormatField(numbers["phone"])
        self.address = TextField(longest=80)
        self.fields.addWidget(field("company.name", say("Company"), self.name, required=True))
        self.beside(
            field("company.tax_number", say("Tax number"), self.tax),
            field("company.hotline", say("Hotline"), self.hotline, required=True),
        )
        self.beside(
            field("company.bank", say("Bank"), self.bank),
            field("company.bank_account", say("Bank account"), self.account),
        )
        self.fields.addWidget(
            field("company.address", say(Text("Address", context="company")), self.address, required=True)
        )
        hint = say("PNG or JPEG, up to {count} dots a side", count=str(MOST_DOTS))
        self.letterhead = PictureField(say, tasks, say("Letterhead"), hint, "Ctrl+U")
        self.seal = PictureField(say, tasks, say("Payment seal"), hint, "Ctrl+G")
        self.beside(self.letterhead, self.seal)
        self.fields.addStretch(1)
        self.view = PaperView(say("On receipts and bills"), tasks)
        self.side.body.setContentsMargins(theme.S2, theme.S2, theme.S2, theme.S2)
        self.side.body.addWidget(self.view)
        self._timer = QTimer(self, interval=PREVIEW_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self.preview)
        for changed in (self.form.changed, self.letterhead.changed, self.seal.changed):
            changed.connect(self._timer.start)

    def enter(self, described: Mapping[str, Any]) -> None:
        self._language = described["language"]
        self.preview()

    def preview(self) -> None:
        """Draw a receipt and a bill with what is typed so far."""
        typed = {
            key: value or "" for key, value in self.part()["company"].items() if isinstance(value, str | None)
        }
        head = Letterhead(
            typed["name"] or self.say("Company"), self.say("Service hall"), typed["address"], typed["hotline"],
            typed["tax_number"], typed["bank"], typed["bank_account"],
        )  # fmt: skip
        draw = partial(
            specimen,
            self._country,
            self._language,
            head,
            self.letterhead.picture,
            self.seal.picture,
            self._today,
        )
        self._tasks.read(self, lambda: PaperFile(draw()), self.view.show_paper, self._not_drawn)

    def _not_drawn(self, error: BaseException) -> None:
        """A sign no font has is told beside the name when the hall is made; until then there is no picture."""
        if not isinstance(error, Refused):
            fault(error)

    def part(self) -> dict[str, Any]:
        company = {name.removeprefix("company."): value for name, value in self.form.values().items()}
        pictures = {"letterhead": self.letterhead.picture or None, "seal": self.seal.picture or None}
        return {"company": company | pictures}

    def fact(self) -> str:
        return self.name.value() or ""

    def step_keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("Ctrl+U", self.say("letterhead"), self.letterhead.choose),
            ("Ctrl+G", self.say("seal"), self.seal.choose),
        )


class RowsStep(Step):
    """A step made of rows: Ctrl+I adds one where the focus is, Ctrl+D takes the focus's away."""

    widest = 0

    def __init__(self, say: Catalog, title: str, primary: Button, *, side: str = "") -> None:
        super().__init__(say, title, primary, side=side)
        self.groups: list[FormRows] = []

    def group(self, title: str, rows: FormRows) -> FormRows:
        """Rows under a title of their own."""
        if self.fields.count():
            self.fields.addWidget(Rule())
        if title:
            self.fields.addWidget(Label(title, "h2"))
        self.fields.addWidget(self.form.rows(rows))
        self.groups.append(rows)
        return rows

    def add(self) -> None:
        """One more row where the focus is."""
        rows = next((one for one in self.groups if one.holds_focus()), self.groups[-1])
        rows.add_row()
        rows.go_to_last()

    def remove(self) -> None:
        """The row with the focus goes."""
        any(rows.remove_row() for rows in self.groups)

    def step_keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("Ctrl+I", self.say("add a row"), self.add),
            ("Ctrl+D", self.say("take the row away"), self.remove),
        )


class PlacesStep(RowsStep):
    """Districts, halls and workplaces, and the numbers that papers will carry."""

    def __init__(self, say: Catalog, primary: Button, app: Any) -> None:
        super().__init__(say, say("Halls and stations"), primary, side=say("Numbers on papers"))
        self._year, phone = app.clock.moment().year, app.country.identifiers["phone"]
        self._choices: dict[str, list[ChoiceField]] = {"districts": [], "halls": []}
        code = partial(RowColumn, "code", say("Code"), partial(TextField, longest=12), 2, judge=code_flaw)
        name = partial(
            RowColumn, "name", say(Text("Name", context="place")), partial(TextField, longest=40), 4
        )
        self.districts = self.group(say("Districts"), FormRows(self.form, say, "districts", (code(), name())))
        halls = (
            code(), name(),
            RowColumn("district", say("District"), partial(self._choice, "districts"), 3),
            RowColumn("address", say("Address, if another"), TextField, 4, required=False),
            RowColumn("hotline", say("Hotline, if another"), partial(FormatField, phone), 3, required=False),
        )  # fmt: skip
        self.halls = self.group(say("Halls"), FormRows(self.form, say, "halls", halls))
        stations = (code(), name(), RowColumn("hall", say("Hall"), partial(self._choice, "halls"), 4))
        self.stations = self.group(
            say("Stations, each with a till"), FormRows(self.form, say, "stations", stations)
        )
        self.fields.addStretch(1)
        self.form.changed.connect(self._follow)
        self._follow()
        self.form.pristine()

    def _choice(self, of: str) -> ChoiceField:
        made = ChoiceField(self._options(of))
        self._choices[of].append(made)
        made.destroyed.connect(lambda: self._choices[of].remove(made) if made in self._choices[of] else None)
        return made

    def _options(self, of: str) -> list[tuple[str, str]]:
        rows = getattr(self, of, None)
        return [] if rows is None else [
            (self.say.join([one["code"], one["name"] or ""]), one["code"]) for one in rows.values() if one["code"]
        ]  # fmt: skip

    def _follow(self) -> None:
        """What is typed above can be chosen below, and is shown in numbers."""
        for of, choices in self._choices.items():
            for one in choices:
                one.offer(self._options(of))
        clear(self.side.body)
        say = self.say
        for station in self.stations.values():
            if station["code"]:
                self._number(
                    say("Receipts of {name}", name=station["name"] or station["code"]),
                    receipt_number(station["code"], self._year, 1),
                )
        for hall in self.halls.values():
            if hall["code"]:
                number = paper_number("B", hall["code"], self._year, 1)
                self._number(say("Bills of {name}", name=hall["name"] or hall["code"]), number)
        note = say("Numbers have no gaps and begin anew each year")
        self.side.body.addWidget(Label(note, "small", "ink3", wrap=True))
        self.side.body.addStretch(1)

    def _number(self, label: str, number: str) -> None:
        self.side.body.addWidget(Label(label, "small", "ink2", wrap=True))
        self.side.body.addWidget(Label(number, "strong"))

    def fact(self) -> str:
        count = len(self.stations.values())
        return self.say.plural("{count} station", "{count} stations", count)


class PeopleStep(RowsStep):
    """The first people; at least one administrator, better a second person who may approve."""

    def __init__(self, say: Catalog, primary: Button, roles: tuple[str, ...]) -> None:
        super().__init__(say, say("First people"), primary)
        offered = sorted(roles, key=lambda code: code != ADMINISTRATOR)
        options = [(say(role_name(code)), code) for code in offered]
        columns = (
            RowColumn("login", say("Login"), partial(TextField, longest=40), 2, judge=login_problem),
            RowColumn("name", say("Name"), partial(TextField, longest=40), 3),
            RowColumn("role", say("Role"), partial(ChoiceField, options), 3),
            RowColumn(
                "password",
                say("Password"),
                partial(TextField, secret=True),
                3,
                judge=partial(password_problem, ""),
            ),
            RowColumn("again", say("Password again"), partial(TextField, secret=True), 3),
        )
        self.people = self.group("", FormRows(self.form, say, "people", columns))
        self.advice = ProblemLine()
        self.fields.addWidget(self.advice)
        self.fields.addStretch(1)
        self.form.changed.connect(self._advise)
        self._advise()
        self.form.pristine()

    def _advise(self) -> None:
        able = {one["login"] for one in self.people.values() if one["role"] in (ADMINISTRATOR, "supervisor")}
        few = len(able) < 2
        words = self.say("Add a second person as administrator or supervisor: what one does another approves")
        self.advice.tell(words if few else "", "warn")

    def part(self) -> dict[str, Any]:
        return {
            "people": [
                {name: one[name] for name in ("login", "name", "password")} | {"roles": (one["role"],)}
                for one in self.people.values()
            ]
        }

    def unlike(self) -> list[Problem]:
        """Passwords that were not typed the same twice."""
        what, remedy = Text("It is not the same as before"), Text("Type both once more")
        return [
            Problem(what, remedy, f"people[{at}].again")
            for at, one in enumerate(self.people.values())
            if one["password"] != one["again"]
        ]

    def fact(self) -> str:
        count = len(self.people.values())
        return self.say.plural("{count} person", "{count} people", count)


class PricesStep(Step):
    """Which tariff files are taken in; none is a choice too, they can come later."""

    def __init__(self, say: Catalog, primary: Button, app: Any) -> None:
        super().__init__(say, say("Prices"), primary)
        for tariff in shipped_tariffs(app.country):
            valid = (
                say("from {first} to {last}", first=tariff.valid_from, last=tariff.valid_to)
                if tariff.valid_to
                else say("from {first} on", first=tariff.valid_from)
            )
            choice = ChoiceField([(say("Take in"), tariff.file), (say("Later"), "")])
            hint = say.join([tariff.use_class, valid, tariff.notice])
            self.fields.addWidget(self.form.field(tariff.file, tariff.name, choice, hint=hint))
        later = say("Prices can also be taken in later, from a tariff file")
        self.fields.addWidget(Label(later, "small", "ink3", wrap=True))
        self.fields.addStretch(1)

    def part(self) -> dict[str, Any]:
        return {"tariffs": [file for file in self.form.values().values() if file]}

    def fact(self) -> str:
        count = len(self.part()["tariffs"])
        return self.say.plural("{count} tariff", "{count} tariffs", count) if count else self.say("later")


class SummaryStep(Step):
    """All of it once more, before it is done."""

    def __init__(self, say: Catalog, primary: Button, app: Any) -> None:
        super().__init__(say, say("Summary"), primary)
        self._primary, self._numbers = primary, app.country.identifiers
        self._prices = {one.file: one.name for one in shipped_tariffs(app.country)}

    def part(self) -> dict[str, Any]:
        return {}

    def enter(self, described: Mapping[str, Any]) -> None:
        clear(self.fields)
        say, company = self.say, described["company"]
        tax, account = (
            self._numbers[name].group(company[name] or "") for name in ("tax_number", "bank_account")
        )
        lines = [
            (say("Company"), [company["name"], company["address"], company["hotline"]]),
            (say("Tax number"), [tax, company["bank"], account]),
            *((say("Hall"), [one["code"], one["name"], one["address"]]) for one in described["halls"]),
            *((say("Station"), [one["code"], one["name"], one["hall"]]) for one in described["stations"]),
            *((say(role_name(one["roles"][0])), [one["login"], one["name"]]) for one in described["people"]),
            (say("Prices"), [self._prices[file] for file in described["tariffs"]] or [say("later")]),
        ]
        for label, facts in lines:
            words = say.join([fact for fact in facts if fact])
            if words:
                name = Label(label, "small", "ink2")
                name.setFixedWidth(180)
                line = row(name, Label(words, wrap=True))
                line.setStretch(1, 1)
                self.fields.addLayout(line)
        self.fields.addStretch(1)
        self._primary.setFocus()
