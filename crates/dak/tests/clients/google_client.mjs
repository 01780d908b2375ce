// Google's own client for Node against Dak, built from Dak's Discovery document.
//
//     DAK_TEST_NODE=FOLDER node google_client.mjs http://127.0.0.1:7070
//
// FOLDER is where `npm ci` put the packages of package.json.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

import { run } from "./checks.mjs";

const require = createRequire(path.resolve(process.env.DAK_TEST_NODE ?? import.meta.dirname, "package.json"));
const { Discovery } = require("googleapis-common");

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node google_client.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const api = async (name) => (await new Discovery().discoverAPI(`${base}/discovery/v1/apis/${name}/v1/rest`))({ retry: false });
const demo = await api("demo");

const insert = async (members = {}) =>
  (await demo.items.insert({ requestBody: { title: "Made by Node", ...members } })).data;

async function fails(promise, status) {
  const error = await promise.then(
    (answer) => assert.fail(`${status} was expected; the answer is ${answer.status}`),
    (error) => error,
  );
  assert.equal(error.response?.status, status, String(error));
  return error.response.data.error;
}

const checks = {
  "P2: list gives the demo items first, in their order, and fields trims them": async () => {
    const { data } = await demo.items.list({ fields: "kind,items(title,characteristics/length)", maxResults: 2 });
    assert.deepEqual(data, {
      kind: "demo",
      items: [
        { title: "First title", characteristics: { length: "short" } },
        { title: "Second title", characteristics: { length: "long" } },
      ],
    });
  },
  "P6: pageToken walks over every item exactly once": async () => {
    for (let number = 0; number < 5; number += 1) await insert();
    const everything = (await demo.items.list({ maxResults: 500 })).data.items.map(({ id }) => id);
    const walked = [];
    let pageToken;
    do {
      const { data } = await demo.items.list({ maxResults: 2, ...(pageToken && { pageToken }) });
      walked.push(...data.items.map(({ id }) => id));
      pageToken = data.nextPageToken;
    } while (pageToken);
    assert.deepEqual(walked, everything);
  },
  "P7 P10: insert, patch with null, get": async () => {
    const made = await insert({ comment: "old", characteristics: { length: "short", accuracy: "high" } });
    const requestBody = { comment: null, characteristics: { accuracy: null, volume: "loud" } };
    const { data } = await demo.items.patch({ id: made.id, requestBody });
    assert.equal(data.title, "Made by Node");
    assert.ok(!("comment" in data));
    assert.deepEqual(data.characteristics, { length: "short", volume: "loud" });
    assert.deepEqual((await demo.items.get({ id: made.id })).data, data);
  },
  "P13: update clears what is left out and demands what is required": async () => {
    const made = await insert({ comment: "goes away" });
    const { data } = await demo.items.update({ id: made.id, requestBody: { title: "" } });
    assert.equal(data.title, "");
    assert.ok(!("comment" in data));
    const error = await fails(demo.items.update({ id: made.id, requestBody: { comment: "no title" } }), 400);
    assert.match(error.message, /title/);
  },
  "H3: delete answers 204 and then 404": async () => {
    const made = await insert();
    assert.equal((await demo.items.delete({ id: made.id })).status, 204);
    assert.equal((await fails(demo.items.get({ id: made.id }), 404)).errors[0].reason, "notFound");
  },
  "P9: If-None-Match gives 304, a stale If-Match 412, a fresh one 200": async () => {
    const made = await insert();
    const at = (headers) => ({ id: made.id, headers });
    const unchanged = await demo.items.get(at({ "If-None-Match": `"${made.etag}"` }));
    assert.equal(unchanged.status, 304);
    const requestBody = { comment: "first" };
    const { data } = await demo.items.patch({ ...at({ "If-Match": made.etag }), requestBody });
    assert.notEqual(data.etag, made.etag);
    const error = await fails(demo.items.patch({ ...at({ "If-Match": made.etag }), requestBody }), 412);
    assert.equal(error.errors[0].reason, "conditionNotMet");
    assert.equal((await demo.items.patch({ ...at({ "If-Match": "*" }), requestBody })).status, 200);
  },
  "P5: errors name what is wrong": async () => {
    const selection = await fails(demo.items.get({ id: "324", fields: "titel" }), 400);
    assert.equal(selection.message, "Invalid field selection titel");
    assert.equal(selection.errors[0].reason, "invalidParameter");
    assert.match((await fails(demo.items.get({ id: "324", colour: "red" }), 400)).message, /colour/);
    assert.match((await fails(demo.items.insert({ requestBody: { title: "x", titel: "y" } }), 400)).message, /titel/);
  },
  "P1: a long answer comes compressed": async () => {
    const made = await insert({ comment: "again and again ".repeat(300) });
    const { data, headers } = await demo.items.get({ id: made.id });
    assert.equal(data.comment, made.comment);
    assert.equal(headers.get("content-encoding"), "gzip");
    assert.match(headers.get("vary"), /accept-encoding/i);
  },
  "P4: an API with a data wrapper": async () => {
    const wrapped = await api("wrapped");
    const { data } = await wrapped.items.insert({ requestBody: { data: { title: "Inside" } }, fields: "title" });
    assert.deepEqual(data, { data: { title: "Inside" } });
  },
  "P15: a bearer token is taken": async () => {
    const { data } = await demo.items.get({ id: "324", fields: "id", headers: { Authorization: "Bearer your_auth_token" } });
    assert.deepEqual(data, { id: "324" });
  },
  "H5: every API of the directory can be discovered": async () => {
    const apis = await new Discovery().discoverAllAPIs(`${base}/discovery/v1/apis`);
    assert.deepEqual(Object.keys(apis).filter((name) => ["demo", "wrapped"].includes(name)).sort(), ["demo", "wrapped"]);
  },
};

await run(checks);
