"""The HTTP clients people use from Python against Dak: requests, urllib, httpx, aiohttp and a raw socket.

    python plain_clients.py http://127.0.0.1:7070

Each client is one function from a request to (status, headers in lower case, body); every check runs
over all of them.
"""

import asyncio
import gzip
import json
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request

import aiohttp
import httpx
import requests

import checks
from checks import contains, equal

BASE = checks.base_url()
JSON = {"Content-Type": "application/json"}


def lowered(headers):
    """Names in lower case; values of one name joined, as RFC 9110 5.2 allows."""
    joined = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def with_requests(method, url, headers, body):
    response = requests.request(method, url, headers=headers, data=body, timeout=60)
    return response.status_code, lowered(response.headers.items()), response.content


def with_urllib(method, url, headers, body):
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        response = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:  # urllib's answer to anything but 2xx, 304 included.
        response = error
    with response:
        headers = lowered(response.headers.items())
        return response.status, headers, gunzipped(headers, response.read())


def with_httpx(method, url, headers, body):
    response = httpx.request(method, url, headers=headers, content=body, timeout=60)
    return response.status_code, lowered(response.headers.items()), response.content


def with_aiohttp(method, url, headers, body):
    async def call():
        async with aiohttp.ClientSession() as session:
            async with session.request(method, url, headers=headers, data=body) as response:
                return response.status, lowered(response.headers.items()), await response.read()

    return asyncio.run(call())


def with_socket(method, url, headers, body):
    """HTTP as one writes it by hand: one request, read until the server closes."""
    parts = urllib.parse.urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body is not None else []
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines + ["", ""]).encode() + (body or b""))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    status, answer = int(first.split()[1]), lowered(line.split(": ", 1) for line in rest)
    bodiless = method == "HEAD" or status in (204, 304)
    equal(len(content), 0 if bodiless else int(answer["content-length"]))
    return status, answer, gunzipped(answer, content)


def gunzipped(headers, body):
    return gzip.decompress(body) if body and headers.get("content-encoding") == "gzip" else body


CLIENTS = [with_requests, with_urllib, with_httpx, with_aiohttp, with_socket]


class Caller:
    """One client, speaking JSON."""

    def __init__(self, send):
        self.send = send

    def call(self, method, path, value=None, **headers):
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        body = None if value is None else json.dumps(value).encode()
        return self.send(method, BASE + path, {**(JSON if body else {}), **headers}, body)

    def json(self, method, path, value=None, status=200, **headers):
        found, _, body = self.call(method, path, value, **headers)
        assert found == status, f"{found} {body!r}"
        return json.loads(body)

    def insert(self, **members):
        return self.json("POST", "/demo/v1", {"title": "Made by hand", **members})


def with_all(check):
    """The check over every client."""

    def over_all(callers):
        for caller in callers:
            try:
                check(caller)
            except Exception as error:
                error.args = (f"{caller.send.__name__}: {error}",)
                raise

    over_all.__doc__ = check.__doc__
    return over_all


@with_all
def gets_data(caller):
    """H1: GET a URL, read the status and the JSON"""
    status, headers, body = caller.call("GET", "/data")
    equal(status, 200)
    contains(headers["content-type"], "application/json")
    json.loads(body)


@with_all
def submits(caller):
    """H2: POST a JSON payload with headers of one's own; it is kept and given back"""
    payload = {"key": "value", "by": caller.send.__name__, "text": "ডাক", "list": [1, 2.5, None, True]}
    equal(caller.json("POST", "/submit", payload, X_Custom_Header="custom", Accept="application/json"), payload)
    equal(caller.json("GET", "/data"), payload)


@with_all
def uses_every_method(caller):
    """H3: every method, with its status"""
    path = "/demo/v1/" + caller.insert(comment="x")["id"]
    equal(caller.call("GET", path)[0], 200)
    status, headers, body = caller.call("HEAD", path)
    equal((status, body), (200, b""))
    assert int(headers["content-length"]) > 0, headers
    equal(caller.json("PUT", path, {"title": "Put"})["title"], "Put")
    equal(caller.json("PATCH", path, {"title": "Patched"})["title"], "Patched")
    equal(caller.call("DELETE", path)[0], 204)
    equal(caller.call("GET", path)[0], 404)
    status, headers, _ = caller.call("DELETE", "/demo/v1")
    equal(status, 405)
    contains(headers["allow"], "GET")
    equal(caller.json("GET", "/no/such/path", status=404)["error"]["code"], 404)


@with_all
def compresses(caller):
    """P1: gzip for who asks, nothing for who does not, the same content"""
    made = caller.insert(comment="all over again " * 300)
    path = "/demo/v1/" + made["id"]
    for accept, coding in [("gzip", "gzip"), ("identity", None), ("gzip;q=0", None)]:
        status, headers, body = caller.call("GET", path, Accept_Encoding=accept, User_Agent="my program (gzip)")
        equal((status, headers.get("content-encoding"), json.loads(body)), (200, coding, made))
        contains(headers["vary"].lower(), "accept-encoding")
        equal(headers["etag"], f'"{made["etag"]}"')
    short = caller.call("GET", path + "?fields=title", Accept_Encoding="gzip")
    equal(short[1].get("content-encoding"), None)


@with_all
def trims(caller):
    """P2 P5: fields trims the answer, and a bad one is a 400 that says so"""
    mask = urllib.parse.quote("kind,items(title,characteristics/length)")
    equal(caller.json("GET", "/demo/v1?maxResults=2&fields=" + mask), {
        "kind": "demo",
        "items": [
            {"title": "First title", "characteristics": {"length": "short"}},
            {"title": "Second title", "characteristics": {"length": "long"}},
        ],
    })
    error = caller.json("GET", "/demo/v1/324?fields=a/b", status=400)["error"]
    equal(error["message"], "Invalid field selection a/b")


@with_all
def changes_safely(caller):
    """P9: read, change, write back with the tag; a stale tag is a 412, the copy at hand a 304"""
    made = caller.insert()
    path, tag = "/demo/v1/" + made["id"], f'"{made["etag"]}"'
    equal(caller.call("GET", path, If_None_Match=tag)[0], 304)
    fresh = caller.json("PATCH", path, {"comment": "one"}, If_Match=tag)
    assert fresh["etag"] != made["etag"], fresh
    equal(caller.call("PATCH", path, {"comment": "two"}, If_Match=tag)[0], 412)
    equal(caller.json("PATCH", path, {"comment": "bare"}, If_Match=fresh["etag"])["comment"], "bare")
    equal(caller.json("PATCH", path, {"comment": "forced"}, If_Match="*")["comment"], "forced")
    equal(caller.call("GET", path, If_None_Match=tag)[0], 200)


@with_all
def overrides(caller):
    """P12: PATCH through POST, where a firewall stands in between"""
    path = "/demo/v1/" + caller.insert(comment="kept")["id"]
    item = caller.json("POST", path, {"title": "Overridden"}, X_HTTP_Method_Override="PATCH")
    equal((item["title"], item["comment"]), ("Overridden", "kept"))


@with_all
def bears_a_token(caller):
    """P15: a bearer token is taken"""
    equal(caller.json("GET", "/demo/v1/324?fields=id", Authorization="Bearer your_auth_token"), {"id": "324"})


@with_all
def sends_compressed(caller):
    """P1: a compressed request body is read"""
    body = gzip.compress(json.dumps({"title": "Sent small"}).encode())
    status, _, answer = caller.send("POST", BASE + "/demo/v1", {**JSON, "Content-Encoding": "gzip"}, body)
    equal((status, json.loads(answer)["title"]), (200, "Sent small"))


def at_once(_):
    """H4: many asynchronous requests at once, over httpx and aiohttp"""
    path = BASE + "/demo/v1/324?fields=id"

    async def over_httpx():
        async with httpx.AsyncClient(timeout=60) as client:
            answers = await asyncio.gather(*(client.get(path) for _ in range(50)))
            return [answer.json() for answer in answers]

    async def over_aiohttp():
        async with aiohttp.ClientSession() as session:
            async def one():
                async with session.get(path) as response:
                    return await response.json()

            return await asyncio.gather(*(one() for _ in range(50)))

    for work in (over_httpx, over_aiohttp):
        equal(asyncio.run(work()), [{"id": "324"}] * 50)


def streams(_):
    """H4: an answer read piece by piece, a body sent piece by piece"""
    made = requests.post(BASE + "/demo/v1", headers=JSON, data=iter([b'{"title":', b'"In pieces"', b"}"]), timeout=60)
    equal((made.status_code, made.json()["title"]), (200, "In pieces"))
    with requests.get(BASE + "/demo/v1", stream=True, timeout=60) as response:
        pieces = list(response.iter_content(chunk_size=100))
    contains([item["title"] for item in json.loads(b"".join(pieces))["items"]], "First title")


def keeps_connections(_):
    """H5: a session of requests keeps its connection"""
    with requests.Session() as session:
        for _ in range(20):
            equal(session.get(BASE + "/demo/v1/324", params={"fields": "id"}, timeout=60).json(), {"id": "324"})
        pools = session.get_adapter(BASE).poolmanager.pools
        equal([pools[key].num_connections for key in pools.keys()], [1])


CHECKS = [
    gets_data, submits, uses_every_method, compresses, trims, changes_safely, overrides, bears_a_token,
    sends_compressed, at_once, streams, keeps_connections,
]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, lambda: [Caller(send) for send in CLIENTS]))
