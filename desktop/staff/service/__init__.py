"""Halls, stations, people and their rights.

A role takes effect only when a second person agrees: one proposes, another decides; the founding alone is exempt.
"""

from desktop.staff.rules import ROLES
from desktop.staff.service.changes import (
    change_person,
    close_login,
    enter_person,
    reopen_login,
    set_password,
    unlock,
)
from desktop.staff.service.grants import decide_role, propose_role, prove, take_role
from desktop.staff.service.hands import decided, prove_hands, second_person
from desktop.staff.service.lists import (
    given_lately,
    locked,
    must_change,
    my_roles,
    names,
    own_roles,
    people,
    proposals,
    roles,
)
from desktop.staff.service.passwords import (
    SignedIn,
    WrongPassword,
    actor,
    change_own_password,
    hash_again,
    hash_password,
    own_password,
    sign_in,
)
from desktop.staff.service.persons import FormRefused
from desktop.staff.service.places import (
    draft,
    drop_draft,
    first_hall,
    found_hall,
    keep_draft,
    letterhead,
    stations,
)
from desktop.staff.service.rights import (
    APPROVE,
    COMMAND_LINE,
    EVERYBODY,
    FOUND_HALL,
    granted,
    holders,
    permissions,
)

__all__ = [
    "APPROVE",
    "COMMAND_LINE",
    "EVERYBODY",
    "FOUND_HALL",
    "ROLES",
    "FormRefused",
    "SignedIn",
    "WrongPassword",
    "actor",
    "change_own_password",
    "change_person",
    "close_login",
    "decide_role",
    "decided",
    "draft",
    "drop_draft",
    "enter_person",
    "first_hall",
    "found_hall",
    "given_lately",
    "granted",
    "hash_again",
    "hash_password",
    "holders",
    "keep_draft",
    "letterhead",
    "locked",
    "must_change",
    "my_roles",
    "names",
    "own_password",
    "own_roles",
    "people",
    "permissions",
    "proposals",
    "propose_role",
    "prove",
    "prove_hands",
    "reopen_login",
    "roles",
    "second_person",
    "set_password",
    "sign_in",
    "stations",
    "take_role",
    "unlock",
]
