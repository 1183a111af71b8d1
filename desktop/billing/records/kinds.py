"""How far runs and drafts are, and what kinds of bills there are."""

from __future__ import annotations

from desktop.kernel.measures import Energy
from desktop.kernel.text import Text, Worded


class RunState(Worded):
    """How far a bill run is."""

    DRAFTING = "drafting", Text("Drafting")
    DRAFTED = "drafted", Text("Drafted")
    ISSUING = "issuing", Text("Issuing")
    ISSUED = "issued", Text("Issued")


class DraftState(Worded):
    """What became of one account in a run."""

    WAITING = "waiting", Text("Waiting")
    READY = "ready", Text("Ready")
    HELD = "held", Text("Held")
    ISSUED = "issued", Text("Issued")
    REVERSED = "reversed", Text("Taken back")


class BillKind(Worded):
    """What a bill is made for."""

    PERIODIC = "periodic", Text("Periodic bill")
    FINAL = "final", Text("Final bill")
    MANUAL = "manual", Text("Bill by hand")
    ADJUSTING = "adjusting", Text("Back-billing or refund")


NO_ENERGY = Energy(0)


OF_MONTH = (BillKind.PERIODIC, BillKind.FINAL)
"""Bills of a month's use, of which an account has one at most; the others stand beside them."""
