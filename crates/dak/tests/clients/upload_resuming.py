"""Uploads a file and goes on after any failure, in this process or in the next one.

    python upload_resuming.py http://127.0.0.1:7070 FILE STATE CHUNK_BYTES

STATE is a file that keeps the session's URL and how many bytes the server has acknowledged; should it ever
have fewer again, that is an error. CHUNK_BYTES 0 sends all that is missing in one request. Prints a line when it
has a session and one with the item's id at the end.
"""

import json
import os
import sys
import time

import requests

FAILURES = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class State:
    """What outlives the process, replaced as a whole."""

    def __init__(self, path):
        self.path = path
        self.url, self.acknowledged = None, 0
        if os.path.exists(path):
            with open(path) as file:
                self.url, self.acknowledged = json.load(file)

    def save(self, url, acknowledged):
        self.url, self.acknowledged = url, acknowledged
        with open(self.path + ".new", "w") as file:
            json.dump([url, acknowledged], file)
        os.replace(self.path + ".new", self.path)


def persistently(step):
    """Repeats a step until the server is there and answers it."""
    while True:
        try:
            answer = step()
            if answer.status_code != 503:
                return answer
        except FAILURES:
            pass
        time.sleep(0.01)


def put(state, data, content_range):
    return requests.put(state.url, data=data, headers={"Content-Range": content_range}, timeout=60)


def begin(base, state, size):
    url = base.rstrip("/") + "/upload/demo/v1?uploadType=resumable"
    headers = {"Content-Type": "application/json", "X-Upload-Content-Length": str(size)}
    answer = persistently(lambda: requests.post(url, headers=headers, data='{"title":"Killed"}', timeout=60))
    assert answer.status_code == 200, answer.text
    state.save(answer.headers["Location"], 0)


def acknowledge(state, answer):
    """The item's id if the upload is complete; else notes how far it is and gives None."""
    if answer.status_code in (200, 201):
        return answer.json()["id"]
    assert answer.status_code == 308, f"{answer.status_code} {answer.text}"
    kept = answer.headers.get("Range")
    kept = int(kept.removeprefix("bytes=0-")) + 1 if kept else 0
    assert kept >= state.acknowledged, f"{state.acknowledged} bytes were acknowledged, {kept} are left"
    state.save(state.url, kept)
    return None


def send_rest(state, path, size, chunk_bytes):
    """Sends from where the server is until the end or a failure; gives the id at the end."""
    done = acknowledge(state, persistently(lambda: put(state, None, f"bytes */{size}")))
    with open(path, "rb") as file:
        while done is None:
            start = state.acknowledged
            file.seek(start)
            end = min(start + chunk_bytes, size) if chunk_bytes else size
            data = file.read(chunk_bytes) if chunk_bytes else file
            answer = put(state, data, f"bytes {start}-{end - 1}/{size}")
            if answer.status_code == 503:
                return None
            done = acknowledge(state, answer)
    return done


def main(base, path, state_path, chunk_bytes):
    size = os.path.getsize(path)
    state = State(state_path)
    if state.url is None:
        begin(base, state, size)
    print("goes on", flush=True)
    done = None
    while done is None:
        try:
            done = send_rest(state, path, size, int(chunk_bytes))
        except FAILURES:
            time.sleep(0.01)
    print(done, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
