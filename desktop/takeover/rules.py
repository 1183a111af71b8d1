"""What numbers of another system's papers become here."""

from __future__ import annotations


def paper_number(number: str, hall_code: str) -> str:
    """The number of another system's paper as it stands here: one that looks like a bill of this hall gets a star.

    >>> paper_number("2026010004711", "HM"), paper_number("B-HM-2026-000001", "HM"), paper_number("B-HM-1*", "HM")
    ('2026010004711', 'B-HM-2026-000001*', 'B-HM-1*')
    """
    return f"{number}*" if number.startswith(f"B-{hall_code}-") and not number.endswith("*") else number
