"""Methods that rules give behaviour, called by Google's own Python client: the files of examples/rules.

    python rules_google_client.py http://127.0.0.1:7070
"""

import sys

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

BASE = sys.argv[1]


def service(name, version):
    url = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
    return build(name, version, discoveryServiceUrl=url, http=httplib2.Http(timeout=20), static_discovery=False)


def refused(request):
    """The status of a request that must not succeed."""
    try:
        answer = request.execute()
    except HttpError as error:
        return error.status_code
    raise AssertionError(f"it succeeded: {answer}")


def jobs():
    jobs = service("cloudscheduler", "v1").projects().locations().jobs()
    parent = "projects/p/locations/l"
    name = f"{parent}/jobs/nightly"
    made = jobs.create(parent=parent, body={"name": name, "schedule": "0 3 * * *"}).execute()
    assert (made["name"], made["state"]) == (name, "ENABLED"), made
    assert refused(jobs.resume(name=name, body={})) == 400
    assert jobs.pause(name=name, body={}).execute()["state"] == "PAUSED"
    assert refused(jobs.pause(name=name, body={})) == 400
    assert jobs.get(name=name).execute()["state"] == "PAUSED"
    assert jobs.resume(name=name, body={}).execute()["state"] == "ENABLED"
    assert jobs.run(name=name, body={}).execute()["lastAttemptTime"].endswith("Z")
    assert refused(jobs.pause(name=f"{parent}/jobs/other", body={})) == 404


def calendars():
    calendar = service("calendar", "v3")
    calendars, events = calendar.calendars(), calendar.events()
    here, there = (calendars.insert(body={"summary": name}).execute()["id"] for name in ("Here", "There"))
    quick = events.quickAdd(calendarId=here, text="Lunch").execute()
    assert (quick["summary"], quick["status"]) == ("Lunch", "confirmed"), quick
    day = {"date": "2026-11-22"}
    elsewhere = {"summary": "From elsewhere", "iCalUID": "x@y", "start": day, "end": day}
    taken = events.import_(calendarId=here, body=elsewhere).execute()
    assert taken["iCalUID"] == "x@y", taken
    moved = events.move(calendarId=here, eventId=quick["id"], destination=there).execute()
    assert moved["id"] == quick["id"], moved
    assert refused(events.get(calendarId=here, eventId=quick["id"])) == 404
    assert events.get(calendarId=there, eventId=quick["id"]).execute()["summary"] == "Lunch"
    assert refused(events.move(calendarId=there, eventId=quick["id"], destination="nowhere")) == 404
    calendars.clear(calendarId=here).execute()
    assert events.list(calendarId=here).execute()["items"] == []
    assert len(events.list(calendarId=there).execute()["items"]) == 1


def tasks():
    service_of_tasks = service("tasks", "v1")
    lists, tasks = service_of_tasks.tasklists(), service_of_tasks.tasks()
    home, work = (lists.insert(body={"title": title}).execute()["id"] for title in ("Home", "Work"))
    done, todo = (tasks.insert(tasklist=home, body={"title": status, "status": status}).execute()["id"]
                  for status in ("completed", "needsAction"))
    tasks.clear(tasklist=home).execute()
    assert tasks.get(tasklist=home, task=done).execute()["hidden"] is True
    assert "hidden" not in tasks.get(tasklist=home, task=todo).execute()
    below = tasks.move(tasklist=home, task=todo, parent=done).execute()
    assert below["parent"] == done, below
    assert "parent" not in tasks.move(tasklist=home, task=todo, destinationTasklist=work).execute()
    assert refused(tasks.get(tasklist=home, task=todo)) == 404
    assert tasks.get(tasklist=work, task=todo).execute()["title"] == "needsAction"


def files():
    files = service("drive", "v3").files()
    kept = files.create(body={"name": "Kept", "description": "D"}).execute()
    copied = files.copy(fileId=kept["id"], body={"name": "Copy"}).execute()
    assert (copied["name"], copied["description"]) == ("Copy", "D") and copied["id"] != kept["id"], copied
    assert refused(files.copy(fileId="none", body={})) == 404
    files.update(fileId=copied["id"], body={"trashed": True}).execute()
    files.emptyTrash().execute()
    assert [file["name"] for file in files.list().execute()["files"]] == ["Kept"]


def without_a_rule():
    """A method that no rule speaks of says how one would, and the snippet is right as it stands."""
    try:
        service("calendar", "v3").freebusy().query(body={}).execute()
    except HttpError as error:
        assert error.status_code == 501, error
        assert "api: calendar:v3\nmethods:\n  calendar.freebusy.query:\n" in error.reason, error.reason
    else:
        raise AssertionError("it succeeded")


for check in (jobs, calendars, tasks, files, without_a_rule):
    check()
print("ok")
