"""What stands in the cells of a file that came from outside: read in a process of its own, which may be killed.

`child` and what it imports use only the standard library, so that the process starts at once and holds nothing worth
stealing; what it tells reaches people through `desktop.kernel.sheet`, which starts it.
"""
