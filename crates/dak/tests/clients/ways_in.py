"""The ways in that README.md has for programs made for Gmail: each of its blocks is run as it stands there.

    python ways_in.py http://127.0.0.1:7070

The description that comes with Google's client is changed in a virtual environment made for that alone.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile

import googleapiclient

import checks
from checks import contains, equal

BASE = checks.base_url()
README = pathlib.Path(__file__).resolve().parents[4] / "README.md"
USER = "rina@example.com"
GOOGLE = "https://gmail.googleapis.com/"
LETTER = b"From: karim@example.com\r\nTo: rina@example.com\r\nSubject: Media\r\nMessage-ID: <%s@x>\r\n\r\nHello\r\n"


def block(mark):
    """The block of README.md that has these words, for this server."""
    blocks = re.findall(r"```\w+\n(.*?)```", README.read_text(), re.DOTALL)
    [found] = [block for block in blocks if mark in block]
    contains(found, "http://127.0.0.1:7070")
    return found.replace("http://127.0.0.1:7070", BASE)


def run(program, python=sys.executable):
    """What a program prints."""
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Apart:
    """A virtual environment with Google's client, its description of Gmail changed as README.md says."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        here = pathlib.Path(self.folder.name)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", here], check=True)
        self.python = here / "bin" / "python"
        packages = pathlib.Path(sysconfig.get_path("purelib", vars={"base": str(here)}))
        others = ignoring_descriptions_but("gmail.v1.json")
        shutil.copytree(pathlib.Path(googleapiclient.__file__).parent, packages / "googleapiclient", ignore=others)
        (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
        change = block("sed -i").replace("python -c", f"{self.python} -c")
        subprocess.run(["sh", "-ec", change], check=True)


def ignoring_descriptions_but(name):
    def ignored(folder, names):
        return [other for other in names if other.endswith(".json") and other != name]
    return ignored


CALLS = """
import io
from googleapiclient.http import MediaIoBaseUpload
letter = {letter!r}
users = gmail.users()
media = MediaIoBaseUpload(io.BytesIO(letter % b"whole"), "message/rfc822")
made = users.messages().insert(userId="me", body={{"labelIds": ["INBOX"]}}, media_body=media).execute()
media = MediaIoBaseUpload(io.BytesIO(letter % b"pieces"), "message/rfc822", chunksize=256 * 1024, resumable=True)
more = users.messages().insert(userId="me", body={{}}, media_body=media).execute()
came = []
batch = gmail.new_batch_http_request(callback=lambda number, answer, error: came.append(error or answer["id"]))
for one in made, more:
    batch.add(users.messages().get(userId="me", id=one["id"], fields="id"))
batch.execute()
assert came == [made["id"], more["id"]], came
"""


def everything(program):
    """A program's own call, then media in both ways and a batch."""
    return program + CALLS.format(letter=LETTER)


def by_discovery_url(_):
    """G70: Python by the discovery URL: calls, media and batches"""
    equal(run(everything(block('credentials=Credentials("rina@example.com"),\n'))), USER)


def by_the_hosts_url(_):
    """D26, G70: Python by the discovery URL that Google's hosts have, which names no API: calls, media and batches"""
    url = BASE + "/$discovery/rest?version={apiVersion}"
    contains(README.read_text(), url.replace(BASE, "http://127.0.0.1:7070"))
    program = f"""
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
gmail = build("gmail", "v1", credentials=Credentials("{USER}"), discoveryServiceUrl="{url}", static_discovery=False)
print(gmail.users().getProfile(userId="me").execute()["emailAddress"])
"""
    equal(run(everything(program)), USER)


def by_document(_):
    """G70: Python by a description with another root: calls, media and batches"""
    equal(run(everything(block("build_from_document"))), USER)


def by_changed_description(apart):
    """G70: Python unchanged, its own description changed: calls, media and batches"""
    program = f"""
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
gmail = build("gmail", "v1", credentials=Credentials("{USER}"))
print(gmail.users().getProfile(userId="me").execute()["emailAddress"])
"""
    equal(run(everything(program), apart.python), USER)


def by_api_endpoint(_):
    """G70: Python by api_endpoint: calls come here; media would go to https, batches to Google"""
    program = block("api_endpoint") + """
from googleapiclient.http import MediaInMemoryUpload
media = MediaInMemoryUpload(b"", "message/rfc822")
print(gmail.users().messages().send(userId="me", media_body=media).uri.split("?")[0])
print(gmail.new_batch_http_request()._batch_uri)
"""
    host = BASE.removeprefix("http://")
    wanted = [USER, f"https://{host}/upload/gmail/v1/users/me/messages/send", GOOGLE + "batch"]
    equal(run(program).splitlines(), wanted)


SIMPLEGMAIL = """
import pathlib, tempfile
from google.oauth2.credentials import Credentials
from simplegmail import Gmail
from simplegmail.query import construct_query

gmail = Gmail(credentials=Credentials("{user}"))
kept = tempfile.TemporaryDirectory()
folder = pathlib.Path(kept.name)
(folder / "ছুটি.txt").write_text("ছুটির তালিকা")
sent = gmail.send_message(sender="{user}", to="{user}", subject="ছুটি", msg_plain="Plain words", msg_html="<p>Rich words</p>",
                          attachments=[str(folder / "ছুটি.txt")])
[message] = gmail.get_messages(query=construct_query(subject="ছুটি", unread=True))
assert message.id == sent.id, (message.id, sent.id)
assert (message.subject, message.sender, message.recipient) == ("ছুটি", "{user}", "{user}"), vars(message)
assert message.plain.strip() == "Plain words" and "Rich words" in message.html, (message.plain, message.html)
[attachment] = message.attachments
attachment.download()
assert attachment.filename == "ছুটি.txt" and attachment.data.decode() == "ছুটির তালিকা", attachment.filename
label = gmail.create_label("Holidays")
message.modify_labels(to_add=[label], to_remove=[])
message.mark_as_read()
message.star()
assert [found.id for found in gmail.get_starred_messages(labels=[label])] == [message.id]
assert gmail.get_unread_inbox() == []
message.trash()
assert gmail.get_starred_messages() == []
assert any(known.name == "Holidays" for known in gmail.list_labels())
print("done")
"""


def simplegmail(apart):
    """G70: simplegmail, which others wrote, sends, searches, reads, labels and throws away"""
    equal(run(SIMPLEGMAIL.format(user="simple@example.com"), apart.python), "done")


CHECKS = [by_discovery_url, by_the_hosts_url, by_document, by_changed_description, by_api_endpoint, simplegmail]

if __name__ == "__main__":
    apart = Apart()
    sys.exit(checks.run(CHECKS, lambda: apart))
