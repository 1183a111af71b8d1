"""The page of staff."""

from desktop.staff.page.staff import PEOPLE, WAITING, WAITING_WORD, StaffPage

__all__ = ["PEOPLE", "WAITING", "WAITING_WORD", "StaffPage"]
