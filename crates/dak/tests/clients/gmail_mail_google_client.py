"""Google's own Python client against the messages, threads, drafts and history of Gmail v1 on Dak.

    python gmail_mail_google_client.py http://127.0.0.1:7070
"""

import base64
import email.message
import io
import sys
import uuid

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

import checks
from checks import contains, equal

BASE = checks.base_url()
# Its file's name is "report" in Bengali.
ATTACHMENT = "প্রতিবেদন.pdf"


class Box:
    """The API as one user calls it, each in a mailbox of its own."""

    def __init__(self, user=None):
        self.user = user or f"{uuid.uuid4().hex}@example.com"
        url = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
        credentials = Credentials(token=self.user)
        api = build("gmail", "v1", credentials=credentials, discoveryServiceUrl=url, static_discovery=False)
        self.users = api.users()
        self.messages, self.threads, self.drafts = self.users.messages(), self.users.threads(), self.users.drafts()
        self.profile()

    def profile(self):
        return self.users.getProfile(userId="me").execute()

    def labels(self, message):
        return self.messages.get(userId="me", id=message["id"], format="minimal").execute().get("labelIds", [])


def mail(to, subject, text="Text", **headers):
    message = email.message.EmailMessage()
    message["To"], message["Subject"] = to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def raw(message):
    return base64.urlsafe_b64encode(bytes(message)).decode()


def refused(status, request):
    try:
        request.execute()
    except HttpError as error:
        equal(error.resp.status, status)
        return error
    raise AssertionError("it was not refused")


def a_message(box):
    """G2, U5 a message is inserted, read in every format, labelled, thrown away and deleted"""
    sent = mail("a@example.com", "Grüße", "<b>", Message_ID="<1@x>")
    made = box.messages.insert(userId="me", body={"raw": raw(sent), "labelIds": ["INBOX", "UNREAD"]}).execute()
    equal(set(made), {"id", "threadId", "labelIds"})
    read = lambda **more: box.messages.get(userId="me", id=made["id"], **more).execute()
    equal(base64.urlsafe_b64decode(read(format="raw")["raw"]), bytes(sent))
    equal(read(format="minimal")["snippet"], "&lt;b&gt;")
    names = read(format="metadata", metadataHeaders=["subject", "To"])["payload"]["headers"]
    equal([each["value"] for each in names], ["a@example.com", "Grüße"])
    equal(base64.urlsafe_b64decode(read()["payload"]["body"]["data"]), b"<b>\n")
    modify = box.messages.modify(userId="me", id=made["id"], body={"removeLabelIds": ["UNREAD"]})
    equal(modify.execute()["labelIds"], ["INBOX"])
    equal(box.messages.trash(userId="me", id=made["id"]).execute()["labelIds"], ["TRASH"])
    equal(box.messages.untrash(userId="me", id=made["id"]).execute()["labelIds"], ["INBOX"])
    equal(box.messages.delete(userId="me", id=made["id"]).execute(), "")
    contains(str(refused(404, box.messages.get(userId="me", id=made["id"]))), "Requested entity was not found.")


def lists(box):
    """G3 lists in pages, narrowed by labels and by a search, a long one by POST too"""
    for number in range(5):
        labels = ["INBOX"] + ["STARRED"] * (number % 2)
        body = {"raw": raw(mail("a@example.com", f"Number {number}")), "labelIds": labels}
        box.messages.insert(userId="me", body=body).execute()
    for noun, name in ((box.messages, "messages"), (box.threads, "threads")):
        found, request = [], noun.list(userId="me", maxResults=2)
        while request is not None:
            page = request.execute()
            equal(page["resultSizeEstimate"], 5)
            found += [item["id"] for item in page[name]]
            request = noun.list_next(request, page)
        equal(len(set(found)), 5)
        equal(len(noun.list(userId="me", labelIds=["INBOX", "STARRED"]).execute()[name]), 2)
        equal(len(noun.list(userId="me", q="subject:3 OR subject:4").execute()[name]), 2)
        query = " OR ".join(f"subject:{number}" for number in range(2, 300))
        assert len(query) > 2048
        equal(len(noun.list(userId="me", q=query).execute()[name]), 3)
    equal(box.messages.list(userId="me", labelIds=["SPAM"]).execute(), {"resultSizeEstimate": 0})


def many(box):
    """G6 many messages are changed and deleted in one request"""
    ids = [box.messages.insert(userId="me", body={"raw": raw(mail("a@b.c", "x"))}).execute()["id"] for _ in range(3)]
    body = {"ids": ids[:2] + ["0123456789abcdef"], "addLabelIds": ["STARRED"]}
    equal(box.messages.batchModify(userId="me", body=body).execute(), "")
    equal(len(box.messages.list(userId="me", labelIds=["STARRED"]).execute()["messages"]), 2)
    equal(box.messages.batchDelete(userId="me", body={"ids": ids}).execute(), "")
    equal(box.profile()["messagesTotal"], 0)


def threads(box):
    """G8 a conversation is read, changed and deleted as one"""
    first = mail("a@b.c", "Plan", Message_ID="<1@x>")
    thread = box.messages.insert(userId="me", body={"raw": raw(first), "labelIds": ["INBOX"]}).execute()["threadId"]
    answer = mail("a@b.c", "Re: Plan", In_Reply_To="<1@x>", References="<1@x>")
    made = box.messages.insert(userId="me", body={"raw": raw(answer), "threadId": thread}).execute()
    equal(made["threadId"], thread)
    read = box.threads.get(userId="me", id=thread, format="metadata").execute()
    equal([message["id"] for message in read["messages"]], [thread, made["id"]])
    changed = box.threads.modify(userId="me", id=thread, body={"addLabelIds": ["STARRED"]}).execute()
    equal([message["labelIds"] for message in changed["messages"]], [["INBOX", "STARRED"], ["STARRED"]])
    box.threads.trash(userId="me", id=thread).execute()
    equal(box.threads.list(userId="me").execute(), {"resultSizeEstimate": 0})
    box.threads.untrash(userId="me", id=thread).execute()
    equal(box.threads.delete(userId="me", id=thread).execute(), "")
    equal(box.profile()["threadsTotal"], 0)


def drafts(box):
    """G9 a draft is made, changed, read, listed, sent; another is deleted"""
    body = lambda text: {"message": {"raw": raw(mail("a@elsewhere.org", "Draft", text))}}
    made = box.drafts.create(userId="me", body=body("One")).execute()
    changed = box.drafts.update(userId="me", id=made["id"], body=body("Two")).execute()
    equal(changed["id"], made["id"])
    assert changed["message"]["id"] != made["message"]["id"]
    equal(box.drafts.get(userId="me", id=made["id"]).execute()["message"]["snippet"], "Two")
    equal([draft["id"] for draft in box.drafts.list(userId="me", q="two").execute()["drafts"]], [made["id"]])
    sent = box.drafts.send(userId="me", body={"id": made["id"]}).execute()
    equal(sent["labelIds"], ["SENT"])
    refused(404, box.drafts.get(userId="me", id=made["id"]))
    other = box.drafts.create(userId="me", body=body("Three")).execute()
    equal(box.drafts.delete(userId="me", id=other["id"]).execute(), "")
    equal(box.profile()["messagesTotal"], 1)


def sending(box):
    """G10 what is sent arrives in other mailboxes, an attachment of 20 MB with it"""
    other = Box()
    message = mail(other.user, "Report", "See there.")
    message.add_attachment(b"0123456789" * (2 << 20), maintype="application", subtype="pdf", filename=ATTACHMENT)
    media = MediaIoBaseUpload(io.BytesIO(bytes(message)), "message/rfc822", chunksize=5 << 20, resumable=True)
    sent = box.messages.send(userId="me", body={}, media_body=media).execute()
    equal(sent["labelIds"], ["SENT"])
    found = other.messages.list(userId="me", q="has:attachment filename:প্রতিবেদন").execute()["messages"]
    received = other.messages.get(userId="me", id=found[0]["id"]).execute()
    equal(received["labelIds"], ["UNREAD", "INBOX"])
    part = received["payload"]["parts"][1]
    equal((part["filename"], part["body"]["size"]), (ATTACHMENT, 20 << 20))
    attachment = other.messages.attachments().get(
        userId="me", messageId=received["id"], id=part["body"]["attachmentId"]
    ).execute()
    equal(base64.urlsafe_b64decode(attachment["data"]), b"0123456789" * (2 << 20))


def uploads(box):
    """G5 insert, import, drafts.create and drafts.update take media at once, in parts and in chunks"""
    for resumable in (False, True):
        media = lambda text: MediaIoBaseUpload(
            io.BytesIO(bytes(mail("a@b.c", "Media", text))), "message/rfc822", chunksize=1 << 18, resumable=resumable
        )
        long = "words and words\n" * 40_000
        made = box.messages.insert(userId="me", body={"labelIds": ["STARRED"]}, media_body=media(long)).execute()
        equal(box.labels(made), ["STARRED"])
        made = box.messages.import_(userId="me", media_body=media("short")).execute()
        equal(box.labels(made), ["UNREAD", "INBOX"])
        draft = box.drafts.create(userId="me", body={}, media_body=media("one")).execute()
        draft = box.drafts.update(userId="me", id=draft["id"], body={}, media_body=media(long)).execute()
        contains(box.drafts.get(userId="me", id=draft["id"]).execute()["message"]["snippet"], "words and words")


def history(box):
    """G4 the history tells what happened, and 404 says that it is too old"""
    start = box.profile()["historyId"]
    made = box.messages.insert(userId="me", body={"raw": raw(mail("a@b.c", "x")), "labelIds": ["INBOX"]}).execute()
    box.messages.trash(userId="me", id=made["id"]).execute()
    box.messages.delete(userId="me", id=made["id"]).execute()
    told = box.users.history().list(userId="me", startHistoryId=start).execute()
    kinds = [sorted(set(record) - {"id", "messages"}) for record in told["history"]]
    equal(kinds, [["messagesAdded"], ["labelsAdded", "labelsRemoved"], ["messagesDeleted"]])
    equal(box.users.history().list(userId="me", startHistoryId=told["historyId"]).execute(), {"historyId": told["historyId"]})
    contains(str(refused(404, box.users.history().list(userId="me", startHistoryId="1"))), "Requested entity")


def other_mailboxes(box):
    """G13 another user's mailbox is opened by delegation alone"""
    owner = Box()
    contains(str(refused(403, box.messages.list(userId=owner.user))), f"Delegation denied for {box.user}")
    owner.users.settings().delegates().create(userId="me", body={"delegateEmail": box.user}).execute()
    equal(box.messages.list(userId=owner.user).execute(), {"resultSizeEstimate": 0})


CHECKS = [a_message, lists, many, threads, drafts, sending, uploads, history, other_mailboxes]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, Box))
