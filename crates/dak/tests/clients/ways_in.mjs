// The way in that README.md has for Node programs made for Gmail: its block is run as it stands there.
//
//     DAK_TEST_NODE=FOLDER node ways_in.mjs http://127.0.0.1:7070
//
// FOLDER is where `npm ci` put the packages of package.json.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { run } from "./checks.mjs";

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node ways_in.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const readme = fs.readFileSync(path.join(import.meta.dirname, "../../../../README.md"), "utf8");
const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dak-ways-in-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
fs.symlinkSync(path.join(path.resolve(process.env.DAK_TEST_NODE), "node_modules"), path.join(folder, "node_modules"));

/** What a program prints, a line each. */
function printed(program) {
  const file = path.join(folder, "program.mjs");
  fs.writeFileSync(file, program);
  return execFileSync("node", [file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim().split("\n");
}

const MEDIA = `
import { Readable } from "node:stream";
const letter = "From: karim@example.com\\r\\nTo: rina@example.com\\r\\nSubject: From Node\\r\\n\\r\\nHello\\r\\n";
const users = gmail({ version: "v1", auth: rina }).users;
const media = () => ({ mimeType: "message/rfc822", body: Readable.from(Buffer.from(letter)) });
const made = await users.messages.insert({ userId: "me", requestBody: { labelIds: ["INBOX"] }, media: media() }, dak);
const read = await users.messages.get({ userId: "me", id: made.data.id, format: "raw" }, dak);
console.log(Buffer.from(read.data.raw, "base64url").equals(Buffer.from(letter)));
`;

const checks = {
  "G70: Node by rootUrl with each call: calls and media": () => {
    const [block] = blocks.filter((block) => block.includes("rootUrl"));
    assert.ok(block.includes("http://127.0.0.1:7070/"));
    assert.deepEqual(printed(block.replaceAll("http://127.0.0.1:7070", base) + MEDIA), ["rina@example.com", "true"]);
  },
  "G70: Node by rootUrl alone would leave media with Google": () => {
    const [line] = printed(`
      import { gmail } from "@googleapis/gmail";
      const asked = [];
      const fetchImplementation = async (url) => { asked.push(String(url).split("?")[0]); return new Response("{}"); };
      const { users } = gmail({ version: "v1", rootUrl: "${base}/", retry: false });
      await users.messages.send({ userId: "me", media: { mimeType: "message/rfc822", body: "x" } }, { fetchImplementation });
      console.log(asked.join());
    `);
    assert.equal(line, "https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send");
  },
};

await run(checks);
