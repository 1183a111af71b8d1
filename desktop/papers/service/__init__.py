"""Papers: prints and pictures, and what leaves the house with persons in it."""

from desktop.papers.service.carried import attach_photo, attach_picture, note, noted, notes, picture
from desktop.papers.service.issued import (
    issue,
    issued,
    numbers_by,
    papers_of,
    prove_issued,
    search_owners,
)
from desktop.papers.service.leaving import (
    allowance,
    export_persons,
    exports,
    exports_extent,
    last_exports,
    let_out,
    prove,
    set_export_limit,
)
from desktop.papers.service.prints import (
    check_code,
    confirm_prints,
    fail_prints,
    prints,
    prove_prints,
    queue,
    send_prints,
    spoil_prints,
    waiting,
)

__all__ = [
    "allowance",
    "attach_photo",
    "attach_picture",
    "check_code",
    "confirm_prints",
    "export_persons",
    "exports",
    "exports_extent",
    "fail_prints",
    "issue",
    "issued",
    "last_exports",
    "let_out",
    "note",
    "noted",
    "notes",
    "numbers_by",
    "papers_of",
    "picture",
    "prints",
    "prove",
    "prove_issued",
    "prove_prints",
    "queue",
    "search_owners",
    "send_prints",
    "set_export_limit",
    "spoil_prints",
    "waiting",
]
