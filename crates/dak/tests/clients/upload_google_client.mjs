// Uploads with Google's own client for Node, built from Dak's Discovery document.
//
//     DAK_TEST_NODE=FOLDER node upload_google_client.mjs http://127.0.0.1:7070
//
// FOLDER is where `npm ci` put the packages of package.json. The client knows no sessions: what it sends is
// `media` and `multipart`. upload_worker.py says what goes in and out.

import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(path.resolve(process.env.DAK_TEST_NODE ?? import.meta.dirname, "package.json"));
const { Discovery } = require("googleapis-common");

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node upload_google_client.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const { items } = (await new Discovery().discoverAPI(`${base}/discovery/v1/apis/demo/v1/rest`))({});
const mimeType = "application/octet-stream";
const requestBody = { title: "Gesendet mit Umläuten, ডাকে" };
const stream = (file) => ({ mimeType, body: createReadStream(file) });
const text = (file) => ({ mimeType: "text/plain; charset=utf-8", body: readFileSync(file, "utf8") });

const titled = ({ data }) => assert.equal(data.title, requestBody.title);

const uploads = {
  media: (file) => items.insert({ media: stream(file) }),
  multipart: (file) => items.insert({ requestBody, media: stream(file) }).then(titled),
  "multipart, text": (file) => items.insert({ requestBody, media: text(file) }).then(titled),
  "media, PUT of text": (file) => items.update({ id: "325", media: text(file) }),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, file] = line.split("\t");
  const outcome = await uploads[name](file).then(
    () => ({ outcome: "arrives" }),
    (error) => ({ outcome: "gives up", why: String(error), session: null }),
  );
  console.log(JSON.stringify(outcome));
}
