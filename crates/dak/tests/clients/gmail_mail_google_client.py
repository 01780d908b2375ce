"""Google's own Python client against the mail of Gmail v1 on Dak: the 26 methods that are not labels and settings.

    python gmail_mail_google_client.py http://127.0.0.1:7070

Mail is made and read by Python's own package for it, which knows nothing of Dak.
"""

import base64
import email
import email.policy
import json
import random
import re
import sys
import urllib.request
from email.message import EmailMessage

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

import checks
from checks import contains, equal

BASE = checks.base_url()
DOCUMENT = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
POLICY = email.policy.SMTP
RINA, KARIM, OUTSIDE = "rina@example.com", "karim@example.com", "jo@example.org"
NAMES = ["ছুটির তালিকা.pdf", "হিসাব – নভেম্বর.bin", "গান.ogg"]
DATE = "Mon, 5 Jan 2026 10:00:00 +0600"
LARGE_BYTES, SMALL_BYTES = 5_000_000, 200_000
CHUNK_BYTES = 1 << 18
# Longer than this a query becomes a POST with an override.
QUERY_CHARS_MAX = 2048


def letter(subject="ছুটি", text="Plain words", to=RINA, sender=KARIM, files=(), **headers):
    """A mail in bytes; files are names and contents."""
    message = EmailMessage(policy=POLICY)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def letter_with_files(seed, file_bytes, **headers):
    """A mail with files of a size whose names are Bengali; the mail, and the files."""
    draw = random.Random(seed)
    files = [(name, draw.randbytes(file_bytes)) for name in NAMES]
    return letter(files=files, Message_ID=f"<{seed}@x>", **headers), files


def raw(mail):
    return base64.urlsafe_b64encode(mail).decode()


class Calls:
    """The client of a user, and which methods were called by anybody."""

    called = set()

    def __init__(self, user=RINA):
        self.user = user
        self.service = build("gmail", "v1", credentials=Credentials(user), discoveryServiceUrl=DOCUMENT,
                             static_discovery=False, cache_discovery=False)

    def request(self, name, **arguments):
        """A request of the user, named as its method's id is without `gmail.users.`."""
        Calls.called.add(name)
        return getattr(self.node(name), name.split(".")[-1].replace("import", "import_"))(userId="me", **arguments)

    def node(self, name):
        node = self.service.users()
        for resource in name.split(".")[:-1]:
            node = getattr(node, resource)()
        return node

    def __call__(self, name, **arguments):
        return self.request(name, **arguments).execute()

    def pages(self, name, **arguments):
        """All pages of a list, as the client itself walks through them."""
        request, following = self.request(name, **arguments), getattr(self.node(name), "list_next")
        while request is not None:
            answer = request.execute()
            yield answer
            request = following(request, answer)

    def insert(self, mail, labels=("INBOX",)):
        return self("messages.insert", body={"raw": raw(mail), "labelIds": list(labels)})

    def ids(self, noun="messages", **arguments):
        """The ids of what a list lists, all pages of it."""
        return [item["id"] for page in self.pages(f"{noun}.list", **arguments) for item in page.get(noun, [])]

    def raw_of(self, message_id):
        return base64.urlsafe_b64decode(self("messages.get", id=message_id, format="raw")["raw"])


def fails(status, message, call, name, **arguments):
    """The call is refused with this status and sentence."""
    try:
        answer = call(name, **arguments)
    except HttpError as error:
        equal((error.status_code, json.loads(error.content)["error"]["message"]), (status, message))
    else:
        raise AssertionError(f"{status} was expected; the answer is {answer!r}")


def profile(_):
    """G13: getProfile: what is counted of the own mailbox"""
    call = Calls("profile@example.com")
    fresh = call("getProfile")
    equal({name: fresh[name] for name in fresh if name != "historyId"},
          {"emailAddress": "profile@example.com", "messagesTotal": 0, "threadsTotal": 0})
    call.insert(letter())
    after = call("getProfile")
    equal((after["messagesTotal"], after["threadsTotal"]), (1, 1))
    assert int(after["historyId"]) > int(fresh["historyId"])


def formats(call):
    """G2, G21, G22, G25, U5: a message in each format"""
    mail = letter("Re: সভা", "Words <here> & there\r\n", files=[(NAMES[0], b"\0\1")], X_Twice="1", Cc="Jo <jo@example.org>")
    made = call.insert(mail, ["INBOX", "UNREAD"])
    equal((sorted(made), made["labelIds"]), (["id", "labelIds", "threadId"], ["INBOX", "UNREAD"]))
    one = {"id": made["id"]}
    minimal = call("messages.get", **one, format="minimal")
    equal(sorted(minimal), ["historyId", "id", "internalDate", "labelIds", "sizeEstimate", "snippet", "threadId"])
    equal((minimal["sizeEstimate"], minimal["snippet"]), (len(mail), "Words &lt;here&gt; &amp; there"))
    equal(call.raw_of(made["id"]), mail)
    full = call("messages.get", **one)
    text, file = full["payload"]["parts"]
    equal((full["payload"]["mimeType"], full["payload"]["body"]), ("multipart/mixed", {"size": 0}))
    equal(base64.urlsafe_b64decode(text["body"]["data"]), b"Words <here> & there\r\n")
    equal((file["partId"], file["filename"], file["body"]["size"]), ("1", NAMES[0], 2))
    asked = call("messages.get", **one, format="metadata", metadataHeaders=["subject", "X-Twice"])
    equal(asked["payload"]["headers"], [{"name": "Subject", "value": "Re: সভা"}, {"name": "X-Twice", "value": "1"}])
    equal("parts" in asked["payload"], False)
    fails(400, "Invalid id value", call, "messages.get", id="no-id")
    fails(404, "Requested entity was not found.", call, "messages.get", id="0123456789abcdef")


def changes(call):
    """G6, G7, G47: labels come and go, of one message and of many; trash and back; what is deleted is gone"""
    ids = [call.insert(letter(f"Change {number}"))["id"] for number in range(5)]
    one = {"id": ids[0]}
    modified = call("messages.modify", **one, body={"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]})
    equal((sorted(modified), modified["labelIds"]), (["id", "labelIds", "threadId"], ["STARRED"]))
    fails(400, "No label add or removes specified", call, "messages.modify", **one, body={})
    fails(400, "Invalid label: SENT", call, "messages.modify", **one, body={"addLabelIds": ["SENT"]})
    fails(400, "Invalid label: Label_99", call, "messages.modify", **one, body={"addLabelIds": ["Label_99"]})
    equal(call("messages.batchModify", body={"ids": ids, "addLabelIds": ["IMPORTANT"]}), "")
    equal(call.ids(labelIds=["IMPORTANT"], q="subject:change"), ids[::-1])
    equal(call("messages.trash", id=ids[1])["labelIds"], ["IMPORTANT", "TRASH"])
    equal(ids[1] in call.ids(), False)
    equal(ids[1] in call.ids(includeSpamTrash=True), True)
    equal(sorted(call("messages.untrash", id=ids[1])["labelIds"]), ["IMPORTANT", "INBOX"])
    equal(call("messages.delete", id=ids[2]), "")
    fails(404, "Requested entity was not found.", call, "messages.delete", id=ids[2])
    equal(call("messages.batchDelete", body={"ids": ids}), "")
    equal(call.ids(q="subject:change in:anywhere"), [])


def imported(call):
    """G5, G47: import sorts a mail in as if it had come by itself, by its own date"""
    mail = letter("Imported", Date=DATE, Message_ID="<imported@x>")
    made = call("messages.import", body={"raw": raw(mail)}, neverMarkSpam=True)
    equal(sorted(made["labelIds"]), ["INBOX", "UNREAD"])
    got = call("messages.get", id=made["id"], format="minimal")
    equal(got["internalDate"], "1767585600000")
    equal(call.ids(q="rfc822msgid:imported@x"), [made["id"]])
    kept = call("messages.import", body={"raw": raw(mail), "labelIds": ["STARRED"]}, internalDateSource="receivedTime")
    equal((kept["labelIds"], kept["threadId"]), (["STARRED"], kept["id"]))


def searches(_):
    """G3, G40, G49: lists by search and by label, page by page; a long search goes as a POST with an override"""
    call = Calls("searches@example.com")
    ids = [call.insert(letter(f"Number word{number}", "সভা আগামীকাল"))["id"] for number in range(12)]
    equal(call.ids(maxResults=5), ids[::-1])
    equal([page["resultSizeEstimate"] for page in call.pages("messages.list", maxResults=5)], [12, 12, 12])
    equal(call("messages.list", q="subject:nothing"), {"resultSizeEstimate": 0})
    equal(call.ids(q="আগামীকাল subject:word3"), [ids[3]])
    long = "{" + " ".join(f"subject:missing{number}" for number in range(200)) + " subject:word7}"
    assert len(long) > QUERY_CHARS_MAX
    request = call.request("messages.list", q=long)
    equal(request.method, "GET")
    equal([item["id"] for item in request.execute()["messages"]], [ids[7]])
    equal((request.method, request.headers["x-http-method-override"]), ("POST", "GET"))
    equal(call.ids("threads", q=long), [ids[7]])
    draft = call("drafts.create", body={"message": {"raw": raw(letter("Draft word7"))}})
    equal(call.ids("drafts", q=long), [draft["id"]])


def threads(_):
    """G8, G45: threads: answers join them, and what is done to them is done to all of their messages"""
    call = Calls("threads@example.com")
    first = call.insert(letter("Plan", Message_ID="<plan@x>"), ["INBOX", "UNREAD"])
    answer = letter("Re: Plan", "And then", Message_ID="<answer@x>", In_Reply_To="<plan@x>", References="<plan@x>")
    second = call.insert(answer, ["INBOX"])
    other = call.insert(letter("Another"))
    equal((first["threadId"], second["threadId"], other["threadId"]), (first["id"], first["id"], other["id"]))
    listed = call("threads.list")
    equal([thread["id"] for thread in listed["threads"]], [other["id"], first["id"]])
    equal((listed["threads"][1]["snippet"], sorted(listed["threads"][1])), ("And then", ["historyId", "id", "snippet"]))
    one = {"id": first["id"]}
    for form in ("full", "metadata", "minimal"):
        thread = call("threads.get", **one, format=form)
        equal([message["id"] for message in thread["messages"]], [first["id"], second["id"]])
        equal("payload" in thread["messages"][0], form != "minimal")
    equal(set(call("threads.modify", **one, body={"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]})) - {"historyId"},
          {"id", "messages"})
    equal(call.ids(labelIds=["STARRED"]), [second["id"], first["id"]])
    call("threads.trash", **one)
    equal(call.ids("threads"), [other["id"]])
    call("threads.untrash", **one)
    equal(call.ids("threads", labelIds=["INBOX"]), [other["id"], first["id"]])
    equal(call("threads.delete", **one), "")
    fails(404, "Requested entity was not found.", call, "threads.get", **one)
    equal(call.ids(), [other["id"]])


def drafts(_):
    """G9: a draft keeps its id, gets a new message with each update, and becomes another message when it is sent"""
    call, karim = Calls("drafts@example.com"), Calls("drafted@example.com")
    karim("getProfile")
    mail = lambda text: letter("Draft", text, to=karim.user, sender=call.user, Message_ID="<draft@x>")
    made = call("drafts.create", body={"message": {"raw": raw(mail("one"))}})
    equal((sorted(made), made["message"]["labelIds"]), (["id", "message"], ["DRAFT"]))
    updated = call("drafts.update", id=made["id"], body={"message": {"raw": raw(mail("two"))}})
    equal(updated["id"], made["id"])
    assert updated["message"]["id"] != made["message"]["id"]
    fails(404, "Requested entity was not found.", call, "messages.get", id=made["message"]["id"])
    listed = call("drafts.list")
    reference = {name: updated["message"][name] for name in ("id", "threadId")}
    equal(listed, {"drafts": [{"id": made["id"], "message": reference}], "resultSizeEstimate": 1})
    got = call("drafts.get", id=made["id"], format="raw")
    equal(base64.urlsafe_b64decode(got["message"]["raw"]), mail("two"))
    sent = call("drafts.send", body={"id": made["id"]})
    equal((sent["labelIds"], sent["threadId"]), (["SENT"], made["message"]["threadId"]))
    assert sent["id"] != updated["message"]["id"]
    fails(404, "Requested entity was not found.", call, "drafts.send", body={"id": made["id"]})
    [arrived] = karim.ids(labelIds=["INBOX", "UNREAD"])
    contains(karim.raw_of(arrived), b"two")
    thrown = call("drafts.create", body={"message": {"raw": raw(mail("three"))}})
    equal(call("drafts.delete", id=thrown["id"]), "")
    equal(call.ids("drafts"), [])
    equal(call.ids(), [sent["id"]])
    missing = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
    fails(400, missing, call, "drafts.create", body={"message": {}})


def sending(_):
    """G10: a mail reaches everybody here once; who is blind-copied is not named; an answer joins the thread on both sides"""
    sender, receiver, blind = (Calls(f"{name}@example.com") for name in ("sender", "receiver", "blind"))
    for call in (receiver, blind):
        call("getProfile")
    to = f"Receiver <{receiver.user}>, {OUTSIDE}, {receiver.user.upper()}"
    mail = letter("Plan", to=to, sender=sender.user, Bcc=blind.user, Message_ID="<plan@x>")
    sent = sender("messages.send", body={"raw": raw(mail)})
    equal(sent["labelIds"], ["SENT"])
    contains(sender.raw_of(sent["id"]), b"Bcc: blind@example.com")
    for call in (receiver, blind):
        [arrived] = call.ids()
        equal(sorted(call("messages.get", id=arrived)["labelIds"]), ["INBOX", "UNREAD"])
        equal(b"Bcc" in call.raw_of(arrived), False)
    [arrived] = receiver.ids()
    answer = letter("Re: Plan", to=sender.user, sender=receiver.user, In_Reply_To="<plan@x>", References="<plan@x>")
    answered = receiver("messages.send", body={"raw": raw(answer), "threadId": arrived})
    equal(answered["threadId"], arrived)
    equal([len(sender("threads.get", id=sent["threadId"])["messages"]), len(receiver.ids())], [2, 2])
    own = sender("messages.send", body={"raw": raw(letter(to=sender.user, sender=sender.user))})
    assert {"SENT", "INBOX"} <= set(own["labelIds"])
    fails(400, "Recipient address required", sender, "messages.send", body={"raw": raw(letter(to=""))})


def histories(_):
    """G4: the history since a moment, page by page, tells all that happened"""
    call = Calls("history@example.com")
    start = call("getProfile")["historyId"]
    equal("history" in call("history.list", startHistoryId=start), False)
    made = call.insert(letter())["id"]
    call("messages.modify", id=made, body={"addLabelIds": ["STARRED"]})
    call("messages.trash", id=made)
    call("messages.delete", id=made)
    pages = list(call.pages("history.list", startHistoryId=start, maxResults=1))
    records = [record for page in pages for record in page.get("history", [])]
    kinds = [sorted(set(record) - {"id", "messages"}) for record in records]
    equal(kinds, [["messagesAdded"], ["labelsAdded"], ["labelsAdded", "labelsRemoved"], ["messagesDeleted"]])
    equal({message["id"] for record in records for message in record["messages"]}, {made})
    narrowed = call("history.list", startHistoryId=start, historyTypes=["messageAdded", "messageDeleted"])
    equal([record["id"] for record in narrowed["history"]], [records[0]["id"], records[3]["id"]])
    equal(call("history.list", startHistoryId=start, labelId="STARRED")["history"][0]["id"], records[1]["id"])
    fails(404, "Requested entity was not found.", call, "history.list", startHistoryId="1")


def ways(mail, **body):
    """The three ways in which the client uploads: media alone, media with JSON, and in chunks."""
    media = lambda **options: MediaInMemoryUpload(mail, "message/rfc822", **options)
    yield {"media_body": media()}
    yield {"media_body": media(), "body": body}
    yield {"media_body": media(resumable=True, chunksize=CHUNK_BYTES), "body": body}


def uploaded(request):
    """What a request answers; in chunks it comes to its end piece by piece."""
    if request.resumable is None:
        return request.execute()
    answer, steps = None, 0
    while answer is None:
        _, answer = request.next_chunk()
        steps += 1
    equal(steps, -(-request.resumable.size() // request.resumable.chunksize()))
    return answer


def read_back(call, message_id, mail, files):
    """A mail is what was uploaded, byte for byte, as a whole and file by file."""
    assert call.raw_of(message_id) == mail, "the mail is another"
    parts = call("messages.get", id=message_id)["payload"]["parts"][1:]
    equal([part["filename"] for part in parts], NAMES)
    for part, (_, content) in zip(parts, files, strict=True):
        equal(part["body"]["size"], len(content))
        file = call("messages.attachments.get", messageId=message_id, id=part["body"]["attachmentId"])
        equal(file["size"], len(content))
        assert base64.urlsafe_b64decode(file["data"]) == content, f"{part['filename']} is another"


def large_uploads(call):
    """G5: 20 MB with Bengali files' names are inserted in all ways and come back byte for byte"""
    mail, files = letter_with_files("large", LARGE_BYTES)
    assert len(mail) > 20_000_000
    for arguments in ways(mail, labelIds=["STARRED"]):
        read_back(call, uploaded(call.request("messages.insert", **arguments))["id"], mail, files)


def large_send(_):
    """G10: 20 MB are sent in chunks; the receiver finds them by a file's Bengali name and gets the same"""
    call, receiver = Calls("large@example.com"), Calls("larger@example.com")
    receiver("getProfile")
    mail, files = letter_with_files("sent", LARGE_BYTES, to=receiver.user, sender=call.user, Date=DATE)
    *_, media = ways(mail)
    read_back(call, uploaded(call.request("messages.send", **media))["id"], mail, files)
    [arrived] = receiver.ids(q="has:attachment filename:তালিকা larger:19M")
    whole = receiver.raw_of(arrived)
    assert whole.endswith(mail), "the receiver's mail is another"
    read_back(receiver, arrived, whole, files)


def uniform_file(call):
    """D15: 12 MB of the same bytes are no bomb to a client"""
    content = b"0123456789" * 1_200_000
    made = call.insert(letter(files=[(NAMES[0], content)]))
    [_, part] = call("messages.get", id=made["id"])["payload"]["parts"]
    file = call("messages.attachments.get", messageId=made["id"], id=part["body"]["attachmentId"])
    assert base64.urlsafe_b64decode(file["data"]) == content


def uploads(_):
    """G5, G9: all six methods that take mail take it in all ways"""
    call, receiver = Calls("uploads@example.com"), Calls("uploaded@example.com")
    receiver("getProfile")
    mail, files = letter_with_files("small", SMALL_BYTES, to=receiver.user, sender=call.user, Date=DATE)
    for name, labels in (("messages.insert", ["SENT", "STARRED"]), ("messages.import", ["INBOX", "STARRED"])):
        for arguments in ways(mail, labelIds=labels):
            made = uploaded(call.request(name, **arguments))
            if "body" in arguments:
                equal(sorted(made["labelIds"]), sorted(labels))
            read_back(call, made["id"], mail, files)
    for arguments in ways(mail):
        read_back(call, uploaded(call.request("messages.send", **arguments))["id"], mail, files)
        draft = uploaded(call.request("drafts.create", **arguments))
        read_back(call, draft["message"]["id"], mail, files)
    for arguments in ways(mail):
        draft = uploaded(call.request("drafts.update", id=draft["id"], **arguments))
        read_back(call, draft["message"]["id"], mail, files)
    # Media alone cannot say which draft it is of.
    for way, draft in enumerate(call("drafts.list")["drafts"][:2], start=1):
        arguments = list(ways(mail, id=draft["id"]))[way]
        read_back(call, uploaded(call.request("drafts.send", **arguments))["id"], mail, files)
    equal(len(receiver.ids()), 5)


def other_mailboxes(_):
    """G13, G39: another user's mailbox is opened by delegation alone"""
    owner, other = Calls("owner@example.com"), Calls("delegate@example.com")
    ask = lambda: other.service.users().messages().list(userId=owner.user).execute()
    made = owner.insert(letter())
    try:
        raise AssertionError(f"403 was expected; the answer is {ask()}")
    except HttpError as error:
        equal((error.status_code, error.reason), (403, f"Delegation denied for {other.user}"))
    owner.service.users().settings().delegates().create(userId="me", body={"delegateEmail": other.user}).execute()
    equal([message["id"] for message in ask()["messages"]], [made["id"]])


def all_methods(_):
    """every method but those of labels and settings was called"""
    with urllib.request.urlopen(DOCUMENT.format(api="gmail", apiVersion="v1")) as answer:
        names = re.findall(r'"id": *"gmail\.users\.([\w.]+)"', answer.read().decode())
    asked = {name for name in names if not name.startswith(("labels.", "settings.")) and name not in ("watch", "stop")}
    equal((len(names), len(asked), asked - Calls.called), (79, 26, set()))


CHECKS = [profile, formats, changes, imported, searches, threads, drafts, sending, histories,
          large_uploads, large_send, uniform_file, uploads, other_mailboxes, all_methods]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, Calls))
