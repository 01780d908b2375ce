"""Sends a file with google-resumable-media, in the chunks of Google's storage client; prints the seconds that took."""

import sys
import time

import requests
from google.resumable_media.requests import ResumableUpload

CHUNK_BYTES = 100 << 20


def send(url: str, path: str) -> None:
    upload = ResumableUpload(url, CHUNK_BYTES)
    with open(path, "rb") as media, requests.Session() as session:
        upload.initiate(session, media, {"title": "A file"}, "application/octet-stream")
        while not upload.finished:
            upload.transmit_next_chunk(session)


started = time.monotonic()
send(sys.argv[1], sys.argv[2])
print(time.monotonic() - started)
