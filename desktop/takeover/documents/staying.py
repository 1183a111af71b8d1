"""What of a hall its workbook does not carry, and why: each table is either carried or stands here."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.kernel.text import Text

CARRIED = frozenset(
    {
        "billing_instalment_plan", "billing_review_limits", "contracts_contract", "contracts_group_member",
        "contracts_payment_group", "contracts_spell", "contracts_terms", "invoices_wish", "ledger_clearing",
        "ledger_contract_account", "ledger_open_item", "ledger_posting", "ledger_posting_set",
        "metering_installation", "metering_meter", "metering_month_before", "metering_month_entered",
        "metering_point_capacity",
        "metering_read", "metering_read_limits", "metering_register", "metering_route", "metering_route_stop",
        "parties_contact", "parties_merge", "parties_party", "parties_role", "premises_premise",
        "premises_service_point",
    }
)  # fmt: skip
"""Tables whose rows the workbook carries, as far as they are needed to go on."""


@dataclass(frozen=True, slots=True)
class Stay:
    """What stays behind, why, and the tables it stands in: by name, or all that begin so where they end in ``_``."""

    what: Text
    why: Text
    tables: tuple[str, ...]

    def holds(self, table: str) -> bool:
        """Whether a table is meant."""
        return any(table.startswith(one) if one.endswith("_") else table == one for one in self.tables)


STAYING = (
    Stay(
        Text("Bills, their runs, signatures and reversals"),
        Text("What is left to pay comes as open items, their kWh as usage history; the papers are the former system's"),
        (
            "billing_run", "billing_draft", "billing_share", "billing_stop", "billing_bill", "billing_line",
            "billing_reversal", "billing_correction", "billing_occasion", "billing_signature",
            "billing_signature_withdrawn", "billing_collective", "billing_collective_line",
        ),
    ),
    Stay(
        Text("Instalments of a month that is not billed"),
        Text("What was paid of them comes as credit, and the bill of the month asks for all of it; plans come along"),
        ("billing_instalment", "billing_instalment_reversal", "billing_instalment_deduction"),
    ),
    Stay(
        Text("Public holidays of a year"),
        Text("They are entered in a minute, from the list of the year"),
        ("metering_calendar_year",),
    ),
    Stay(
        Text("Terms of capacity sealed for a time, where others than the country's were set"),
        Text("They are entered in a minute, each from its day on"),
        ("contracts_suspension_rule",),
    ),
    Stay(
        Text("Corrections of energy"),
        Text("Those that are billed count in the usage history; others need two people here"),
        ("billing_energy_correction", "billing_energy_decision"),
    ),
    Stay(
        Text("Payments, receipts, tills and shifts"),
        Text("What they settled comes as part payments and credit; money in drawers is counted where it is"),
        ("counter_", "treasury_"),
    ),
    Stay(
        Text("Direct debits: banks, mandates, files and their results"),
        Text("Mandates come by a sheet of their own; let files that wait for results end in the former system"),
        ("debits_",),
    ),
    Stay(
        Text("Late fees that were waived"),
        Text("They are asked for again: waive here what still counts"),
        ("ledger_late_fee_waiver", "ledger_waiver_limit"),
    ),
    Stay(
        Text("What was chosen about late fees"),
        Text("Choose it here again; what is owed brings the terms it was billed on"),
        ("ledger_late_fee_chosen",),
    ),
    Stay(
        Text("Bills that are disputed"),
        Text("Put it down here again for those that still are"),
        ("ledger_dispute", "ledger_dispute_part", "ledger_dispute_end"),
    ),
    Stay(
        Text("Agreements that arrears are paid in parts"),
        Text("Make them here again for what is still owed"),
        ("ledger_agreement", "ledger_agreement_ended"),
    ),
    Stay(
        Text("Movements of security deposits"),
        Text("What is held of each account comes as one amount"),
        ("contracts_deposit",),
    ),
    Stay(
        Text("The ledger's accounts and closed months"),
        Text("Balances are posted against the opening account; months are closed here"),
        ("ledger_account", "ledger_month", "closing_"),
    ),
    Stay(
        Text("Readings before the last one billed, exchanges, photos, doubtful readings"),
        Text("Their kWh come as usage history, what is not billed comes along; decide on what waits before"),
        (
            "metering_exchange", "metering_read_reversal", "metering_read_photo", "metering_doubtful_read",
            "metering_read_request", "metering_sheet_import", "metering_sheet_titles",
        ),
    ),
    Stay(
        Text("Tests of meters and re-reads that customers asked for"),
        Text("Let them end in the former system, or order here again what still waits"),
        ("metering_meter_test", "metering_meter_test_result", "metering_read_request_withdrawn"),
    ),
    Stay(
        Text("What changed when, and who looked at whose data"),
        Text("It proves what the former system did, and only there"),
        ("parties_change", "parties_reveal", "premises_supply_change", "journal_", "kernel_"),
    ),
    Stay(
        Text("Notes, and parties that were told apart"),
        Text("They were written for people who knew the case: write anew what still counts"),
        ("parties_note", "parties_told_apart"),
    ),
    Stay(
        Text("Invoices of the tax system"),
        Text("They belong to bills that stay behind; what accounts want for coming bills is carried"),
        ("invoices_batch", "invoices_invoice", "invoices_number", "invoices_credit"),
    ),
    Stay(
        Text("Prints, attachments, exports"),
        Text("They belong to papers that stay behind"),
        ("papers_",),
    ),
    Stay(
        Text("Staff, roles, halls and stations"),
        Text("Two people grant rights here; nobody brings them along"),
        ("staff_",),
    ),
    Stay(
        Text("Prices"),
        Text("Take each tariff in from its file before; two people agree on it"),
        ("tariffs_",),
    ),
    Stay(Text("Words of search"), Text("They are made here from what comes in"), ("search_",)),
)  # fmt: skip
