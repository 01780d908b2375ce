// What is asked of every server: a row of the table each. A probe says yes (true), no (false), or that it does not
// apply or is not known (a text); one that fails by itself is not known.

const UNKNOWN = "unknown";

// How often it is tried what may hang on who is faster.
const ROUNDS = 20;
const RESTARTS = 3;

// Of so many rounds all, none, or how many.
async function each(rounds, round) {
  let held = 0;
  for (let number = 0; number < rounds; number += 1) held += (await round()) ? 1 : 0;
  return held === 0 || held === rounds ? held > 0 : `${held} of ${rounds} times`;
}

// Makes an item; gives its path.
async function make({ send, kind }, title = "First title", comment = "First comment.") {
  const { status, json } = await send("POST", kind.list, { body: kind.body(title, comment) });
  if (status >= 300) throw new Error(`an item could not be made: ${status}`);
  return `${kind.list}/${json.id}`;
}

const get = async ({ send }, path, headers) => send("GET", path, { headers });
const patch = ({ send }, path, body, headers) => send("PATCH", path, { body, headers });
const names = (object) => Object.keys(object ?? {}).join();
const itemsOf = ({ kind }, json) => (kind.itemsOf ? kind.itemsOf(json) : json?.[kind.items]) ?? [];
const unquoted = (etag) => etag.replace(/^W\//, "").replaceAll('"', "");

// The tag of an item: that of its header, else that of its body.
async function etag(server, path) {
  const { headers, json } = await get(server, path);
  return headers.etag ?? (json.etag ? `"${unquoted(json.etag)}"` : undefined);
}

// Changes an item; whether the next read shows it.
async function changes(server, path, change, headers) {
  const { kind } = server;
  const { status } = await change({ [kind.comment]: kind.changed }, headers);
  return status < 300 && (await get(server, path)).json[kind.comment] === kind.changed;
}

// Walks over a list by two, and deletes an item of the first page on the way; whether all others were met once.
async function walksWhole({ paged, ...rest }) {
  const server = { ...rest, kind: paged ?? rest.kind };
  const { send, kind } = server;
  for (let number = 0; number < 6; number += 1) await make(server, `Walk ${number}`);
  const [first] = itemsOf(server, (await get(server, kind.page(kind.list))).json);
  const met = [];
  for (let next, pages = 0; pages < 50; pages += 1) {
    const answer = await get(server, kind.page(kind.list, next));
    const ids = itemsOf(server, answer.json).map(({ id }) => id);
    met.push(...ids);
    if (pages === 0 && ids.length !== 2) return false;
    if (pages === 0) await send("DELETE", `${kind.list}/${first.id}`);
    next = kind.next(answer, next);
    if (next === undefined || next === null) break;
  }
  const there = itemsOf(server, (await get(server, kind.list)).json).map(({ id }) => id);
  return there.every((id) => met.includes(id)) && new Set(met).size === met.length;
}

async function uploadsInSession({ base, send, kind }) {
  if (!kind.upload) return false;
  const headers = { "X-Upload-Content-Type": "text/plain", "X-Upload-Content-Length": "5" };
  const begun = await send("POST", `${kind.upload}?uploadType=resumable`, { headers, body: kind.body("Upload") });
  if (begun.status !== 200 || !begun.headers.location) return false;
  const uri = new URL(begun.headers.location, base);
  const rest = await send("PUT", uri.pathname + uri.search, { headers: { "Content-Type": "text/plain" }, body: "bytes" });
  return rest.status < 300 && rest.json?.id !== undefined;
}

async function answersBatch({ send, kind }) {
  const part = `--b\r\nContent-Type: application/http\r\nContent-ID: <a>\r\n\r\nGET ${kind.list} HTTP/1.1\r\n\r\n\r\n--b--\r\n`;
  const headers = { "Content-Type": "multipart/mixed; boundary=b" };
  const { status, headers: answered } = await send("POST", "/batch", { headers, body: part });
  return status === 200 && (answered["content-type"] ?? "").startsWith("multipart/mixed");
}

async function failsOnDemand(server) {
  const { send, fail } = server;
  if (!fail) return UNKNOWN;
  const path = await make(server);
  if (fail.before) await send(...fail.before);
  const { status } = await get(server, path, fail.headers);
  return status === fail.status && (await get(server, path)).status === 200;
}

const serves = (path) => async (server) => (await get(server, path)).status === 200;

// The rows, in their order. Each has a server with what the rows before it left behind.
export const probes = {
  "a change is there at the next read": (server) =>
    each(ROUNDS, async () => {
      const path = await make(server);
      return changes(server, path, (body) => patch(server, path, body));
    }),
  "and after `kill -9`, once it was answered": (server) =>
    each(RESTARTS, async () => {
      const path = await make(server);
      await patch(server, path, { [server.kind.comment]: server.kind.changed });
      await server.killAndRestart();
      return (await get(server, path)).json?.[server.kind.comment] === server.kind.changed;
    }),
  "an unknown item is 404": async (server) => (await get(server, `${server.kind.list}/987654321`)).status === 404,
  "`PATCH` merges inside objects": async (server) => {
    const [object, changed, kept, value] = server.kind.inner;
    const path = await make(server);
    await patch(server, path, { [object]: { [changed]: value } });
    const inner = (await get(server, path)).json[object];
    return inner?.[changed] === value && inner[kept] !== undefined;
  },
  "`null` in a `PATCH` removes a member": async (server) => {
    const path = await make(server);
    await patch(server, path, { [server.kind.removable]: null });
    return !(server.kind.removable in (await get(server, path)).json);
  },
  "`PUT` clears what is left out": async (server) => {
    const { kind } = server;
    const path = await make(server);
    await patch(server, path, { [kind.comment]: kind.changed });
    const { status } = await server.send("PUT", path, { body: kind.replacement("Replaced") });
    const { json } = await get(server, path);
    return status < 300 && json[kind.title] === "Replaced" && json[kind.comment] !== kind.changed;
  },
  "`fields` keeps a part of an item": async (server) => {
    const path = await make(server);
    return names((await get(server, `${path}?fields=${server.kind.title}`)).json) === server.kind.title;
  },
  "`fields=items(title)` keeps a part of each": async (server) => {
    const { kind } = server;
    await make(server);
    const items = itemsOf(server, (await get(server, `${kind.list}?fields=${kind.items}(${kind.title})`)).json);
    return items.length > 0 && items.every((item) => names(item) === kind.title);
  },
  "a mask that names nothing is an error": async (server) =>
    (await get(server, `${await make(server)}?fields=titel`)).status === 400,
  "304 for what has not changed": async (server) => {
    const path = await make(server);
    const tag = await etag(server, path);
    return tag !== undefined && (await get(server, path, { "If-None-Match": tag })).status === 304;
  },
  "412 for a change of an older version": async (server) => {
    const path = await make(server);
    const tag = await etag(server, path);
    const { kind } = server;
    await patch(server, path, { [kind.comment]: kind.changed });
    const { status } = await patch(server, path, { [kind.title]: "Too late" }, { "If-Match": tag ?? '"older"' });
    return status === 412 && (await get(server, path)).json[kind.title] !== "Too late";
  },
  "gzip for who accepts it": async (server) => {
    for (let number = 0; number < 5; number += 1) await make(server, `Long ${number}`, "a comment ".repeat(40));
    const headers = { "Accept-Encoding": "gzip", "User-Agent": "peers (gzip)" };
    return (await get(server, server.kind.list, headers)).headers["content-encoding"] === "gzip";
  },
  "pages lose nothing when an item before them goes": walksWhole,
  "a filter by any member (`?title=…`)": async (server) => {
    const { kind } = server;
    await make(server, "Needle");
    const { json } = await get(server, `${kind.list}?${kind.title}=Needle`);
    const found = itemsOf(server, json).map((item) => item[kind.title]);
    return found.length === 1 && found[0] === "Needle";
  },
  "an unknown member is refused": async ({ send, kind }) =>
    (await send("POST", kind.list, { body: { ...kind.body("Title", "c"), titel: "x" } })).status >= 400,
  "a required member left out is refused": async ({ send, kind }) =>
    (await send("POST", kind.list, { body: kind.incomplete })).status >= 400,
  "`X-HTTP-Method-Override`": async (server) => {
    const path = await make(server);
    const headers = { "X-HTTP-Method-Override": "PATCH" };
    return changes(server, path, (body) => server.send("POST", path, { body, headers }));
  },
  "errors in Google's envelope": async (server) => {
    const { json } = await get(server, `${server.kind.list}/987654321`);
    return json?.error?.code === 404 && json.error.errors?.[0]?.reason !== undefined;
  },
  "uploads in a session (`uploadType=resumable`)": uploadsInSession,
  "a Discovery document for Google's clients": async (server) => {
    if (!server.discovery) return false;
    const { status, json } = await get(server, server.discovery);
    return status === 200 && json.resources !== undefined;
  },
  "`/batch`": answersBatch,
  "a failure on demand": failsOnDemand,
  "Blogger v3": serves("/blogger/v3/users/self"),
  "Gmail v1": serves("/gmail/v1/users/me/labels"),
  "Calendar v3": serves("/calendar/v3/users/me/calendarList"),
  "Drive v3": serves("/drive/v3/files"),
};

// What a probe says, as a cell of the table.
export async function cell(probe, server) {
  try {
    const said = await probe(server);
    return typeof said === "string" ? said : said ? "yes" : "no";
  } catch (error) {
    console.error(`${server.name}: ${error.message}`);
    return UNKNOWN;
  }
}
