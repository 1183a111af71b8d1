"""Papers: prints and pictures, and what leaves the house with persons in it."""

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
    attach_photo,
    attach_picture,
    check_code,
    note,
    noted,
    notes,
    picture,
    queue,
)

__all__ = [
    "allowance",
    "attach_photo",
    "attach_picture",
    "check_code",
    "export_persons",
    "exports",
    "exports_extent",
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
    "prove",
    "prove_issued",
    "queue",
    "search_owners",
    "set_export_limit",
]
