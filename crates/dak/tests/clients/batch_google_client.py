"""Google's own Python client sends batches to Dak: many calls in one request.

    python batch_google_client.py http://127.0.0.1:7070

The client is given nothing but the Discovery document: where batches go stands in it.
"""

import base64
import sys

import google.auth.credentials
import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import BatchError, HttpError
from googleapiclient.http import BatchHttpRequest

import checks
from checks import contains, equal

BASE = checks.base_url()
DOCUMENT = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"


class Bearer(google.auth.credentials.AnonymousCredentials):
    """Credentials that send an address as their token."""

    def __init__(self, user):
        super().__init__()
        self.user = user

    def before_request(self, request, method, url, headers):
        self.apply(headers)

    def apply(self, headers, token=None):
        headers["authorization"] = f"Bearer {self.user}"


def service(api="demo", version="v1", **options):
    return build(api, version, discoveryServiceUrl=DOCUMENT, static_discovery=False, cache_discovery=False, **options)


def sent(service, requests):
    """Executes requests in one batch: for each id what came back, an answer or an error's status."""
    came = {}

    def back(request_id, answer, error):
        came[request_id] = error.status_code if isinstance(error, HttpError) else error or answer

    batch = service.new_batch_http_request(callback=back)
    for request_id, request in requests.items():
        batch.add(request, request_id=request_id)
    batch.execute()
    return came


def hundred(demo):
    """G60, G61, G63: a hundred calls with mixed outcomes, each answer with its request"""
    items, requests, wanted = demo.items(), {}, {}
    for place in range(20):
        requests[f"made {place}"] = items.insert(body={"title": f"ডাক {place}"}, fields="title")
        wanted[f"made {place}"] = {"title": f"ডাক {place}"}
        requests[f"got + {place}"] = items.get(id="324", fields="id")
        wanted[f"got + {place}"] = {"id": "324"}
        requests[f"missing/{place}"] = items.get(id=f"none-{place}")
        wanted[f"missing/{place}"] = 404
        requests[f"bad%{place}"] = items.list(fields="items(titel)")
        wanted[f"bad%{place}"] = 400
        requests[f"listed <{place}>"] = items.list(fields="kind", maxResults=2)
        wanted[f"listed <{place}>"] = {"kind": "demo"}
    equal(len(requests), 100)
    equal(sent(demo, requests), wanted)


def too_many(demo):
    """G61: a hundred and one calls are refused whole, and nothing is done"""
    items = demo.items()
    batch = BatchHttpRequest(batch_uri=BASE + "/batch")
    for place in range(101):
        batch.add(items.insert(body={"title": f"Too many {place}"}))
    try:
        batch.execute()
    except HttpError as error:
        equal((error.status_code, error.error_details[0]["reason"]), (400, "tooManyParts"))
    except BatchError as error:
        raise AssertionError("the refusal was not read as one") from error
    else:
        raise AssertionError("400 was expected")
    page = items.list(fields="items/title", maxResults=500).execute()
    equal([item for item in page["items"] if item["title"].startswith("Too many")], [])


def writes(demo):
    """G62: patches with and without their precondition, updates and deletes in one batch"""
    items = demo.items()
    made = [items.insert(body={"title": f"Item {place}"}).execute() for place in range(4)]
    stale, fresh = items.patch(id=made[0]["id"], body={"title": "No"}), items.patch(id=made[1]["id"], body={"title": "Yes"})
    stale.headers["if-match"], fresh.headers["if-match"] = "stale", made[1]["etag"]
    came = sent(demo, {
        "stale": stale,
        "fresh": fresh,
        "put": items.update(id=made[2]["id"], body={"title": "Put"}),
        "deleted": items.delete(id=made[3]["id"]),
    })
    equal((came["stale"], came["fresh"]["title"], came["put"]["title"]), (412, "Yes", "Put"))
    titles = [items.get(id=item["id"], fields="title").execute()["title"] for item in made[:3]]
    equal(titles, ["Item 0", "Yes", "Put"])
    equal(sent(demo, {"gone": items.get(id=made[3]["id"])}), {"gone": 404})


def long_gets(demo):
    """G62: what the client sends as a POST with an override it also sends so in a batch"""
    mask = ",".join(["id", "title"] * 400)
    came = sent(demo, {"long": demo.items().get(id="324", fields=mask)})
    equal(sorted(came["long"]), ["id", "title"])


def blogger(_):
    """G60, G64: Blogger's calls in a batch, by the user whose token the client has"""
    rina = service("blogger", "v3", credentials=Bearer("rina@example.com"))
    came = sent(rina, {
        "me": rina.users().get(userId="self", fields="id"),
        "blog": rina.blogs().get(blogId="1001", fields="id"),
        "posts": rina.posts().list(blogId="1001", fields="items(title)"),
        "forbidden": rina.posts().insert(blogId="1001", body={"title": "Not mine"}),
    })
    equal(came["me"], rina.users().get(userId="self", fields="id").execute())
    equal((came["blog"], came["forbidden"]), ({"id": "1001"}, 403))
    contains(came["posts"], "items")


def gmail(_):
    """G60, G62: Gmail's calls: a hundred mails come, are read, labelled and thrown away, those that are not there told apart"""
    rina = service("gmail", credentials=Bearer("rina@example.com"))
    users = rina.users()

    def raw(number):
        letter = f"From: karim@example.com\r\nMessage-ID: <{number}@x>\r\nSubject: ডাক {number}\r\n\r\nHello {number}\r\n"
        return base64.urlsafe_b64encode(letter.encode()).decode()

    messages, me = users.messages(), {"userId": "me"}
    made = sent(rina, {str(number): messages.insert(**me, body={"raw": raw(number), "labelIds": ["INBOX"]})
                        for number in range(100)})
    ids = [made[str(number)]["id"] for number in range(100)]
    equal(len(set(ids)), 100)
    came = sent(rina, {
        **{f"got {number}": messages.get(**me, id=ids[number], fields="snippet") for number in range(40)},
        **{f"missing {number}": messages.get(**me, id=f"{number:016x}") for number in range(20)},
        **{f"starred {number}": messages.modify(**me, id=ids[number], body={"addLabelIds": ["STARRED"]}) for number in range(40, 70)},
        **{f"trashed {number}": messages.trash(**me, id=ids[number]) for number in range(70, 80)},
    })
    equal([came[f"got {number}"] for number in range(40)], [{"snippet": f"Hello {number}"} for number in range(40)])
    equal({came[f"missing {number}"] for number in range(20)}, {404})
    equal(messages.list(**me, q="is:starred", maxResults=100).execute()["resultSizeEstimate"], 30)
    equal(messages.list(**me, labelIds=["TRASH"]).execute()["resultSizeEstimate"], 10)
    equal(users.getProfile(**me).execute()["messagesTotal"], 100)


def two_apis(demo):
    """G60: the path for all APIs takes calls of several, that of one only its own"""
    both = {"demo": demo.items().get(id="324", fields="id"),
            "blog": service("blogger", "v3").blogs().get(blogId="1001", fields="id")}
    equal(sent(demo, both), {"demo": {"id": "324"}, "blog": {"id": "1001"}})
    came = {}
    batch = BatchHttpRequest(batch_uri=BASE + "/batch/demo/v1")
    for name, request in both.items():
        batch.add(request, request_id=name, callback=lambda name, answer, error: came.update({name: error or answer}))
    batch.execute()
    equal((came["demo"], came["blog"].status_code), ({"id": "324"}, 404))


def compressed(demo):
    """G65: a batch's answer is compressed as a whole; the client takes it"""
    http = httplib2.Http()
    demo = service(http=http)
    seen = []
    whole = http.request

    def request(uri, **options):
        response, content = whole(uri, **options)
        seen.append(response.get("-content-encoding"))
        return response, content

    http.request = request
    equal(sent(demo, {str(n): demo.items().get(id="324", fields="id") for n in range(5)})["4"], {"id": "324"})
    equal(seen, ["gzip"])


CHECKS = [hundred, too_many, writes, long_gets, blogger, gmail, two_apis, compressed]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, service))
