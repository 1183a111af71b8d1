"""Every command: what it answers, in words and for programs, and how it says no."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from desktop import __main__ as start
from desktop.billing.service import runs as billing_runs
from desktop.desk.records import AccountsOrder
from desktop.desk.service import accounts
from desktop.kernel.compile_catalogs import compile_catalogs
from desktop.kernel.files import catalog_file, catalog_folder, user_folder
from desktop.kernel.log import keep_log
from desktop.kernel.measures import Reading
from desktop.kernel.text import LANGUAGES
from desktop.metering.records import ReadRow
from desktop.metering.service import sheets
from desktop.rating import topics
from desktop.sample import january_reads
from tests import hall as halls
from tests.command_line import CommandLine, as_before, at_commit, at_statement, interrupt, servicehall
from tests.databases_server import Databases
from tests.papers_samples import pdf_pages
from tests.rows import changed, contents, raw, tally
from tests.vectors.test_vectors import COUNTRIES

VECTORS = Path(__file__).parent / "vectors"
OWING = halls.account_number(9)
DECEMBER, JANUARY = "R-HM-2026-000001", "R-HM-2026-000002"
ALL_IS_WELL = "Everything is as it was written."
EVERY_COMMAND = (
    ("demo",), ("readings", "import", "sheet.xlsx"), ("bills", "run", "--period", "2026-01"),
    ("bills", "issue", "R"), ("bills", "list"), ("bills", "show", "B"), ("bills", "print", "R", "--out", "o.pdf"),
    ("bills", "summary", "R", "--out", "o.xlsx"), ("accounts", "list"), ("accounts", "show", "1"), ("search", "1"),
    ("pay", "--account", "1", "--amount", "1"), ("rate", "case.json"), ("verify",), ("db", "upgrade"),
    ("db", "backup", "f"), ("db", "restore", "f"), ("staff", "list"), ("staff", "add", "x", "--name", "X"),
    ("staff", "password", "x"), ("staff", "unlock", "x"), ("staff", "close", "x"), ("staff", "grant", "x", "cashier"),
    ("staff", "approve", "x", "cashier"), ("exports", "list"), ("exports", "limit"), ("readings", "routes"),
    ("readings", "export", "--out", "o.xlsx"), ("readings", "route-list", "--out", "o.pdf"),
    ("readings", "route-add", "1"), ("readings", "route-rename", "1", "2"),
    ("readings", "route-move", "1", "--route", "1", "--place", "1"), ("tariffs", "list"), ("tariffs", "show", "1"),
    ("tariffs", "import", "f.json"), ("tariffs", "approve", "1"), ("tariffs", "cost", "1"),
)  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def catalogs() -> None:
    """The words of every language, where nobody has compiled them yet."""
    if not all(catalog_file(language).exists() for language in LANGUAGES):
        compile_catalogs(catalog_folder())


@pytest.fixture
def run(sample_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Commands on the sample hall: December billed, January not yet read."""
    return CommandLine(capsys, sample_hall)


@pytest.fixture
def billed_run(billed_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Commands on the hall whose January is billed."""
    return CommandLine(capsys, billed_hall)


@pytest.fixture
def nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> CommandLine:
    """Commands that name no database, begun in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys, None)


@pytest.fixture
def elsewhere(capsys: pytest.CaptureFixture[str]) -> Callable[[object], CommandLine]:
    """Commands on another database: ``elsewhere(url)("verify")``."""
    return lambda db: CommandLine(capsys, str(db))


def sheet(folder: Path) -> Path:
    """January's sheet, written once: a workbook written again is another file, for it holds the moment."""
    path = folder / "january.xlsx"
    return path if path.exists() else halls.january_sheet(folder)


NO_WORDS = r"\S+\.(xlsx|pdf|json|db)\b|\b[RB]-HM-\S+|ZJ-RES\S*|kWh|SERVICEHALL_\w+|[0-9A-F]{4}-[0-9A-F]{4}"
"""Names of files, numbers of papers, check codes: the same in every language."""


def foreign_words(said: str, *known: str) -> set[str]:
    """English words that a Chinese answer holds; ``known`` ones are none."""
    for word in known:
        said = said.replace(word, "")
    return set(re.findall(r"[A-Za-z]{3,}", re.sub(NO_WORDS, "", said)))


class TestUsage:
    @pytest.mark.parametrize(
        "words",
        [
            ["frobnicate"],
            ["bills"],
            ["bills", "frobnicate"],
            ["bills", "run"],
            ["bills", "run", "--period", "January"],
            ["bills", "run", "--period", "2026-13"],
            ["bills", "print", JANUARY],
            ["bills", "print", JANUARY, "--out", "."],
            ["bills", "show"],
            ["accounts", "list", "--limit", "0"],
            ["accounts", "list", "--limit", "many"],
            ["accounts", "list", "--today", "2026-02-30"],
            ["accounts", "list", "--lang", "xx"],
            ["accounts", "list", "--colour"],
            ["demo", "--accounts", "0"],
            ["demo", "more"],
            ["pay"],
            ["pay", "--account", OWING],
            ["pay", "--account", OWING, "--amount", "1", "--tender", "shells"],
            ["pay", "--account", OWING, "--amount", "1", "--key", "not-a-key"],
            ["rate"],
            ["rate", "missing.json"],
            ["readings", "import"],
            ["db", "restore"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_2_and_makes_no_database(self, nowhere, words, tmp_path):
        said = nowhere(*words, *(["--db", "hall.db"] if words[-1] != "bills" else []), code=2)
        assert said.out == ""
        assert "Help: servicehall" in said.err
        assert list(tmp_path.iterdir()) == []

    def test_wrong_usage_is_told_in_the_chosen_language(self, nowhere):
        assert "缺少 '--period'。" in nowhere("bills", "run", "--lang", "zh_CN", code=2).err
        assert "没有选项 '--x'。" in nowhere("verify", "--x", "--lang=zh_CN", code=2).err

    def test_help_names_every_command(self, nowhere):
        assert nowhere("--version").out.startswith("servicehall")
        told = nowhere("--help").out
        for command in {words[0] for words in EVERY_COMMAND}:
            assert re.search(rf"^  {command}\b", told, re.MULTILINE), command
        for words in EVERY_COMMAND:
            path = [word for word in words[:2] if re.fullmatch("[a-z]{2,}", word)]
            options = nowhere(*path, "--help").out
            if words[0] not in ("bills", "accounts", "readings", "db") or len(path) == 2:
                assert all(f"--{name}" in options for name in ("db", "json", "lang", "today", "station")), (
                    path
                )

    def test_a_command_is_no_window(self):
        assert all(start.wish(words) is None for words in EVERY_COMMAND)

    def test_flags_may_stand_before_a_command(self, capsys, tmp_path):
        missing = str(tmp_path / "nothing.db")
        for words in (
            ["--lang", "vi", f"--db={missing}", "bills", "list"],
            ["bills", "list", "--db", missing],
        ):
            assert start.main(words) == 1
            assert "servicehall demo" in capsys.readouterr().err
        assert start.main(["--lang", "xx"]) == 2


class TestEmptyAndWrongDatabases:
    def test_an_empty_database_tells_what_to_do(
        self, database_url, elsewhere, tmp_path, monkeypatch, subtests
    ):
        monkeypatch.chdir(tmp_path)
        for words in EVERY_COMMAND:
            if words[0] in ("demo", "rate") or words[1:2] in (("upgrade",), ("restore",)):
                continue
            with subtests.test(command=" ".join(words)):
                said = elsewhere(database_url)(*words, code=1)
                assert said.out == ""
                assert said.err.startswith("This database is empty.")
                assert "servicehall demo" in said.err
        assert list(tmp_path.iterdir()) == [], "nothing is written"

    def test_an_empty_database_in_chinese(self, databases, elsewhere):
        said = elsewhere(databases.empty()).speaking("zh_CN")("accounts", "list", code=1)
        assert not foreign_words(said.err, "servicehall demo"), said.err

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("postgresql://clerk:secret@localhost/hall", "SERVICEHALL_DB_PASSWORD_FILE"),
            ("postgresql+psycopg://clerk:secret@localhost/hall", "SERVICEHALL_DB_PASSWORD_FILE"),
            ("mysql://localhost/hall", "postgresql://"),
            ("http://localhost", "postgresql://"),
        ],
    )
    def test_addresses_that_are_refused(self, nowhere, address, told, monkeypatch, tmp_path):
        for words in (["verify", "--db", address], ["verify"]):
            monkeypatch.setenv("SERVICEHALL_DB", address)
            said = nowhere(*words, code=1)
            assert told in said.err
            assert "secret" not in said.err
            assert "went wrong" not in said.err
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_no_database(self, nowhere, tmp_path):
        letter = tmp_path / "letter.txt"
        letter.write_text("Dear customer, " * 400, encoding="utf-8")
        for words in (["verify"], ["accounts", "list"], ["db", "upgrade"], ["demo"]):
            said = nowhere(*words, "--db", letter, code=1)
            assert "letter.txt" in said.err
            assert "went wrong" not in said.err
        assert letter.read_text(encoding="utf-8").startswith("Dear customer")

    def test_a_folder_is_no_database(self, nowhere, tmp_path):
        (tmp_path / "hall.db").mkdir()
        (tmp_path / "letter.txt").write_text("no folder", encoding="utf-8")
        for place in (tmp_path / "hall.db", tmp_path / "letter.txt" / "hall.db"):
            said = nowhere("accounts", "list", "--db", place, code=1)
            assert "hall.db" in said.err or "letter.txt" in said.err
            assert "went wrong" not in said.err

    def test_a_damaged_database_is_told(self, sqlite_databases, elsewhere):
        url = sqlite_databases.like(halls.sample_hall)
        file = Path(url.removeprefix("sqlite:///"))
        with raw(url) as rows:
            rows("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(file.read_bytes())
        content[8192 : len(content) // 2] = bytes(len(content) // 2 - 8192)
        file.write_bytes(content)
        said = elsewhere(url)("accounts", "list", code=1)
        assert said.out == ""
        assert said.err
        sqlite_databases.drop(url)

    def test_a_server_that_is_away_is_told(self, nowhere):
        said = nowhere("accounts", "list", "--db", "postgresql://clerk@127.0.0.1:1/hall", code=1)
        assert "does not answer" in said.err
        assert "went wrong" not in said.err

    def test_the_environment_names_the_database(self, sample_hall, nowhere, monkeypatch, tmp_path):
        monkeypatch.setenv("SERVICEHALL_DB", sample_hall)
        assert len(nowhere("accounts", "list").lines) == 50
        assert nowhere("accounts", "list", "--db", tmp_path / "other.db", code=1).err.startswith(
            "This database"
        )

    def test_a_password_file_that_cannot_be_read(self, nowhere, monkeypatch, tmp_path):
        monkeypatch.setenv("SERVICEHALL_DB_PASSWORD_FILE", str(tmp_path / "missing"))
        said = nowhere("verify", "--db", "postgresql://clerk@localhost/hall", code=1)
        assert str(tmp_path / "missing") in said.err


UNKNOWN = (
    (["accounts", "show", "330104820000"], "No account has the number 330104820000"),
    (["bills", "show", "B-HM-2026-999999"], "No bill has the number B-HM-2026-999999"),
    (["bills", "issue", "R-HM-2026-999999"], "No bill run has the number R-HM-2026-999999"),
    (["bills", "print", "R-HM-2026-999999", "--out", "bills.pdf"], "No bill run has the number"),
    (["bills", "summary", "R-HM-2026-999999", "--out", "run.xlsx"], "No bill run has the number"),
    (["accounts", "list", "--station", "9"], "There are: 0, 1, 2, 3"),
    (["bills", "run", "--period", "2026-02"], "2026-02 is not over yet"),
    (["bills", "run", "--period", "2025-12"], "2025-12"),
    (["readings", "import", "missing.xlsx"], "missing.xlsx"),
    (["readings", "import", "."], "."),
    (["db", "restore", "missing.db"], "missing.db"),
    (["demo"], "--db"),
)


class TestUnknown:
    def test_what_is_not_there_is_told_and_nothing_is_written(
        self, run, sample_hall, tmp_path, monkeypatch, subtests
    ):
        monkeypatch.chdir(tmp_path)
        before = contents(sample_hall)
        for words, told in UNKNOWN:
            with subtests.test(command=" ".join(words)):
                said = run(*words, code=1)
                assert said.out == ""
                assert told in said.err
                assert "went wrong" not in said.err
                chinese = run.speaking("zh_CN")(*words, code=1)
                assert not foreign_words(chinese.err, "--db")
        assert list(tmp_path.iterdir()) == []
        assert contents(sample_hall) == before

    def test_nobody_pays_for_an_account_that_is_not_there(self, run, sample_hall):
        said = run("pay", "--account", "330104820000", "--amount", "1", code=1)
        assert "No account has the number 330104820000" in said.err
        with raw(sample_hall) as rows:
            assert rows.one("SELECT count(*) FROM counter_receipt WHERE number LIKE '0-26%'") == 44

    def test_a_run_that_is_not_issued_has_nothing_to_print(self, run, tmp_path):
        run("readings", "import", sheet(tmp_path))
        run("bills", "run", "--period", "2026-01")
        said = run("bills", "print", JANUARY, "--out", tmp_path / "bills.pdf", code=1)
        assert "issue it first" in said.err
        assert not (tmp_path / "bills.pdf").exists()


class TestAnswers:
    def test_json_tells_the_figures_of_the_text(self, billed_run, tmp_path):
        told, data = billed_run("bills", "list").lines, billed_run.json("bills", "list")
        assert [one["number"] for one in data] == [JANUARY, DECEMBER]
        for line, one in zip(told, data, strict=True):
            assert line.split()[0] == one["number"]
            assert f"{Decimal(one['amount']):,.2f}" == line.split()[-1]
        shown = billed_run("bills", "show", "B-HM-2026-000059").out
        bill = billed_run.json("bills", "show", "B-HM-2026-000059")
        assert bill["amount"] == "235.64"
        assert bill["energy"] == "438"
        assert (bill["lines"][0]["price"], bill["lines"][0]["label"]) == ("0.538", "Tier 1 (to 2,760 kWh)")
        assert all(line["explanation"][0] in shown for line in bill["lines"])
        assert all(word in shown for word in ("235.64", "438", bill["amount_words"], bill["check_code"]))
        card, shown = billed_run.json("accounts", "show", OWING), billed_run("accounts", "show", OWING).out
        assert card["dues"]["items"][0]["late_fee"] == "3.29"
        assert card["dues"]["items"][0]["arithmetic"][0] in shown
        assert f"{card['dues']['to_pay']}\N{NO-BREAK SPACE}元" in shown
        rows = billed_run.json("accounts", "list")
        assert len(rows) == len(billed_run("accounts", "list").lines) == 50
        assert f"{Decimal(rows[8]['owed']):,.2f}" in billed_run("accounts", "list").lines[8]
        written = billed_run.json("bills", "print", JANUARY, "--out", tmp_path / "bills.pdf")
        assert written == {"pages": 50, "file": str(tmp_path / "bills.pdf")}
        assert billed_run.json("verify") == []

    def test_json_words_are_in_the_chosen_language(self, billed_run):
        bill = billed_run.speaking("zh_CN").json("bills", "show", "B-HM-2026-000059")
        assert not foreign_words(bill["lines"][0]["label"] + bill["lines"][0]["explanation"][0])

    def test_a_refusal_for_programs_leaves_standard_output_empty(self, run):
        said = run("bills", "show", "B-HM-2026-999999", "--json", code=1)
        assert said.out == ""
        assert said.err

    def test_chinese_answers_hold_no_english(self, run, tmp_path):
        chinese = run.speaking("zh_CN")
        bad = halls.january_sheet(tmp_path, [read_below()], "wrong.xlsx")
        said = [
            chinese("readings", "import", bad, code=1),
            chinese("readings", "import", sheet(tmp_path)),
            chinese("readings", "import", sheet(tmp_path)),
            chinese("bills", "run", "--period", "2026-01"),
            chinese("bills", "queue", JANUARY),
            chinese("bills", "limits"),
        ]
        run.sign(JANUARY)
        said += [
            chinese("bills", "issue", JANUARY),
            chinese("bills", "run", "--period", "2026-01", code=1),
            chinese("bills", "print", JANUARY, "--out", tmp_path / "bills.pdf"),
            chinese("bills", "summary", JANUARY, "--out", tmp_path / "run.xlsx", "--reason", "核对电费"),
            chinese("exports", "list"),
            chinese("exports", "limit"),
            chinese("readings", "routes"),
            chinese("readings", "export", "--route", "0412", "--out", tmp_path / "route.xlsx"),
            chinese("readings", "route-list", "--out", tmp_path / "route.pdf", "--route", "0413"),
            chinese("readings", "route-move", OWING, "--route", "0412", "--place", "1"),
            chinese("bills", "list"),
            chinese("bills", "show", "B-HM-2026-000059"),
            chinese("accounts", "show", OWING),
            chinese("accounts", "list"),
            chinese("search", OWING),
            chinese("search", "没有这个人"),
            chinese("search", "--rebuild"),
            chinese("search", code=1),
            chinese("pay", "--account", OWING, "--amount", "1"),
            chinese("pay", "--account", OWING, "--amount", "1e5", code=1),
            chinese("pay", "--account", OWING, "--amount", "-5", code=1),
            chinese("verify"),
            chinese("demo", code=1),
            chinese("db", "upgrade"),
            chinese("db", "backup", tmp_path / "copy.db"),
            chinese("db", "backup", tmp_path / "copy.db", code=1),
            chinese("db", "restore", tmp_path / "copy.db", code=1),
            chinese("accounts", "list", "--station", "9", code=1),
        ]
        for one in said:
            assert re.search("[\u4e00-\u9fff]", one.out + one.err), one
            # What the workbook's own columns and the machine are called stays as it is.
            assert not foreign_words(one.out + one.err, str(tmp_path), "--db", "--rebuild", "SQLite"), one

    def test_every_language_writes_numbers_its_way(self, billed_run, subtests):
        whole, cents = billed_run.json("bills", "list")[0]["amount"].split(".")
        marks = {"zh_CN": (",", "."), "en": (",", "."), "vi": (".", ","), "fi": ("\N{NO-BREAK SPACE}", ",")}
        for language in LANGUAGES:
            with subtests.test(language=language):
                group, decimal = marks[language]
                said = billed_run.speaking(language)("bills", "list").lines[0]
                assert said.endswith(f"{int(whole):,}".replace(",", group) + decimal + cents)

    def test_accounts_are_listed_in_pages(self, run):
        whole = [row["number"] for row in run.json("accounts", "list")]
        assert whole == [halls.account_number(place) for place in range(1, 51)]
        first = [row["number"] for row in run.json("accounts", "list", "--limit", "20")]
        rest = [row["number"] for row in run.json("accounts", "list", "--after", first[-1])]
        assert first + rest == whole

    def test_an_account_number_is_found_as_papers_write_it(self, run):
        assert run.json("accounts", "show", "3301 0482 7063") == run.json("accounts", "show", OWING)


def read_below() -> ReadRow:
    """A read that lies below the one before it."""
    return replace(january_reads()[0], value=Reading.of(1))


class TestDemo:
    def test_twice_is_refused(self, databases, elsewhere):
        command = elsewhere(databases.empty())
        told = command("demo", "--accounts", "3")
        assert "3 accounts" in told.out
        assert "demo" in told.out
        said = command("demo", code=1)
        assert (said.out, "--db" in said.err) == ("", True)
        rows = command.json("accounts", "list")
        assert [row["number"] for row in rows] == [halls.account_number(place) for place in (1, 2, 3)]
        assert command("verify").lines == [ALL_IS_WELL]

    def test_by_the_installed_program(self, tmp_path):
        told = servicehall("demo", "--db", "hall.db", cwd=tmp_path)
        assert "60 accounts" in told.out
        assert "lin, wang or zhao" in told.out


class TestReadings:
    def test_a_dry_run_tells_the_same_and_writes_nothing(self, run, sample_hall, tmp_path):
        before = contents(sample_hall)
        tried = run("readings", "import", sheet(tmp_path), "--dry-run")
        assert contents(sample_hall) == before
        taken = run("readings", "import", sheet(tmp_path))
        assert tried.out == taken.out == "january.xlsx: 50 rows, 50 reads stored.\n"
        assert contents(sample_hall) != before

    def test_files_that_are_no_sheet(self, run, tmp_path):
        for name, content in (
            ("letter.xlsx", b"Dear customer"),
            ("empty.xlsx", b""),
            ("bills.pdf", b"%PDF-1.7"),
        ):
            (tmp_path / name).write_bytes(content)
            said = run("readings", "import", tmp_path / name, code=1)
            assert said.out == ""
            assert name in said.err
            assert "went wrong" not in said.err
        book = openpyxl.Workbook()
        book.active.append(["Name", "Colour"])
        book.active.append(["A", "blue"])
        book.save(tmp_path / "other.xlsx")
        said = run("readings", "import", tmp_path / "other.xlsx", code=1)
        assert "went wrong" not in said.err
        assert "titles" in said.out + said.err

    def test_ctrl_c_stops_between_chunks_and_the_same_command_goes_on(
        self, run, sample_hall, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(sheets, "CHUNK", 10)
        before = reads(sample_hall)
        with at_commit(3, interrupt):  # the first of them notes that the sheet came
            stopped = run("readings", "import", sheet(tmp_path), code=1)
        assert "row 21" in stopped.out + stopped.err
        assert "topped after row 21" in stopped.out + stopped.err
        assert reads(sample_hall) == before + 20
        went_on = run("readings", "import", sheet(tmp_path))
        assert "50 rows, 50 reads stored" in went_on.out
        assert reads(sample_hall) == before + 50
        assert run("verify").lines == [ALL_IS_WELL]

    def test_ctrl_c_in_a_process_of_its_own(self, run, sample_hall, tmp_path, monkeypatch):
        before = reads(sample_hall)
        stopped, out, err = stopped_import(sample_hall, sheet(tmp_path))
        assert stopped == 1, err
        assert "topped after row 21" in out + err
        assert "Traceback" not in err
        assert reads(sample_hall) == before + 20
        monkeypatch.setattr(sheets, "CHUNK", 10)
        assert "50 rows, 50 reads stored" in run("readings", "import", sheet(tmp_path)).out
        assert reads(sample_hall) == before + 50


def reads(url: str) -> int:
    with raw(url) as rows:
        return tally(rows, "metering_read")


STOPPED = """
import sys
from desktop import cli
from desktop.metering.service import sheets
from tests.command_line import at_commit

sheets.CHUNK = 10

def wait():
    print("two chunks are stored", flush=True)
    sys.stdin.readline()

with at_commit(3, wait):
    sys.exit(cli.main(sys.argv[1:]))
"""


def stopped_import(url: str, path: Path) -> tuple[int, str, str]:
    """An import that is sent the interrupt signal while its second chunk is just stored."""
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, "readings", "import", str(path), "--db", url],
        cwd=Path(__file__).parent.parent,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            assert child.stdout.readline() == "two chunks are stored\n"
            child.send_signal(signal.SIGINT)
            out, err = child.communicate("go on\n", timeout=60)
        finally:
            child.kill()
    return child.returncode, out, err


class TestBills:
    def test_ctrl_c_stops_a_run_and_its_issue_and_they_go_on(self, run, sample_hall, tmp_path, monkeypatch):
        monkeypatch.setattr(billing_runs, "CHUNK", 10)
        run("readings", "import", sheet(tmp_path))
        look = not sample_hall.startswith(
            "sqlite"
        )  # a server looks at its tables first, in a commit of its own
        with at_commit(4 + look, interrupt):  # the run itself is the first, its sharing out the second
            drafted = run("bills", "run", "--period", "2026-01", code=1)
        assert "30 accounts are left" in drafted.err
        assert "20 ready" in drafted.out
        assert "50 ready" in run("bills", "run", "--period", "2026-01").out
        run.sign(JANUARY)
        with at_commit(3 + look, interrupt):  # the sharing out is the first
            issued = run("bills", "issue", JANUARY, code=1)
        assert "30 accounts are left" in issued.err
        assert "20 issued" in issued.out
        assert "50 issued" in run("bills", "issue", JANUARY).out
        with raw(sample_hall) as rows:
            assert tally(rows, "billing_bill") == 100
        assert run("verify").lines == [ALL_IS_WELL]

    def test_printing_onto_a_file_replaces_it_whole(self, billed_run, tmp_path):
        out = tmp_path / "bills.pdf"
        out.write_bytes(b"an older file, and a longer one" * 100_000)
        billed_run("bills", "print", JANUARY, "--out", out)
        assert out.read_bytes().startswith(b"%PDF")
        assert len(pdf_pages(out.read_bytes())) == 50
        assert [path.name for path in tmp_path.iterdir()] == ["bills.pdf"]

    def test_a_stop_while_printing_leaves_the_old_file(self, billed_run, tmp_path):
        out = tmp_path / "bills.pdf"
        out.write_bytes(b"older")
        with at_statement("billing_bill", interrupt):
            said = billed_run("bills", "print", JANUARY, "--out", out, code=1)
        assert "No file was written" in said.err
        assert out.read_bytes() == b"older"
        assert [path.name for path in tmp_path.iterdir()] == ["bills.pdf"]

    def test_printing_into_a_folder_that_is_none(self, billed_run, tmp_path):
        (tmp_path / "file").write_text("a file, no folder", encoding="utf-8")
        said = billed_run("bills", "print", JANUARY, "--out", tmp_path / "file" / "bills.pdf", code=1)
        assert "went wrong" not in said.err
        assert said.err

    def test_the_summary_adds_up(self, billed_run, tmp_path):
        told = billed_run(
            "bills", "summary", JANUARY, "--out", tmp_path / "run.xlsx", "--reason", "Check of January"
        )
        assert told.out.startswith("50 accounts in ")
        book = openpyxl.load_workbook(tmp_path / "run.xlsx")
        whole, each = book.worksheets
        assert each.cell(1, 1).value.endswith("Check of January")
        titles = [cell.value for cell in each[2]]
        amounts = [row[titles.index("Amount 元")].value for row in each.iter_rows(min_row=3)]
        assert len(amounts) == 50
        total = sum(Decimal(str(amount)) for amount in amounts)
        assert total == Decimal(billed_run.json("bills", "list")[0]["amount"])
        assert (
            Decimal(str(whole.cell(2, [cell.value for cell in whole[1]].index("Amount 元") + 1).value))
            == total
        )
        assert {row[0].data_type for row in each.iter_rows(min_row=3)} == {"s"}, (
            "numbers of accounts are text"
        )


NO_AMOUNTS = (
    "12,345", "1e5", "-5", "0", "0.00", "10.001", "", " ", "ten", "NaN", "Infinity", "1_000", "１００", "٣", "+5", "5.",
    ".5", "0x10", "99999999999999999999", "5 000",
)  # fmt: skip


class TestPay:
    def test_what_is_no_amount_is_told_in_words(self, run, sample_hall, subtests):
        with raw(sample_hall) as rows:
            before = tally(rows, "counter_payment")
        for amount in NO_AMOUNTS:
            for words in (["--amount", amount], ["--amount", "5", "--given", amount or " "]):
                with subtests.test(words=" ".join(words)):
                    said = run("pay", "--account", OWING, *words, code=1)
                    assert said.out == ""
                    assert said.err.strip()
                    assert "went wrong" not in said.err
        with raw(sample_hall) as rows:
            assert tally(rows, "counter_payment") == before

    def test_amounts_as_people_write_them(self, run, subtests):
        for amount, paid, *sure in (
            ("5", "5.00"), ("5.5", "5.50"), ("0.01", "0.01"), ("1234567.89", "1234567.89", "--large"),
        ):  # fmt: skip
            with subtests.test(amount=amount):
                assert run.json("pay", "--account", OWING, "--amount", amount, *sure)["amount"] == paid

    def test_a_receipt_that_cannot_be_written_is_told_and_the_payment_stands(self, run, tmp_path):
        (tmp_path / "file").write_text("a file, no folder", encoding="utf-8")
        key = str(uuid4())
        words = ["pay", "--account", OWING, "--amount", "5", "--key", key, "--receipt"]
        said = run(*words, tmp_path / "file" / "receipt.pdf", code=1)
        assert "Receipt 0-" in said.out
        assert key in said.err
        again = run(*words, tmp_path / "receipt.pdf")
        assert again.out == said.out
        assert len(pdf_pages((tmp_path / "receipt.pdf").read_bytes())) == 1
        assert len(run.json("accounts", "show", OWING)["payments"]) == 1

    def test_without_a_key_every_call_is_a_payment(self, run):
        numbers = {run.json("pay", "--account", OWING, "--amount", "5")["number"] for _ in range(2)}
        assert len(numbers) == 2
        assert len(run.json("accounts", "show", OWING)["payments"]) == 2

    def test_each_station_has_its_till_and_its_numbers(self, run):
        paid = [
            run.at(station).json("pay", "--account", OWING, "--amount", "5") for station in ("1", "2", "1")
        ]
        assert [one["number"] for one in paid] == ["1-26000001", "2-26000001", "1-26000002"]
        assert [one["till_name"] for one in paid] == ["1 号柜台", "2 号柜台", "1 号柜台"]


class TestRate:
    @pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
    def test_every_file_of_cases(self, nowhere, path):
        ruled = {topic for country in COUNTRIES for topic in topics(country)}
        if path.stem not in ruled:
            said = nowhere("rate", path, code=2)
            assert (said.out, path.stem in said.err) == ("", True)
            return
        cases = json.loads(path.read_text(encoding="utf-8"))
        answers = nowhere("rate", path).data
        assert len(answers) == len(cases)
        for case, answer in zip(cases, answers, strict=True):
            expected = {key: value for key, value in case["expected"].items() if key != "accept"}
            assert {key: answer[key] for key in expected} == expected
            assert isinstance(answer["lines"], list)
            assert "trace" in answer

    def test_one_case_gives_one_answer_and_no_database(self, nowhere, tmp_path):
        case = {"topic": "cn_vat", "input": {"gross": "113.00", "rate_percent": "13"}}
        (tmp_path / "one.json").write_text(json.dumps(case), encoding="utf-8")
        answer = nowhere("rate", "one.json").data
        assert (answer["net"], answer["tax"]) == ("100.00", "13.00")
        assert nowhere("rate", "one.json", "--json").data == answer
        assert [path.name for path in tmp_path.iterdir()] == ["one.json"]
        chinese = nowhere.speaking("zh_CN")("rate", "one.json").data
        assert chinese["net"] == "100.00"
        assert not foreign_words("".join(chinese["trace"]))

    @pytest.mark.parametrize(
        ("content", "code", "told"),
        [
            ('{"topic": "cn_nothing", "input": {}}', 2, "cn_nothing"),
            ('[{"topic": "zz", "input": {}}]', 2, "zz"),
            ('{"input": {}}', 2, "case"),
            ('{"topic": "cn_vat"}', 1, "input"),
            ('{"topic": "cn_vat", "input": {"gross": "1"}}', 1, "rate_percent"),
            ('{"topic": "cn_vat", "input": {"gross": "one", "rate_percent": "13"}}', 1, "gross"),
            ('{"topic": "cn_vat", "input": {"gross": NaN, "rate_percent": "13"}}', 1, "gross"),
            ('{"topic": ["cn_vat"], "input": {}}', 1, "topic"),
            ("[1, 2]", 1, "group of named values"),
            ('"cn_vat"', 1, "group of named values"),
            ("{gross: 1}", 1, "case.json"),
            ("", 1, "case.json"),
            ("[" * 100_000, 1, "case.json"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_cases_that_cannot_be_rated(self, nowhere, tmp_path, content, code, told):
        (tmp_path / "case.json").write_text(content, encoding="utf-8")
        said = nowhere("rate", "case.json", code=code)
        assert said.out == ""
        assert told in said.err
        assert "went wrong" not in said.err
        chinese = nowhere.speaking("zh_CN")("rate", "case.json", code=code)
        assert re.search("[\u4e00-\u9fff]", chinese.err), chinese.err

    def test_bytes_that_are_no_text(self, nowhere, tmp_path):
        (tmp_path / "case.json").write_bytes(b"\xff\xfe{}")
        assert "case.json" in nowhere("rate", "case.json", code=1).err
        (tmp_path / "case.json").write_bytes(
            b'\xef\xbb\xbf{"topic": "cn_vat", "input": {"gross": "1.13", "rate_percent": "13"}}'
        )
        assert nowhere("rate", "case.json").data["net"] == "1.00"


class TestVerify:
    def test_a_row_altered_behind_its_back_is_named(self, run, sample_hall):
        with raw(sample_hall) as rows:
            rows.unguard()
            rows("UPDATE billing_bill SET amount = amount + 1 WHERE number = ?", "B-HM-2026-000009")
        for language, words in (("en", "This row was altered"), ("fi", "Tätä riviä on muutettu")):
            said = run("verify", "--lang", language, code=1)
            assert "billing_bill" in said.out
            assert words in said.out
        (finding, *_) = [one for one in run.json("verify", code=1) if one["table"] == "billing_bill"]
        assert set(finding) >= {"invariant", "table", "row_id", "what"}
        assert finding["code"] == "row_altered"

    def test_it_writes_nothing_but_that_it_was_done(self, run, sample_hall):
        before = contents(sample_hall)
        assert run("verify").lines == [ALL_IS_WELL]
        assert changed(before, contents(sample_hall)) == {"kernel_upkeep"}


class TestDatabase:
    def test_upgrade_makes_the_schema_once(self, databases, elsewhere):
        command = elsewhere(databases.empty())
        assert command.json("db", "upgrade")["ran"] >= 1
        assert command.json("db", "upgrade")["ran"] == 0
        assert command("accounts", "list", code=1).err.startswith("This database is empty.")

    def test_backup_and_restore_between_the_kinds(
        self, databases: Databases, sqlite_databases, postgres_server, elsewhere, tmp_path
    ):
        source = databases.like(halls.billed_hall)
        other = postgres_server if databases.kind == "sqlite" else sqlite_databases
        copy = tmp_path / "copy.db"
        held = sum(count for count, _ in contents(source).values())
        told = elsewhere(source).json("db", "backup", copy)
        assert told == {"rows": held, "file": str(copy)}
        assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
        again = elsewhere(source)("db", "backup", copy, code=1)
        assert "copy.db exists already" in again.err
        target = other.empty()
        try:
            restored = elsewhere(target).json("db", "restore", copy)
            assert (restored["rows"], restored["findings"]) == (told["rows"], [])
            assert changed(contents(source), contents(target)) == {"kernel_upkeep"}
            for words in (["accounts", "list"], ["bills", "list"], ["accounts", "show", OWING]):
                assert elsewhere(target).json(*words) == elsewhere(source).json(*words)
            assert "in use" in elsewhere(target)("db", "restore", copy, code=1).err
            paid = elsewhere(target).at("1").json("pay", "--account", OWING, "--amount", "444.73")
            assert (paid["number"], paid["owed_after"]) == ("1-26000001", "0.00")
            assert elsewhere(target)("verify").lines == [ALL_IS_WELL]
        finally:
            other.drop(target)

    def test_a_file_that_is_no_backup(self, database_url, elsewhere, tmp_path):
        (tmp_path / "letter.db").write_text("Dear customer, " * 400, encoding="utf-8")
        (tmp_path / "empty.db").write_bytes(b"")
        for name in ("letter.db", "empty.db"):
            said = elsewhere(database_url)("db", "restore", tmp_path / name, code=1)
            assert name in said.err
            assert "went wrong" not in said.err
        assert elsewhere(database_url)("accounts", "list", code=1).err.startswith("This database is empty.")


def test_a_fault_is_told_by_a_reference_that_stands_in_the_log(run, sample_hall):
    with raw(sample_hall) as rows:
        rows("ALTER TABLE parties_party RENAME TO somewhere_else")
    said = run("accounts", "list", code=1)
    (reference,) = re.findall(r"Reference (\S+),", said.err)
    assert said.out == ""
    assert "parties_party" not in said.err, "what only programmers understand stands in the log"
    log = (user_folder() / "servicehall.log").read_text(encoding="utf-8")
    assert reference in log
    assert "parties_party" in log.partition(reference)[2]
    assert "罗静" not in log, "the log carries no customers"


def test_what_a_driver_says_of_a_lost_connection_is_no_news_to_people(capsys):
    with as_before():
        keep_log()
        logging.getLogger("psycopg").warning("error ignored terminating a pipeline")
    assert capsys.readouterr().err == ""
    log = (user_folder() / "servicehall.log").read_text(encoding="utf-8")
    assert "error ignored terminating a pipeline" in log


def test_the_same_question_of_a_program_and_of_a_seat(run, sample_hall):
    with halls.opened(sample_hall) as app, as_before():
        rows = app.command_line().ask(accounts, AccountsOrder(limit=500))
        assert [row["owed"] for row in run.json("accounts", "list")] == [
            str(app.country.currency.decimal(row.owed)) for row in rows
        ]


def test_accounts_are_exported_sorted_and_filtered(run, sample_hall, tmp_path):
    out = tmp_path / "accounts.xlsx"
    reason = ("--reason", "Letters to all")
    said = run("accounts", "list", "--sort", "owed", "--descending", "--out", out, *reason)
    assert "50 accounts" in said.out
    mark, *sheet = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert mark[0].endswith("Letters to all")
    assert sheet[0][:2] == ["Account", "Customer"]
    listed = run.json("accounts", "list", "--sort", "owed", "--descending")
    assert [row[0] for row in sheet[1:]] == [row["number"] for row in listed]
    assert [row[5] for row in sheet[1:]] == [float(row["owed"]) for row in listed]
    run("accounts", "list", "--filter", listed[0]["number"], "--out", out, *reason)
    assert len(CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()) == 3


def test_an_export_that_cannot_be_written_is_told(run, sample_hall, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    out = tmp_path / "file" / "accounts.xlsx"
    said = run("accounts", "list", "--out", out, "--reason", "Letters to all", code=1)
    assert said.err


class TestSearch:
    def test_words_find_customers_and_papers(self, run: CommandLine) -> None:
        by_number = run.json("search", OWING)["customers"][0]
        assert by_number["number"] == OWING
        name = by_number["title"]
        assert OWING in {one["number"] for one in run.json("search", name, OWING[-4:])["customers"]}
        assert name in run("search", OWING).out
        assert [one["kind"] for one in run.json("search", "B-HM-2026-000003")["papers"]] == ["bill"]

    def test_what_nobody_is_called_is_told(self, run: CommandLine) -> None:
        said = run("search", "zzzz")
        assert (said.out, "zzzz" in said.err) == ("", True)

    def test_a_rebuild_finds_what_was_found_before(self, run: CommandLine) -> None:
        before = run("search", "3301")
        assert run.json("search", "--rebuild")["count"] > 50
        assert run("search", "3301", "--rebuild").out == before.out
