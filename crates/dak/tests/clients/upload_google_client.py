"""Uploads with Google's own Python client, built from Dak's Discovery document.

    python upload_google_client.py http://127.0.0.1:7070

The names of its uploads stand at the end; upload_worker.py says what goes in and out.
"""

from googleapiclient.discovery import build
from googleapiclient.http import MediaFileUpload, MediaUpload

import upload_worker
from checks import equal
from upload_worker import CHUNK_BYTES, CONTENT_TYPE, TITLE

SERVICES = {}


def items(base):
    """The resource `items` of the server, its document read once."""
    if base not in SERVICES:
        document = base + "/discovery/v1/apis/{api}/{apiVersion}/rest"
        SERVICES[base] = build(
            "demo", "v1", discoveryServiceUrl=document, static_discovery=False, cache_discovery=False
        )
    return SERVICES[base].items()


class Media(upload_worker.Upload):
    """The bytes alone, in one request."""

    body = None

    def request(self):
        media = MediaFileUpload(self.path, mimetype=CONTENT_TYPE)
        return items(self.base).insert(media_body=media, **({"body": self.body} if self.body else {}))

    def run(self):
        equal(self.request().execute()["title"], self.body["title"] if self.body else "")


class Multipart(Media):
    """The resource and the bytes in one request."""

    body = {"title": TITLE}


class Text(Multipart):
    """The same with text that is not ASCII."""

    def request(self):
        media = MediaFileUpload(self.path, mimetype="text/plain; charset=utf-8")
        return items(self.base).insert(media_body=media, body=self.body)


class Chunks(upload_worker.Upload):
    """A session, a chunk at a time. After a failure the same loop goes on."""

    def __init__(self, base, path):
        super().__init__(base, path)
        self.request = self.begin(self.media())

    def media(self):
        return MediaFileUpload(self.path, mimetype=CONTENT_TYPE, chunksize=CHUNK_BYTES, resumable=True)

    def begin(self, media):
        return items(self.base).insert(body={"title": TITLE}, media_body=media)

    def run(self):
        done = None
        while done is None:
            _, done = self.request.next_chunk()
        equal(done["title"], TITLE)

    resume = run

    def session(self):
        return self.request.resumable_uri


class Retrying(Chunks):
    """The same, with the client's own retries."""

    def run(self):
        self.request.execute(num_retries=5)


class OneRequest(Chunks):
    """A session, all bytes in one request."""

    def media(self):
        return MediaFileUpload(self.path, mimetype=CONTENT_TYPE, chunksize=-1, resumable=True)


class UnknownSize(Chunks):
    """A session whose size shows when the bytes end."""

    def media(self):
        return Endless(self.path)


class Put(Chunks):
    """An update of an item, begun with PUT."""

    def begin(self, media):
        return items(self.base).update(id="325", body={"title": TITLE}, media_body=media)


class Patch(Chunks):
    """A change of an item, begun with PATCH."""

    def begin(self, media):
        return items(self.base).patch(id="325", body={"title": TITLE}, media_body=media)


class Endless(MediaUpload):
    """A file whose size the client is not told."""

    def __init__(self, path):
        self.file = open(path, "rb")

    def chunksize(self):
        return CHUNK_BYTES

    def mimetype(self):
        return CONTENT_TYPE

    def size(self):
        return None

    def resumable(self):
        return True

    def getbytes(self, begin, length):
        self.file.seek(begin)
        return self.file.read(length)


if __name__ == "__main__":
    upload_worker.run({
        "media": Media,
        "multipart": Multipart,
        "multipart, text": Text,
        "chunks": Chunks,
        "chunks, its retries": Retrying,
        "one request": OneRequest,
        "unknown size": UnknownSize,
        "PUT": Put,
        "PATCH": Patch,
    })
