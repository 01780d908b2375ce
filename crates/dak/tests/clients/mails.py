"""What Python's email package sees in mails, beside what Dak does: a line for each difference.

    python mails.py FILE

FILE is a JSON list of mails: name, form (the line end), raw (bytes as Latin-1 letters), root (the tree as Dak has it).
"""

import email
import email.header
import email.policy
import json
import sys


def of_python(message, part_id=""):
    """The tree as Dak has it, out of Python's."""
    kind = message.get_content_type()
    children = message.get_payload() if message.is_multipart() else []
    tree = {"partId": part_id, "mimeType": kind, "message": message, "parts": []}
    for index, child in enumerate(children):
        child_id = f"{part_id}.{index}" if part_id else str(index)
        tree["parts"].append(of_python(child, child_id))
    return tree


def decoded(value):
    """A header with its encoded words decoded, its blanks single."""
    value = str(value).encode("utf-8", "surrogateescape")
    try:
        value = value.decode("utf-8")
    except UnicodeDecodeError:
        value = value.decode("cp1252", "replace")
    try:
        value = str(email.header.make_header(email.header.decode_header(value)))
    except Exception:  # A charset it does not know; the header stays as it came.
        pass
    return " ".join(value.split())


def text_of(message, content):
    """The text of a part as its charset says."""
    charset = message.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def compare(ours, theirs, differ):
    """Calls `differ` with what two parts differ in, then goes on to the parts in them."""
    message = theirs["message"]
    if ours["mimeType"] != theirs["mimeType"]:
        differ(ours, "type", ours["mimeType"], theirs["mimeType"])
    if len(ours["parts"]) != len(theirs["parts"]):
        return differ(ours, "parts", len(ours["parts"]), len(theirs["parts"]))
    names = [name.lower() for name, _ in ours["headers"]]
    if names != [name.lower() for name in message.keys()]:
        differ(ours, "header names", names, message.keys())
    else:
        for (name, value), (_, other) in zip(ours["headers"], message.raw_items()):
            if " ".join(value.split()) != decoded(other):
                differ(ours, f"header {name}", value, decoded(other))
    filename = decoded(message.get_filename() or "")
    if " ".join(ours["filename"].split()) != filename:
        differ(ours, "filename", ours["filename"], filename)
    if ours["bytes"] is not None and not message.is_multipart():
        content = message.get_payload(decode=True)
        if ours["bytes"] != content.decode("latin-1"):
            differ(ours, "bytes", ours["bytes"][-80:], content.decode("latin-1")[-80:])
        elif ours["text"] is not None and ours["text"] != text_of(message, content):
            differ(ours, "text", ours["text"][:200], text_of(message, content)[:200])
    for one, other in zip(ours["parts"], theirs["parts"]):
        compare(one, other, differ)


def main():
    """Prints each difference once for both line ends, or says for which it is."""
    with open(sys.argv[1], encoding="utf-8") as file:
        mails = json.load(file)
    found = {}
    for mail in mails:
        raw = mail["raw"].encode("latin-1")

        def differ(part, what, ours, theirs, mail=mail):
            key = f"{mail['name']} {part['partId'] or 'root'}: {what}"
            found.setdefault(key, []).append(mail["form"])
            print(f"{key} ({mail['form']})\n  ours   {ours!r}\n  theirs {theirs!r}", file=sys.stderr)

        compare(mail["root"], of_python(email.message_from_bytes(raw, policy=email.policy.compat32)), differ)
    for key, forms in found.items():
        print(key if len(forms) == 2 else f"{key} ({forms[0]})")


if __name__ == "__main__":
    main()
