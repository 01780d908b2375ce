"""Lists of APIs that are known by their documents alone, asked for by Google's own Python client.

    dak serve --api youtube.v3.json --api drive.v3.json --api parallelstore.v1.json --api keep.v1.json
    python lists_google_client.py http://127.0.0.1:7070
"""

import sys

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from checks import base_url, contains, equal, run

BASE = base_url()


def service(name, version):
    url = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
    return build(name, version, discoveryServiceUrl=url, http=httplib2.Http(timeout=20), static_discovery=False)


def walk(method, member, name, **asked):
    """The names of all items, over pages."""
    names, request = [], method.list(**asked)
    while request:
        answer = request.execute()
        names += [name(item) for item in answer[member]]
        request = method.list_next(request, answer)
    return names


def refusal(request):
    """The message of a request that must be 400."""
    try:
        answer = request.execute()
    except HttpError as error:
        equal(error.status_code, 400)
        return error.reason
    raise AssertionError(f"it succeeded: {answer}")


def title(item):
    return item["snippet"]["title"]


def videos(_):
    """D72: videos by their ids, repeated and between commas, in the order they were named"""
    videos = service("youtube", "v3").videos()
    made = [videos.insert(part="snippet", body={"snippet": {"title": name}}).execute()["id"] for name in "abcdefg"]
    backwards = [made[6], "none", *made[5::-1]]
    for ids in (backwards, ",".join(backwards)):
        equal(walk(videos, "items", title, part="snippet", id=ids), list("gfedcba"))
    # The client itself cannot turn the page of a list with a repeated parameter.
    equal(walk(videos, "items", title, part="snippet", id=",".join(backwards), maxResults=2), list("gfedcba"))


def playlist(_):
    """D74: the items of one playlist, by a member inside the snippet"""
    items = service("youtube", "v3").playlistItems()
    for name, playlist_id in [("a", "P1"), ("b", "P2"), ("c", "P1")]:
        snippet = {"title": name, "playlistId": playlist_id, "resourceId": {"videoId": name}}
        items.insert(part="snippet", body={"snippet": snippet}).execute()
    equal(walk(items, "items", title, part="snippet", playlistId="P1", maxResults=1), ["a", "c"])


def files(_):
    """D70, D73: files searched by their members and put in order"""
    files = service("drive", "v3").files()
    for name, parents in [("b.txt", ["root"]), ("A.txt", ["f"]), ("c d", ["f", "root"])]:
        body = {"name": name, "parents": parents, "trashed": name == "b.txt", "mimeType": name[1:]}
        files.create(body=body).execute()

    def names(**asked):
        return walk(files, "files", lambda file: file["name"], pageSize=1, **asked)

    for query, expected in [
        ("name = 'A.txt'", ["A.txt"]),
        ("name contains 'TXT' and not trashed = true", ["A.txt"]),
        ("'root' in parents", ["b.txt", "c d"]),
        ("mimeType != '.txt' or trashed = true", ["b.txt", "c d"]),
        ('"c d"', ["c d"]),
        ("nothing", []),
    ]:
        equal(names(q=query), expected)
    equal(names(orderBy="name"), ["A.txt", "b.txt", "c d"])
    equal(names(orderBy="mimeType desc,name desc"), ["b.txt", "A.txt", "c d"])
    contains(refusal(files.list(q="fullText contains 'x'")), '"fullText" is no member')
    contains(refusal(files.list(orderBy="folder,name")), '"folder" is no member')


def locations(_):
    """D62, D71: instances of all locations, in order, filtered, over pages"""
    instances = service("parallelstore", "v1").projects().locations().instances()
    for location, name, size in [("a", "x", "12"), ("a", "y", "9"), ("b", "x", "100")]:
        parent = f"projects/p/locations/{location}"
        instances.create(parent=parent, instanceId=name, body={"capacityGib": size}).execute()
    everywhere = "projects/p/locations/-"

    def names(**asked):
        short = lambda instance: "/".join(instance["name"].split("/")[3::2])
        return walk(instances, "instances", short, parent=everywhere, pageSize=1, **asked)

    equal(names(), ["a/x", "a/y", "b/x"])
    equal(names(orderBy="capacityGib"), ["a/y", "a/x", "b/x"])
    equal(names(orderBy="capacity_gib desc, name"), ["b/x", "a/x", "a/y"])
    equal(names(filter="capacityGib >= 12 AND NOT name:locations/b"), ["a/x"])
    equal(instances.get(name=f"{everywhere}/instances/y").execute()["name"], "projects/p/locations/a/instances/y")
    contains(refusal(instances.get(name=f"{everywhere}/instances/x")), "more than one instance")
    contains(refusal(instances.create(parent=everywhere, instanceId="z", body={})), "all parents at once")


def notes(_):
    """D62, D75: notes filtered as Keep's documents do, and one that is not there"""
    notes = service("keep", "v1").notes()
    notes.create(body={"title": "T"}).execute()
    for filter_, count in [('create_time > "2020-01-01T00:00:00Z" AND NOT trashed = true', 1), ("trash_time:*", 0)]:
        equal(len(notes.list(filter=filter_).execute()["notes"]), count)
    try:
        notes.get(name="notes/none").execute()
    except HttpError as error:
        contains(error.reason, 'there is no note "none"')


sys.exit(run([videos, playlist, files, locations, notes], lambda: None))
