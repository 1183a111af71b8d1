"""A bill as one would write it with reportlab's flowables: the other side of the measurement, and nothing else.

It holds what our own paper holds: letterhead, window, amount with its code, facts, lines, tiers, reads, a year of bars,
the foot with its proof. Fonts are loaded once, as in any program that prints more than one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from desktop.billing.records import BillShown
from desktop.kernel.country import Country
from desktop.kernel.files import resource
from desktop.kernel.text import Catalog

RULED = TableStyle(
    [("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey), ("FONT", (0, 0), (-1, -1), "plain", 8)]
)


def write_plain(
    out: BytesIO, bills: Iterable[BillShown], catalog: Callable[[str], Catalog], country: Country
) -> None:
    """All bills into one PDF, a page each."""
    for name, weight in (("plain", "400Regular"), ("plain-bold", "700Bold")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource("fonts", f"NotoSansSC_{weight}.ttf"))))
    story: list[Flowable] = []
    for bill in bills:
        story += [*_page(bill, catalog(bill.language), country), PageBreak()]
    SimpleDocTemplate(
        out, pagesize=A4, topMargin=12 * mm, bottomMargin=12 * mm, leftMargin=15 * mm, rightMargin=15 * mm
    ).build(story)


def _page(bill: BillShown, say: Catalog, country: Country) -> list[Flowable]:
    head, body = (
        ParagraphStyle("head", fontName="plain-bold", fontSize=14),
        ParagraphStyle("body", fontName="plain"),
    )
    company = bill.letterhead
    facts = (
        country.format_account(bill.account_number),
        f"{bill.period.start} {bill.period.end}",
        say(bill.use_class),
    )
    window = "<br/>".join((bill.postcode, *bill.address_lines, bill.customer_name))
    amount = f"{say('Due for this period')}<br/>{say.money(bill.amount)}<br/>{say('Pay by')} {say.date(bill.due_on)}"
    story: list[Flowable] = [
        Paragraph(f"{company.company} {company.hall}", head),
        Paragraph(f"{bill.number} {say.date(bill.issued_on)}", body),
        Table([[Paragraph(window, body), Paragraph(amount, body), _code(bill.payment_code, 25)]]),
        Table([[*facts, bill.meter_serial, bill.route]], style=RULED),
        Paragraph(say("Charges"), head),
        Table(
            [*_lines(bill, say), [say("Total for the period"), "", "", "", say.money(bill.amount)]],
            style=RULED,
        ),
        Paragraph(f"{bill.tax_percent} % {say.money(bill.tax)} {bill.amount_words}", body),
        Paragraph(say("Meter reads"), head),
        Table(_reads(bill, say), style=RULED),
    ]
    if bill.tiers is not None:
        story.append(_tiers(bill))
    story += [_bars(bill, say), Spacer(1, 4 * mm), Paragraph(say("How to pay"), head)]
    hotline = say(
        "Call {hotline} or ask in the hall for an explanation of each line.", hotline=company.hotline
    )
    basis = f"{bill.basis.name} {bill.basis.notice} {bill.basis.version} {bill.basis.valid_from}"
    late = say(bill.late_fee_note) if bill.late_fee_note else ""
    proof = [[Paragraph(f"{late}<br/>{hotline}<br/>{basis}", body), _code(bill.check_code, 18)]]
    return [*story, Table(proof, colWidths=[150 * mm, 25 * mm])]


def _lines(bill: BillShown, say: Catalog) -> list[list[str]]:
    return [
        [
            say(line.label),
            "" if line.energy is None else say.number(line.energy),
            "" if line.price is None else say.number(line.price),
            " - ".join(say.number(energy) for energy in line.accumulated or ()),
            say.money(line.amount),
        ]
        for line in bill.lines
    ]


def _reads(bill: BillShown, say: Catalog) -> list[list[str]]:
    return [
        [
            say(read.register.text), say.number(read.previous), say.number(read.current), say.number(read.multiplier),
            say.number(read.energy), f"{say(read.source.text)} {read.reader}",
        ]
        for read in bill.reads
    ]  # fmt: skip


def _code(words: str, side: float) -> Drawing:
    drawing = Drawing(side * mm, side * mm)
    drawing.add(QrCodeWidget(words, barWidth=side * mm, barHeight=side * mm))
    return drawing


def _tiers(bill: BillShown) -> Drawing:
    drawing = Drawing(175 * mm, 6 * mm)
    for place in range(3):
        drawing.add(Rect(place * 58 * mm, 0, 56 * mm, 4 * mm, fillColor=colors.lightgrey))
    return drawing


def _bars(bill: BillShown, say: Catalog) -> Drawing:
    drawing, chart = Drawing(175 * mm, 40 * mm), VerticalBarChart()
    chart.width, chart.height = 165 * mm, 30 * mm
    chart.data = [[float(month.energy.decimal) for month in bill.usage]]
    chart.categoryAxis.categoryNames = [say.short_date(month.month) for month in bill.usage]
    drawing.add(chart)
    return drawing
