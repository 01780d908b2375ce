"""Google's own Python client against the labels and settings of Gmail v1 on Dak: all 53 methods of them.

    DAK_CONTROL_TOKEN=TOKEN python gmail_settings_google_client.py http://127.0.0.1:7070

The server needs --test-controls: a key pair goes for good only after 30 days.
"""

import base64
import json
import os
import pathlib
import sys
import urllib.request

import googleapiclient
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

import checks
from checks import equal

BASE = checks.base_url()
DOCUMENT = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
CHAIN = pathlib.Path(__file__).parents[3] / "dak-mail" / "src" / "certificates" / "chain.p7b"
DAYS_31_MS = 31 * 24 * 60 * 60 * 1000
USER = "me@example.com"
OF_ITS_PLACE = {
    "basePath", "baseUrl", "description", "documentationLink", "enumDescriptions", "icons", "mtlsRootUrl",
    "ownerDomain", "ownerName", "revision", "rootUrl",
}
NAMED = {"methods", "parameters", "properties", "resources", "schemas", "scopes"}


def facts(node):
    """A document without its texts and what depends on where it is served."""
    if isinstance(node, list):
        return [facts(item) for item in node]
    if not isinstance(node, dict):
        return node
    is_named = lambda name, value: name in NAMED and isinstance(value, dict)
    inside = lambda value: {name: facts(item) for name, item in value.items()}
    kept = {name: value for name, value in node.items() if name not in OF_ITS_PLACE}
    return {name: inside(value) if is_named(name, value) else facts(value) for name, value in kept.items()}


def document(_):
    """the document: every fact of the one that Google's client ships, but the standard parameters"""
    with urllib.request.urlopen(BASE + "/discovery/v1/apis/gmail/v1/rest") as answer:
        served = json.load(answer)
    shipped = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / "gmail.v1.json"
    official = json.loads(shipped.read_text())
    for each in (served, official):
        del each["parameters"]
    # Objects of schemas without members are written either way.
    for schema in [*served["schemas"].values(), *official["schemas"].values()]:
        schema.setdefault("properties", {})
    served, official = facts(served), facts(official)
    for name in official["schemas"]:
        equal(served["schemas"].get(name), official["schemas"][name])
    for each in set(served) | set(official):
        equal((each, served.get(each)), (each, official.get(each)))


class Calls:
    """The client, and which methods were called."""

    called = set()

    def __init__(self):
        self.service = build("gmail", "v1", credentials=Credentials(USER), discoveryServiceUrl=DOCUMENT,
                             static_discovery=False, cache_discovery=False)

    def __call__(self, name, **arguments):
        """Executes a method of the user, named as its id is without `gmail.users.`."""
        Calls.called.add(name)
        *resources, method = name.split(".")
        node = self.service.users()
        for resource in resources:
            node = getattr(node, resource)()
        return getattr(node, method)(userId="me", **arguments).execute()

    def crud(self, noun, name, **one):
        """Gets one of a collection, finds it in the list, and deletes it."""
        got = self(f"{noun}.get", **one)
        list_name = {"filters": "filter"}.get(noun.split(".")[-1], noun.split(".")[-1])
        list_name = {"identities": "cseIdentities", "keypairs": "cseKeyPairs"}.get(list_name, list_name)
        equal([item for item in self(f"{noun}.list")[list_name] if item[name] == got[name]], [got])
        return got


def desk(path, body):
    """A call to the control desk."""
    headers = {"Authorization": f"Bearer {os.environ['DAK_CONTROL_TOKEN']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{BASE}/_dak/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def fails(status, reason, call, name, **arguments):
    """The call is refused with this status and reason."""
    try:
        answer = call(name, **arguments)
    except HttpError as error:
        found = json.loads(error.content)["error"]
        equal((error.status_code, found["errors"][0]["reason"]), (status, reason))
        return found["message"]
    raise AssertionError(f"{status} was expected; the answer is {answer!r}")


def labels(call):
    """labels: names, conflicts, colours, counts (G48)"""
    made = call("labels.create", body={"name": "কাজ/বাকি"})
    one = {"id": made["id"]}
    equal((made["name"], made["type"], made["labelListVisibility"]), ("কাজ/বাকি", "user", "labelShow"))
    equal(fails(409, "aborted", call, "labels.create", body={"name": "কাজ বাকি"}), "Label name exists or conflicts")
    equal(fails(400, "invalidArgument", call, "labels.create", body={"name": "Inbox"}), "Invalid label name")
    colour = {"textColor": "#ffffff", "backgroundColor": "#16a766"}
    equal(call("labels.patch", **one, body={"color": colour})["color"], colour)
    updated = call("labels.update", **one, body={"id": made["id"], "name": "Work", "labelListVisibility": "labelHide",
                                                  "messageListVisibility": "hide"})
    equal((updated["name"], updated["messageListVisibility"], "color" in updated), ("Work", "hide", False))
    equal(call("labels.get", **one)["messagesTotal"], 0)
    listed = {label["id"]: label for label in call("labels.list")["labels"]}
    equal((listed[made["id"]]["name"], listed["INBOX"]["type"], len(listed)), ("Work", "system", 15))
    equal(call("labels.delete", **one), "")
    fails(404, "notFound", call, "labels.get", **one)


def settings(call):
    """settings of which there is one each (G30, G31)"""
    for name, body in [
        ("Imap", {"enabled": True, "autoExpunge": False, "expungeBehavior": "trash", "maxFolderSize": 2000}),
        ("Language", {"displayLanguage": "bn"}),
        ("Pop", {"accessWindow": "fromNowOn", "disposition": "archive"}),
        ("Vacation", {"enableAutoReply": True, "responseSubject": "Away", "responseBodyPlainText": "Back on Monday",
                      "restrictToContacts": False, "restrictToDomain": True, "startTime": "1795867200000"}),
    ]:
        before = call(f"settings.get{name}")
        equal(before == body, False)
        equal(call(f"settings.update{name}", body=body), body)
        equal(call(f"settings.get{name}"), body)
    fails(400, "invalidArgument", call, "settings.updateVacation", body={"enableAutoReply": True})


def forwarding(call):
    """forwarding addresses, and forwarding to them (G34)"""
    noun, one = "settings.forwardingAddresses", {"forwardingEmail": "jo@example.org"}
    equal(call(f"{noun}.create", body=one)["verificationStatus"], "pending")
    body = {"enabled": True, "emailAddress": "jo@example.org", "disposition": "archive"}
    equal(fails(400, "invalidArgument", call, "settings.updateAutoForwarding", body=body), "Unrecognized forwarding address")
    desk("addresses", {"user": USER, "address": "jo@example.org"})
    equal(call("settings.updateAutoForwarding", body=body), body)
    equal(call.crud(noun, "forwardingEmail", **one)["verificationStatus"], "accepted")
    equal(call(f"{noun}.delete", **one), "")
    equal(call("settings.getAutoForwarding"), {"enabled": False})


def delegates(call):
    """delegates (G39)"""
    one = {"delegateEmail": "rina@example.com"}
    equal(call("settings.delegates.create", body=one)["verificationStatus"], "accepted")
    fails(409, "duplicate", call, "settings.delegates.create", body=one)
    call.crud("settings.delegates", "delegateEmail", **one)
    equal(call("settings.delegates.delete", **one), "")
    equal(call("settings.delegates.list"), {})


def filters(call):
    """filters, and the sentences that refuse them (G33)"""
    body = {"criteria": {"from": "jo@example.com", "hasAttachment": True}, "action": {"addLabelIds": ["STARRED"]}}
    made = call("settings.filters.create", body=body)
    equal({name: made[name] for name in body}, body)
    equal(fails(400, "failedPrecondition", call, "settings.filters.create", body=body), "Filter already exists")
    message = fails(400, "invalidArgument", call, "settings.filters.create", body={"action": body["action"]})
    equal(message, "Filter doesn't have any criteria")
    equal(call.crud("settings.filters", "id", id=made["id"]), made)
    equal(call("settings.filters.delete", id=made["id"]), "")


def senders(call):
    """addresses to send from, and their certificates (G35, G36, G37)"""
    noun, one = "settings.sendAs", {"sendAsEmail": "jo@example.org"}
    server = {"host": "mail.example.org", "port": 465, "securityMode": "ssl"}
    made = call(f"{noun}.create", body={**one, "signature": "<b onclick='x()'>Jo</b><script>x()</script>",
                                        "smtpMsa": {**server, "username": "jo", "password": "secret"}})
    equal((made["verificationStatus"], made["signature"], made["smtpMsa"]), ("pending", "<b>Jo</b>", server))
    equal(call(f"{noun}.verify", **one), "")
    desk("addresses", {"user": USER, "address": "jo@example.org"})
    equal(call(f"{noun}.patch", **one, body={"isDefault": True})["isDefault"], True)
    updated = call(f"{noun}.update", **one, body={"displayName": "Jo"})
    equal((updated["displayName"], updated["signature"], "smtpMsa" in updated), ("Jo", "", False))
    equal([item["isDefault"] for item in call(f"{noun}.list")["sendAs"]], [False, True])
    pkcs12 = base64.urlsafe_b64encode(b"\x30\x03\x02\x01\x03").decode()
    first, second = (call(f"{noun}.smimeInfo.insert", **one, body={"pkcs12": pkcs12}) for _ in range(2))
    equal((first["isDefault"], second["isDefault"], "pkcs12" in first), (True, False, False))
    equal(call(f"{noun}.smimeInfo.setDefault", **one, id=second["id"]), "")
    equal(call(f"{noun}.smimeInfo.get", **one, id=first["id"])["isDefault"], False)
    equal(call(f"{noun}.smimeInfo.delete", **one, id=first["id"]), "")
    equal([item["id"] for item in call(f"{noun}.smimeInfo.list", **one)["smimeInfo"]], [second["id"]])
    equal(call(f"{noun}.delete", **one), "")
    equal(call(f"{noun}.get", sendAsEmail=USER)["isDefault"], True)
    fails(400, "failedPrecondition", call, f"{noun}.delete", sendAsEmail=USER)


def encryption(call):
    """key pairs and identities of mail that clients encrypt (G38)"""
    noun = "settings.cse"
    keys = [{"kaclsKeyMetadata": {"kaclsUri": "https://keys.example.com", "kaclsData": "opaque"}}]
    pair = call(f"{noun}.keypairs.create", body={"pkcs7": CHAIN.read_text(), "privateKeyMetadata": keys})
    equal(pair["subjectEmailAddresses"], [USER, "rina@example.com"])
    one, identity = {"keyPairId": pair["keyPairId"]}, {"cseEmailAddress": USER}
    call(f"{noun}.identities.create", body={"emailAddress": USER, "primaryKeyPairId": pair["keyPairId"]})
    both = {"signingKeyPairId": pair["keyPairId"], "encryptionKeyPairId": pair["keyPairId"]}
    patched = call(f"{noun}.identities.patch", emailAddress=USER, body={"signAndEncryptKeyPairs": both})
    equal(patched, {"emailAddress": USER, "signAndEncryptKeyPairs": both})
    equal(call.crud(f"{noun}.identities", "emailAddress", **identity), patched)
    equal(call(f"{noun}.identities.delete", **identity), "")
    equal(call(f"{noun}.keypairs.disable", **one, body={})["enablementState"], "disabled")
    equal(call(f"{noun}.keypairs.enable", **one, body={})["enablementState"], "enabled")
    call(f"{noun}.keypairs.disable", **one, body={})
    call.crud(f"{noun}.keypairs", "keyPairId", **one)
    fails(400, "failedPrecondition", call, f"{noun}.keypairs.obliterate", **one, body={})
    desk("clock", {"advanceMs": DAYS_31_MS})
    equal(call(f"{noun}.keypairs.obliterate", **one, body={}), "")
    equal(call(f"{noun}.keypairs.list"), {})


def watching(call):
    """watch and stop (G50)"""
    topic = {"topicName": "projects/p/topics/t", "labelIds": ["INBOX"], "labelFilterBehavior": "include"}
    equal(sorted(call("watch", body=topic)), ["expiration", "historyId"])
    fails(400, "invalidArgument", call, "watch", body={**topic, "topicName": "projects/p/topics/other"})
    equal(call("stop"), "")


def all_methods(_):
    """every method of labels and settings was called"""
    with urllib.request.urlopen(DOCUMENT.format(api="gmail", apiVersion="v1")) as answer:
        ids = set(method_ids(json.load(answer)))
    asked = {name for name in ids if name.startswith(("labels.", "settings.")) or name in ("watch", "stop")}
    equal((len(asked), asked - Calls.called), (53, set()))


def method_ids(node):
    for method in node.get("methods", {}).values():
        yield method["id"].removeprefix("gmail.users.")
    for resource in node.get("resources", {}).values():
        yield from method_ids(resource)


CHECKS = [document, labels, settings, forwarding, delegates, filters, senders, encryption, watching, all_methods]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, Calls))
