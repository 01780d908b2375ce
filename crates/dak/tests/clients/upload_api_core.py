"""Uploads with google-api-core's resumable_transfer, which speaks the newer protocol (X-Goog-Upload-*).

    python upload_api_core.py http://127.0.0.1:7070

The names of its uploads stand at the end; upload_worker.py says what goes in and out.
"""

import json

import requests
from google.api_core.resumable_transfer import ResumableUploadConfig, ResumableUploadSession

import upload_worker
from checks import equal
from upload_worker import CHUNK_BYTES, CONTENT_TYPE, TITLE


class Known(upload_worker.Upload):
    """A file of known size. After a failure the session's URL is handed to `resume`."""

    headers = {"Content-Type": "application/json"}

    def __init__(self, base, path):
        super().__init__(base, path)
        config = ResumableUploadConfig(chunk_size=CHUNK_BYTES, headers=self.headers)
        url = base + "/upload/demo/v1"
        self.upload = ResumableUploadSession(url, config, requests.Session(), content_type=CONTENT_TYPE)

    def stream(self):
        return open(self.path, "rb")

    def run(self):
        answer = self.upload.upload(self.stream(), request_body=json.dumps({"title": TITLE}))
        equal(json.loads(answer)["title"], TITLE)

    def resume(self):
        self.upload.resume(self.upload.upload_url, self.stream())

    def session(self):
        return self.upload.upload_url


class Unknown(Known):
    """Pieces of unknown number, and a resource of which nothing says that it is JSON."""

    headers = None

    def stream(self):
        with open(self.path, "rb") as file:
            while piece := file.read(100_000):
                yield piece


if __name__ == "__main__":
    upload_worker.run({"chunks": Known, "unknown size": Unknown})
