"""Carries out uploads one after another, as told on standard input: what the upload programs have in common.

A line in is the name of an upload, a tab and the file to send. A line out is a JSON object:

    {"outcome": "arrives"}                              the client finished by itself
    {"outcome": "resumed", "why": W}                    it failed with W; the step its documents name finished
    {"outcome": "gives up", "why": W, "session": URL}   it failed and has no such step, or that failed too
"""

import json
import sys
import time

import checks

CONTENT_TYPE = "application/octet-stream"
CHUNK_BYTES = 256 * 1024
TITLE = "Gesendet mit Umläuten, ডাকে"


class Upload:
    """One upload of a file. `resume` is the step that the client's documents name after a failure, if any."""

    resume = None

    def __init__(self, base, path):
        self.base, self.path = base, path

    def run(self):
        raise NotImplementedError

    def session(self):
        """The URL under which another client can go on."""
        return None


def run(uploads):
    """Serves standard input with `uploads`, classes by their names."""
    base = checks.base_url()
    hurry()
    for line in sys.stdin:
        name, path = line.rstrip("\n").split("\t")
        print(json.dumps(attempt(uploads[name](base, path))), flush=True)


def attempt(upload):
    why = failure(upload.run)
    if why is None:
        return {"outcome": "arrives"}
    again = failure(upload.resume) if upload.resume else "no step to resume"
    if again is None:
        return {"outcome": "resumed", "why": why}
    return {"outcome": "gives up", "why": f"{why}; then {again}", "session": upload.session()}


def failure(step):
    """What went wrong with a step, in one line; None if nothing did."""
    try:
        step()
        return None
    except Exception as error:  # Whatever the client raises is its outcome.
        return " ".join(f"{type(error).__name__}: {error}".split())


def hurry():
    """Makes the clients' waits a hundred times shorter; what they do between them stays."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(seconds / 100)
