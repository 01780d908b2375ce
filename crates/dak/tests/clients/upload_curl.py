"""Uploads with curl.

    python upload_curl.py http://127.0.0.1:7070

The names of its uploads stand at the end; upload_worker.py says what goes in and out.
"""

import os
import re
import subprocess

import upload_worker
from upload_worker import CONTENT_TYPE

WAYS = ["--header", f"Content-Type: {CONTENT_TYPE}"]


def curl(*arguments, stdin=None):
    """Runs curl; gives the heads and the body it was answered. A status from 400 on is an error."""
    words = ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--include", *arguments]
    done = subprocess.run(words, stdin=stdin, capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode().strip())
    return done.stdout.decode()


def header(answer, name):
    """The last value of a header; None if there is none."""
    values = re.findall(rf"(?im)^{name}: *(.*?)\r?$", answer)
    return values[-1] if values else None


class Media(upload_worker.Upload):
    """The bytes alone, in one request; beyond 1 MiB curl waits for `100 Continue`."""

    def run(self):
        curl(*WAYS, "--data-binary", "@" + self.path, self.base + "/upload/demo/v1?uploadType=media")


class Piped(upload_worker.Upload):
    """The same from a pipe, in chunked coding."""

    def run(self):
        with open(self.path, "rb") as file:
            url = self.base + "/upload/demo/v1?uploadType=media"
            curl(*WAYS, "--request", "POST", "--upload-file", "-", url, stdin=file)


class Session(upload_worker.Upload):
    """A session, all bytes in one request. After a failure `--continue-at` goes on where the server is."""

    options = ()
    url = None

    def run(self):
        declared = ["--header", f"X-Upload-Content-Type: {CONTENT_TYPE}"]
        begun = curl(*declared, "--data", "", self.base + "/upload/demo/v1?uploadType=resumable")
        self.url = header(begun, "Location")
        curl(*self.options, "--upload-file", self.path, self.url)

    def resume(self):
        question = ["--request", "PUT", "--data", "", "--header", f"Content-Range: bytes */{os.path.getsize(self.path)}"]
        answer = curl(*question, self.url)
        if answer.startswith("HTTP/1.1 308"):
            kept = header(answer, "Range")
            offset = int(kept.split("-")[1]) + 1 if kept else 0
            curl("--continue-at", str(offset), "--upload-file", self.path, self.url)

    def session(self):
        return self.url


class Retrying(Session):
    """The same, with curl's own retries: it sends the whole file again."""

    options = ("--retry", "3", "--retry-all-errors", "--retry-delay", "1")


if __name__ == "__main__":
    upload_worker.run({
        "media": Media,
        "media, piped": Piped,
        "one request": Session,
        "one request, its retries": Retrying,
    })
