"""Uploads with google-resumable-media, the engine of Google's storage clients.

    python upload_resumable_media.py http://127.0.0.1:7070

It takes no status but 200 for the end of an upload: the server runs with `--upload-created-status 200`.
The names of its uploads stand at the end; upload_worker.py says what goes in and out.
"""

import requests
from google.resumable_media.requests import MultipartUpload, ResumableUpload, SimpleUpload

import upload_worker
from checks import equal
from upload_worker import CHUNK_BYTES, CONTENT_TYPE, TITLE

METADATA = {"title": TITLE}


class Simple(upload_worker.Upload):
    """The bytes alone, in one request."""

    def run(self):
        with open(self.path, "rb") as file:
            upload = SimpleUpload(self.base + "/upload/demo/v1?uploadType=media")
            upload.transmit(requests.Session(), file.read(), CONTENT_TYPE)


class Multipart(upload_worker.Upload):
    """The resource and the bytes in one request, with a checksum among the resource's members."""

    checksum = "crc32c"

    def run(self):
        with open(self.path, "rb") as file:
            upload = MultipartUpload(self.base + "/upload/demo/v1?uploadType=multipart", checksum=self.checksum)
            answer = upload.transmit(requests.Session(), file.read(), dict(METADATA), CONTENT_TYPE)
            equal(answer.json()["title"], TITLE)


class MultipartMd5(Multipart):
    """The same with the other checksum."""

    checksum = "md5"


class Chunks(upload_worker.Upload):
    """A session, a chunk at a time; the client compares the checksum at the end."""

    checksum = "crc32c"
    knows_size = True

    def __init__(self, base, path):
        super().__init__(base, path)
        self.transport = requests.Session()
        url = base + "/upload/demo/v1?uploadType=resumable"
        self.upload = ResumableUpload(url, CHUNK_BYTES, checksum=self.checksum)

    def run(self):
        file = open(self.path, "rb")
        self.upload.initiate(self.transport, file, METADATA, CONTENT_TYPE, stream_final=self.knows_size)
        self.go_on()

    def go_on(self):
        while not self.upload.finished:
            answer = self.upload.transmit_next_chunk(self.transport)
        equal(answer.json()["title"], TITLE)

    def resume(self):
        self.upload.recover(self.transport)
        self.go_on()

    def session(self):
        return self.upload.resumable_url


class UnknownSize(Chunks):
    """A session whose size shows when the bytes end, without a checksum."""

    checksum = None
    knows_size = False


if __name__ == "__main__":
    upload_worker.run({
        "media": Simple,
        "multipart": Multipart,
        "multipart, md5": MultipartMd5,
        "chunks": Chunks,
        "unknown size": UnknownSize,
    })
