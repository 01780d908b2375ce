"""Google's own Python client against the labels and settings of Gmail v1 on Dak.

    python gmail_settings_google_client.py http://127.0.0.1:7070
"""

import json
import pathlib
import sys
import urllib.request

import googleapiclient

import checks
from checks import equal

BASE = checks.base_url()
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


if __name__ == "__main__":
    sys.exit(checks.run([document], lambda: None))
