"""Round trips over any API with Google's own Python client, made up from the API's document alone.

    python any_api.py http://127.0.0.1:7070 [SAMPLE [SEED [API...]]]
    python any_api.py documents FOLDER     fills a folder with the documents that the client ships

SAMPLE 0 is all of them, or those that are named, such as tasks:v1.

For every resource that has `get` and `create` or `insert`: create two items, get, list over pages, patch with
`fields`, update, delete. Prints what failed and why, then the rate; fails below 90 percent.
"""

import collections
import itertools
import json
import os
import pathlib
import random
import re
import sys
import urllib.request

import googleapiclient
import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

BASE = sys.argv[1]
SAMPLE = int(sys.argv[2]) if len(sys.argv) > 2 and BASE != "documents" else 0
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
APIS = sys.argv[4:]
RATE_MIN = 0.9
# They have behaviour of their own, or are not what a client ships; a description is served once.
BUILT_IN = {"demo:v1", "wrapped:v1", "blogger:v3", "gmail:v1"}
# Versions of an API share their data: what one made must not be in the way of the next.
TRIPS = itertools.count(1)
OUTPUT_ONLY = r"^\W?(output|response)[ -]?only|(^|[.(\[@;] ?)(output|read)[ -]?only[.)\] ]*$"
SERVER_SET = re.compile(r"^(id|name|kind|etag|uid|selfLink|created|updated|labels|.*Time|.*Timestamp|.*Link)$")


class Failed(Exception):
    """A step that did not give what it should; the text says which and why."""


def fetch(path):
    with urllib.request.urlopen(BASE + path) as answer:
        return json.load(answer)


def value_of(schema, number):
    """A value that a parameter or a scalar member may have."""
    if "enum" in schema:
        return schema["enum"][-1]
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return max(number, int(schema.get("minimum", 1)))
    if form in ("int64", "uint64"):
        return str(number)
    return {"date": "2026-11-30", "google-duration": "3s", "byte": "aGk=", "google-fieldmask": "*"}.get(
        form, "2026-11-30T12:00:00Z" if form in ("date-time", "google-datetime") else f"value-{number}")


class Trip:
    """One API on its way."""

    def __init__(self, document):
        self.document = document
        self.trip = next(TRIPS)
        self.schemas = document.get("schemas", {})
        self.step = "create"
        # As text, for the client adds to what it is given.
        self.service = build_from_document(json.dumps(document), http=httplib2.Http(timeout=20))
        self.collections = []
        # The names of items that were made, by which the paths of those inside them are filled.
        self.made = []
        self.made_by_path = {}
        self.results = []

    def go(self):
        """Every collection, what others are inside of before them."""
        self.walk(self.document, self.service)
        for methods, create, service in sorted(self.collections, key=depth):
            self.collection(methods, create, service)

    def walk(self, node, service):
        for name, resource in node.get("resources", {}).items():
            inner = getattr(service, client_name(name))()
            methods = resource.get("methods", {})
            create = methods.get("create") or methods.get("insert")
            if create and "get" in methods and create["httpMethod"] == "POST" and "request" in create:
                self.collections.append((methods, create, inner))
            self.walk(resource, inner)

    def collection(self, methods, create, service):
        try:
            self.round_trip(methods, create, service)
            self.results.append((create["id"], None))
        except Failed as why:
            self.results.append((create["id"], str(why)))
        except HttpError as error:
            method = re.sub(r"value-?\d*|x\d+", "X", f"{error.status_code} {error.reason}")
            self.results.append((create["id"], f"{self.step}: {method}"[:150]))
        except (TypeError, KeyError, ValueError, OSError) as error:
            self.results.append((create["id"], f"{self.step}: {type(error).__name__} {error}"[:150]))

    def call(self, step, service, method, arguments):
        self.step = step
        name = method["id"].rsplit(".", 1)[1]
        known = method.get("parameters", {})
        arguments = {key: value for key, value in arguments.items() if key in known or key in ("body", "fields")}
        return getattr(service, client_name(name))(**{client_parameter(k): v for k, v in arguments.items()}).execute(num_retries=1)

    def round_trip(self, methods, create, service):
        item_schema = methods["get"].get("response", {}).get("$ref")
        first = self.create(methods, create, service, item_schema, 1)
        second = self.create(methods, create, service, item_schema, 2)
        got = self.call("get", service, methods["get"], first)
        again = self.call("get", service, methods["get"], first)
        check("get", got == again, "two reads differ")
        if "list" in methods:
            self.list(methods["list"], service, first, [got, self.call("get", service, methods["get"], second)])
        member, schema = self.text_member(item_schema, self.id_names(methods["get"]))
        if "patch" in methods and member:
            self.patch(methods, service, first, item_schema, member)
        if "update" in methods and methods["update"]["httpMethod"] == "PUT":
            body = self.body(methods["update"], item_schema, 7)
            if methods["update"]["request"]["$ref"] == item_schema:
                # As programs do it: read, change, send back whole.
                body = {**self.call("get", service, methods["get"], first), **body}
            self.call("update", service, methods["update"], {**self.required(methods["update"], 7), **first, "body": body})
        if "delete" in methods:
            self.call("delete", service, methods["delete"], {**self.required(methods["delete"], 1), **first})
            try:
                self.call("get deleted", service, methods["get"], first)
            except HttpError as error:
                check("delete", error.status_code == 404, f"{error.status_code} after a delete")
            else:
                raise Failed("delete: it is still there")
            self.made = [name for name in self.made if name not in first.values()]

    def create(self, methods, create, service, item_schema, number):
        arguments = self.required(create, number)
        for name, parameter in create.get("parameters", {}).items():
            if name.endswith("Id") and name != "requestId" and parameter["location"] == "query":
                arguments[name] = self.id(parameter, number)
        arguments["body"] = self.body(create, item_schema, number)
        last = path_parameters(methods["get"])[-1]
        if not last.lower().endswith("id") and last != "name" and "{+" not in methods["get"]["path"]:
            self.name_it(arguments["body"], create, item_schema, self.id({}, number))
        answer = self.call("create", service, create, arguments)
        item = answer.get("response") or answer
        item = next((item[k] for k in item if isinstance(item[k], dict) and len(item) == 1), item)
        return self.names(methods["get"], arguments, item)

    def id(self, schema, number):
        """An id of one's own, if a text may stand there."""
        if "format" in schema or "enum" in schema or schema.get("type", "string") != "string":
            return value_of(schema, number)
        return f"t{self.trip}-{number}"

    def name_it(self, body, create, item_schema, name):
        """Where items are called by their name, the client says it."""
        member = self.schemas[item_schema].get("properties", {}).get("name", {})
        if create["request"]["$ref"] == item_schema and member.get("type") == "string":
            body["name"] = name

    def names(self, get, arguments, item):
        """The arguments by which an item that was made is got."""
        found = {name: arguments[name] for name in path_parameters(get) if name in arguments}
        last = path_parameters(get)[-1]
        name = self.name_told(get, item, arguments)
        check("create", name is not None, "the answer does not say what the item is called")
        found[last] = name
        self.made.append(name)
        self.made_by_path[path_to(get, last)] = name
        for other in path_parameters(get):
            if other not in found:
                found[other] = self.path_value(other, get, 1)
        return found

    def id_names(self, get):
        """Members that may tell an item's id: what the last variable is called, and `thingId`."""
        last = path_parameters(get)[-1]
        words = [word for word in get["path"].split("/") if word and "{" not in word]
        words += [word for word in segments(get["parameters"][last]) if word.isalnum()] if "{+" in get["path"] else []
        return last, singular(words[-1]) + "Id" if words else last

    def name_told(self, get, item, arguments):
        """What an item says it is called; an operation has a name of its own, and says whose it is."""
        last, own_id = self.id_names(get)
        is_id = last.lower().endswith("id")
        pattern = segments(get["parameters"][last])
        inside = [item[key].get(last) for key in item if key.endswith("Reference") and isinstance(item[key], dict)]
        target = (item.get("targetLink") or "").rsplit("/", 1)[-1]
        whole = [item.get("targetId"), target, *([item.get("id")] if is_id else []), item.get(last), item.get("name")]
        ids = [*inside, item.get("id"), item.get(own_id), (item.get("metadata") or {}).get("name")]
        for name in [*inside, *whole, *ids]:
            if isinstance(name, str) and name:
                return self.below(arguments, pattern, name) if len(pattern) > 1 and "/" not in name else name
        return None

    def below(self, arguments, pattern, id):
        """The name of an item inside of what it was made in, by its id."""
        for parent in arguments.values():
            if isinstance(parent, str) and parent.count("/") == len(pattern) - 3:
                return f"{parent}/{pattern[-2]}/{id}"
        return id

    def required(self, method, number):
        arguments = {}
        for name, parameter in method.get("parameters", {}).items():
            if parameter["location"] == "path":
                arguments[name] = self.path_value(name, method, number)
            elif parameter.get("required") and "default" not in parameter:
                value = value_of(parameter, number)
                arguments[name] = [value] if parameter.get("repeated") else value
        return arguments

    def path_value(self, name, method, number):
        parameter = method["parameters"][name]
        pattern = parameter.get("pattern")
        own = self.made_by_path.get(path_to(method, name), "")
        if "enum" in parameter:
            return value_of(parameter, 1)
        if "int" in parameter.get("format", ""):
            return own if own.isdigit() else value_of(parameter, 1)
        if not pattern:
            return own or value_of(parameter, 1)
        for made in [own, *(made for made in reversed(self.made) if "/" in made)]:
            if re.fullmatch(pattern, made) and made:
                return made
        text = re.sub(r"\[\^/\]\+|\.\*|\[\^/\]\*", "x1", pattern.strip("^$"))
        text = re.sub(r"\[0-9\]\{\d+,\d+\}|\[0-9\]\+|\\d\+", "17", text)
        # Below the longest of what was made, if the pattern lets it be there.
        for made in sorted(self.made, key=len, reverse=True):
            depth = made.count("/") + 1
            below = "/".join([made, *text.split("/")[depth:]])
            if "/" in made and re.fullmatch(pattern, below):
                return below
        return text if re.fullmatch(pattern, text) else "x1"

    def body(self, method, item_schema, number):
        request = method["request"]["$ref"]
        body = self.members(request, method["id"], number)
        if request != item_schema:
            for name, schema in self.schemas[request].get("properties", {}).items():
                if schema.get("$ref") == item_schema:
                    body[name] = self.members(item_schema, method["id"], number)
                elif name.endswith("Id") and schema.get("type") == "string":
                    body[name] = self.id(schema, number)
        return body

    def members(self, name, method_id, number, depth=0):
        """The members that a method requires, and one text."""
        schema, body = self.schemas.get(name, {}), {}
        for member, inner in schema.get("properties", {}).items():
            required = method_id in inner.get("annotations", {}).get("required", [])
            if required and not inner.get("readOnly"):
                body[member] = self.any_value(inner, method_id, number, depth)
        member, inner = self.text_member(name)
        if member and depth == 0:
            body.setdefault(member, value_of(inner, number))
        return body

    def any_value(self, schema, method_id, number, depth):
        if "$ref" in schema:
            target = self.schemas.get(schema["$ref"], {})
            if target.get("type") == "object" or "properties" in target:
                return self.members(schema["$ref"], method_id, number, depth + 1) if depth < 8 else {}
            schema = target
        if schema.get("type") == "array":
            return []
        if schema.get("type") != "object":
            return value_of(schema, number)
        inside = schema.get("properties", {}).items()
        required = [(name, inner) for name, inner in inside if method_id in inner.get("annotations", {}).get("required", [])]
        return {name: self.any_value(inner, method_id, number, depth + 1) for name, inner in required}

    def text_member(self, name, ids=()):
        for member, schema in sorted(self.schemas.get(name or "", {}).get("properties", {}).items()):
            if member in ids:
                continue
            plain = schema.get("type") == "string" and not server_only(schema) and "enum" not in schema
            if plain and "format" not in schema and "pattern" not in schema and not SERVER_SET.match(member):
                return member, schema
        return None, None

    def list(self, method, service, first, items):
        arguments = {**self.required(method, 1)}
        fits = lambda name, value: re.fullmatch(method["parameters"][name].get("pattern", ".*"), value)
        shared = [name for name in path_parameters(method) if name in first]
        arguments.update({name: first[name] for name in shared if fits(name, first[name])})
        for name in arguments:
            # What narrows the list is as the item has it.
            if method["parameters"][name]["location"] == "query" and isinstance(items[0].get(name), str):
                arguments[name] = items[0][name]
        parameters = method.get("parameters", {})
        size = next((name for name in ("pageSize", "maxResults") if name in parameters), None)
        tells_next = "nextPageToken" in self.schemas[method["response"]["$ref"]].get("properties", {})
        if size and tells_next and "pageToken" in parameters:
            arguments[size] = 1
        found, token = [], None
        for _ in range(10):
            page = self.call("list", service, method, {**arguments, **({"pageToken": token} if token else {})})
            found += [item for value in page.values() if isinstance(value, list) for item in value]
            token = page.get("nextPageToken") if "pageToken" in parameters else None
            if not token:
                break
        missing = [item for item in items if not any(shows(one, item) for one in found)]
        check("list", not missing, "an item that was made is not in the list")

    def patch(self, methods, service, first, item_schema, member):
        patch = methods["patch"]
        request = patch.get("request", {}).get("$ref")
        change = {member: "changed"}
        arguments = {**self.required(patch, 1), **first}
        if request != item_schema:
            holder = [n for n, s in self.schemas[request]["properties"].items() if s.get("$ref") == item_schema]
            check("patch", bool(holder), "its body does not hold the item")
            change = {holder[0]: change}
        elif "updateMask" in patch.get("parameters", {}):
            arguments["updateMask"] = member
        if patch.get("response", {}).get("$ref") == item_schema:
            answer = self.call("patch", service, patch, {**arguments, "body": change, "fields": member})
            check("patch", answer == {member: "changed"}, f"fields={member} answered {sorted(answer)}")
        else:
            self.call("patch", service, patch, {**arguments, "body": change})
        got = self.call("get patched", service, methods["get"], first)
        check("patch", got.get(member) == "changed", "the change is not there")


def server_only(schema):
    """Whether a member is marked as the server's, or its description says so."""
    return schema.get("readOnly") or re.search(OUTPUT_ONLY, schema.get("description", ""), re.I)


def depth(collection):
    """How many ids lead to its items: what is inside of others has more than they have."""
    methods, create, _ = collection
    variables = path_parameters(methods["get"])
    patterns = [methods["get"]["parameters"][name].get("pattern", "") for name in variables]
    return sum(max(1, pattern.count("[^/]+")) for pattern in patterns), create["path"].count("/")


def shows(listed, item):
    """Whether an element of a list is this item, or as much of it as the list shows."""
    if not isinstance(listed, dict) or not listed:
        return False
    return all(item.get(name) == value for name, value in listed.items() if name not in ("kind", "etag"))


def singular(plural):
    """entries, addresses and things, one of each."""
    ends = {"ies": "y", "sses": "ss", "s": ""}
    end = next((end for end in ends if plural.endswith(end)), "")
    return plural[:len(plural) - len(end)] + ends.get(end, "")


def segments(parameter):
    """A pattern cut at its slashes."""
    return parameter.get("pattern", "").strip("^$").replace("[^/]", "*").split("/")


def path_to(method, name):
    """A method's path up to a variable, whatever the variables are called."""
    before = re.split(r"\{\+?" + re.escape(name) + r"\}", method["path"])[0]
    return re.sub(r"\{[^}]*\}", "*", before)


def path_parameters(method):
    return re.findall(r"\{\+?([^}]+)\}", method["path"])


def client_name(name):
    """As the client names what is a word of Python."""
    import keyword
    name = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return name + "_" if keyword.iskeyword(name) or name == "body" else name


def client_parameter(name):
    return re.sub(r"^[^A-Za-z]+|[^A-Za-z0-9_]", lambda m: "x" if m.start() == 0 else "_", name) if not name.isidentifier() else client_name(name) if name != "body" else name


def check(step, holds, why):
    if not holds:
        raise Failed(f"{step}: {why}")


def documents(folder):
    """Fills the folder with what the client's own has, without what is no document."""
    shipped = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    for path in shipped.glob("*.json"):
        is_built_in = path.stem.replace(".", ":", 1) in BUILT_IN
        if path.name != "index.json" and not is_built_in:
            os.symlink(path, os.path.join(folder, path.name))


def main():
    if BASE == "documents":
        return documents(sys.argv[2])
    apis = [api for api in fetch("/discovery/v1/apis")["items"] if api["id"] not in BUILT_IN]
    if APIS:
        apis = [api for api in apis if api["id"] in APIS]
    if SAMPLE:
        apis = random.Random(SEED).sample(apis, min(SAMPLE, len(apis)))
    results = []
    for api in apis:
        document = fetch(f"/discovery/v1/apis/{api['name']}/{api['version']}/rest")
        trip = Trip(document)
        trip.go()
        results += [(f"{api['id']} {name}", why) for name, why in trip.results]
    failures = [(name, why) for name, why in results if why]
    for name, why in failures:
        print(f"{name}: {why}")
    for why, count in collections.Counter(why for _, why in failures).most_common(25):
        print(f"{count:5} {why}")
    rate = 1 - len(failures) / max(1, len(results))
    print(f"{len(results) - len(failures)} of {len(results)} collections of {len(apis)} APIs went round ({rate:.1%})")
    sys.exit(rate < RATE_MIN)


main()
