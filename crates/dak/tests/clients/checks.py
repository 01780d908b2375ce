"""Runs checks and prints a line for each: what the client programs have in common."""

import sys
import traceback


def run(checks, make):
    """Runs each check with what `make` gives; returns the exit status.

    A check is a function; the first line of its docstring says what it shows, ids of
    docs/conventions.md first.
    """
    failed = 0
    for check in checks:
        name = check.__doc__.strip().splitlines()[0]
        try:
            check(make())
            print(f"ok    {name}", flush=True)
        except Exception:  # Whatever goes wrong is this check's failure; the others still run.
            failed += 1
            print(f"FAIL  {name}\n{traceback.format_exc()}", flush=True)
    print(f"{len(checks) - failed} of {len(checks)} checks passed")
    return 1 if failed or not checks else 0


def base_url():
    """The server's URL, the program's one argument, without a slash at its end."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} http://127.0.0.1:PORT")
    return sys.argv[1].rstrip("/")


def equal(found, expected):
    """Fails unless the two are equal, showing both."""
    assert found == expected, f"\n   found {found!r}\nexpected {expected!r}"


def contains(text, part):
    """Fails unless `part` is in `text`, showing both."""
    assert part in text, f"{part!r} is not in {text!r}"
