"""Google's own Python client against Dak, built from Dak's Discovery document.

    python google_client.py http://127.0.0.1:7070

The client's cache is on, so it sends If-None-Match and If-Match by itself.
"""

import io
import sys
import tempfile
import urllib.parse

import google.auth.credentials
import httplib2
import requests
from google.api_core.exceptions import GoogleAPICallError
from google.api_core.resumable_transfer import ResumableUploadConfig, ResumableUploadSession
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

import checks
from checks import contains, equal

BASE = checks.base_url()
DOCUMENT = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"


class Recorder(httplib2.Http):
    """The client's own transport, with a record of what went over the wire and what came back."""

    def __init__(self, **options):
        super().__init__(**options)
        self.exchanges = []

    def _conn_request(self, conn, request_uri, method, body, headers):
        sent = {name.lower(): value for name, value in headers.items()}
        response, content = super()._conn_request(conn, request_uri, method, body, headers)
        self.exchanges.append((method, request_uri, sent, response.status, dict(response)))
        return response, content

    def last(self):
        return self.exchanges[-1]


class Client:
    """One client with a cache of its own."""

    def __init__(self, api="demo"):
        self.folder = tempfile.TemporaryDirectory()
        self.http = Recorder(cache=self.folder.name)
        self.items = service(api, http=self.http).items()

    def insert(self, **members):
        return self.items.insert(body={"title": "Made for a check", **members}).execute()


def service(api, **options):
    return build(api, "v1", discoveryServiceUrl=DOCUMENT, static_discovery=False, cache_discovery=False, **options)


def fails(request, status):
    """Executes a request that must fail with `status`; returns the error."""
    try:
        answer = request.execute()
    except HttpError as error:
        equal(error.status_code, status)
        return error
    raise AssertionError(f"{status} was expected; the answer is {answer!r}")


def lists(client):
    """P2: list gives the demo items first, in their order, and fields trims them"""
    mask = "kind,items(title,characteristics/length)"
    page = client.items.list(fields=mask).execute()
    equal(page["kind"], "demo")
    equal(page["items"][:2], [
        {"title": "First title", "characteristics": {"length": "short"}},
        {"title": "Second title", "characteristics": {"length": "long"}},
    ])


def pages(client):
    """P6: list_next walks over every item exactly once"""
    for number in range(5):
        client.insert(comment=f"page filler {number}")
    everything = [item["id"] for item in client.items.list(maxResults=500).execute()["items"]]
    walked, request = [], client.items.list(maxResults=2, fields="nextPageToken,items/id")
    while request is not None:
        page = request.execute()
        assert len(page["items"]) <= 2, page
        walked += [item["id"] for item in page["items"]]
        request = client.items.list_next(request, page)
    equal(walked, everything)


def gets(client):
    """P3: get with fields, paths and groups"""
    item = client.items.get(id="324", fields="id,author/uri,links/*/href").execute()
    equal(sorted(item), ["author", "id", "links"])
    equal(list(item["author"]), ["uri"])
    assert all(list(link) == ["href"] for link in item["links"].values()), item


def inserts(client):
    """P7: insert gives the whole resource, with what the server sets"""
    made = client.insert(comment="hello", kind="mine", id="mine", etag="mine")
    equal((made["title"], made["comment"], made["kind"]), ("Made for a check", "hello", "demo#item"))
    assert made["id"] != "mine" and made["etag"] != "mine" and made["created"], made
    equal(client.items.get(id=made["id"]).execute(), made)


def updates(client):
    """P13: update clears optional members that are left out, and ignores what the server sets"""
    made = client.insert(comment="goes away", characteristics={"length": "long"})
    put = client.items.update(id=made["id"], body={"title": "", "created": made["created"], "etag": "x"}).execute()
    equal(put["title"], "")
    assert "comment" not in put and "characteristics" not in put, put
    assert put["etag"] != made["etag"] and put["created"] == made["created"], put
    contains(fails(client.items.update(id=made["id"], body={"comment": "no title"}), 400).reason, "title")
    equal(client.items.get(id=made["id"]).execute(), put)


def patches(client):
    """P7 P10: patch sets, adds and removes with null, and leaves the rest alone"""
    made = client.insert(comment="old", characteristics={"length": "short", "accuracy": "high", "followers": ["Jo"]})
    change = {"comment": None, "characteristics": {"volume": "loud", "accuracy": None, "followers": ["Liz"]}}
    mask = "title,comment,characteristics"
    patched = client.items.patch(id=made["id"], body=change, fields=mask).execute()
    expected = {"length": "short", "followers": ["Liz"], "volume": "loud"}
    equal(patched, {"title": "Made for a check", "characteristics": expected})


def patches_one_member(client):
    """P8: a patch of the title alone changes the title alone"""
    before = client.items.get(id="324").execute()
    after = client.items.patch(id="324", body={"title": "New title"}).execute()
    restored = client.items.patch(id="324", body={"title": before["title"]}).execute()
    changing = ("etag", "updated")
    equal(after["title"], "New title")
    equal(*({key: item[key] for key in item if key not in changing} for item in (before, {**after, "title": before["title"]})))
    equal(restored["title"], before["title"])


def refuses_patches(client):
    """P11: a patch that would make an invalid resource changes nothing"""
    made = client.insert()
    for change, word in [({"title": None}, "title"), ({"titel": "x"}, "titel"), ({"characteristics": "flat"}, "characteristics")]:
        error = fails(client.items.patch(id=made["id"], body={"comment": "no", **change}), 400)
        contains(error.reason, word)
    equal(client.items.get(id=made["id"]).execute(), made)


def deletes(client):
    """H3: delete answers 204, which this client gives as an empty string, and then 404"""
    made = client.insert()
    equal(client.items.delete(id=made["id"]).execute(), "")
    equal(client.http.last()[3], 204)
    equal(fails(client.items.get(id=made["id"]), 404).error_details[0]["reason"], "notFound")


def revalidates(client):
    """P9: the client's cache asks with If-None-Match and 304 gives it its copy"""
    made = client.insert(comment="cached")
    first = client.items.get(id=made["id"]).execute()
    again = client.items.get(id=made["id"]).execute()
    method, _, sent, status, headers = client.http.last()
    equal((method, status, sent["if-none-match"]), ("GET", 304, f'"{made["etag"]}"'))
    equal(headers["etag"], sent["if-none-match"])
    equal((first, again), (made, made))
    client.items.patch(id=made["id"], body={"comment": "changed"}).execute()
    equal(client.items.get(id=made["id"]).execute()["comment"], "changed")


def revalidates_lists(client):
    """P9: a list is revalidated too, and any write makes its copy stale"""
    client.items.list().execute()
    client.items.list().execute()
    equal(client.http.last()[3], 304)
    made = client.insert()
    fresh = client.items.list(maxResults=500).execute()
    assert made["id"] in [item["id"] for item in fresh["items"]], fresh
    client.items.list().execute()
    equal(client.http.last()[3], 200)


def revalidates_compressed(client):
    """P1 P9: one tag serves the compressed and the plain form"""
    made = client.insert(comment="again and again " * 200)
    client.items.get(id=made["id"]).execute()
    equal(client.http.last()[4].get("-content-encoding"), "gzip")  # httplib2's name for the coding it has undone.
    contains(client.http.last()[2]["user-agent"], "gzip")
    client.items.get(id=made["id"]).execute()
    equal(client.http.last()[3], 304)
    client.items.patch(id=made["id"], body={"comment": "short"}).execute()
    equal((client.http.last()[2]["if-match"], client.http.last()[3]), (f'"{made["etag"]}"', 200))


def conditional(client):
    """P9: the client's If-Match lets one of two writers win and gives the other 412"""
    made = client.insert()
    rival = Client()
    for reader in (client, rival):
        reader.items.get(id=made["id"]).execute()
    rival.items.patch(id=made["id"], body={"comment": "the rival's"}).execute()
    for write in (client.items.patch, client.items.update):
        client.items.get(id=made["id"]).execute()
        rival.items.patch(id=made["id"], body={"comment": "the rival's again"}).execute()
        error = fails(write(id=made["id"], body={"title": "mine"}), 412)
        equal(error.error_details[0]["reason"], "conditionNotMet")
        contains(client.http.last()[2], "if-match")
    client.items.get(id=made["id"]).execute()
    equal(client.items.patch(id=made["id"], body={"title": "mine"}).execute()["title"], "mine")


def forced(client):
    """P9: If-Match: * forces a write through"""
    made = client.insert()
    request = client.items.patch(id=made["id"], body={"comment": "forced"})
    request.headers["If-Match"] = "*"
    equal(request.execute()["comment"], "forced")


def explains(client):
    """P5: errors reach the caller as HttpError with a reason that names what is wrong"""
    error = fails(client.items.get(id="324", fields="titel"), 400)
    contains(error.reason, "Invalid field selection titel")
    error = fails(client.items.get(id="324", fields="author/uri/x"), 400)
    contains(error.reason, "Invalid field selection author/uri/x")
    error = fails(client.items.list(pageToken="not a token"), 400)
    contains(str(error), "pageToken")
    error = fails(client.items.insert(body={"comment": "no title"}), 400)
    contains(error.reason, "title")
    equal(fails(client.items.get(id="no/such item"), 404).error_details[0]["reason"], "notFound")


def long_requests(client):
    """P12: a GET beyond 2048 characters comes as POST with an override and the query as a form"""
    mask = ",".join(["id", "title", "characteristics(length,followers)"] * 60)
    item = client.items.get(id="324", fields=mask).execute()
    method, uri, sent, status, _ = client.http.last()
    equal((method, sent["x-http-method-override"], status), ("POST", "GET", 200))
    equal(urllib.parse.urlsplit(uri).query, "")
    equal(sorted(item), ["characteristics", "id", "title"])


def wrapped(plain):
    """P4: an API with a data wrapper wraps both ways and its masks are relative to data"""
    client = Client("wrapped")
    made = client.insert(comment="inside data")
    contains(client.http.exchanges[-1][1], "/wrapped/v1")
    equal(client.items.get(id=made["id"], fields="comment").execute(), {"comment": "inside data"})
    fails(client.items.get(id=made["id"], fields="data/comment"), 400)
    equal(plain.items.get(id=made["id"]).execute()["comment"], "inside data")


def credentials(_):
    """P15: the client works with credentials that send nothing and with ones that send a bearer token"""

    class Bearer(google.auth.credentials.AnonymousCredentials):
        def before_request(self, request, method, url, headers):
            headers["authorization"] = "Bearer your_auth_token"

    for given in (google.auth.credentials.AnonymousCredentials(), Bearer()):
        item = service("demo", credentials=given).items().get(id="324").execute()
        equal(item["id"], "324")


def refused_uploads(_):
    """D30: an upload that is refused at its end ends for google-api-core, which asks again after 400, and again"""

    class Impatient(requests.Session):
        asked = 0

        def request(self, *arguments, **options):
            self.asked += 1
            assert self.asked < 10, "it asks without end"
            return super().request(*arguments, **options)

    config = ResumableUploadConfig(headers={"X-Goog-Hash": "crc32c=AAAAAA=="})
    upload = ResumableUploadSession(BASE + "/upload/demo/v1", config, Impatient(), content_type="text/plain")
    try:
        upload.upload(io.BytesIO(b"abc"))
    except GoogleAPICallError as error:
        equal(error.code, 410)
        contains(str(error), "doesn't match")
    else:
        raise AssertionError("it was taken")


CHECKS = [
    lists, pages, gets, inserts, updates, patches, patches_one_member, refuses_patches, deletes, revalidates, revalidates_lists,
    revalidates_compressed, conditional, forced, explains, long_requests, wrapped, credentials,
    refused_uploads,
]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, Client))
