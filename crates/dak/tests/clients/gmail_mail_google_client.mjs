// Google's own Node client against the mail of Gmail v1 on Dak: the 26 methods that are not labels and settings.
//
//     DAK_TEST_NODE=FOLDER node gmail_mail_google_client.mjs http://127.0.0.1:7070
//
// It is the package that programs use, as it is: where the server is is said with each call.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { Readable } from "node:stream";

import { run } from "./checks.mjs";

const require = createRequire(path.resolve(process.env.DAK_TEST_NODE ?? import.meta.dirname, "package.json"));
const { auth, gmail } = require("@googleapis/gmail");

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node gmail_mail_google_client.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const KARIM = "karim@example.com";
const FILES = ["ছুটির তালিকা.pdf", "হিসাব – নভেম্বর.bin"];
const FILE_BYTES = 7_500_000;
const called = new Set();

// The methods of a user, each named as its id is without `gmail.users.`.
function user(address) {
  const credentials = new auth.OAuth2();
  credentials.setCredentials({ access_token: address });
  const { users } = gmail({ version: "v1", auth: credentials });
  return async (name, parameters = {}) => {
    called.add(name);
    const words = name.split(".");
    const method = words.pop();
    const resource = words.reduce((node, word) => node[word], users);
    const options = { rootUrl: `${base}/`, retry: false };
    return (await resource[method]({ userId: "me", ...parameters }, options)).data;
  };
}

// The call is refused with this status; gives the message.
async function refused(status, promise) {
  const error = await promise.then((data) => assert.fail(`not refused: ${JSON.stringify(data)}`), (error) => error);
  assert.equal(error.response?.status, status, error.message);
  return error.response.data.error.message;
}

function letter({ subject = "ছুটি", text = "Plain words", to = "rina@example.com", from = KARIM, ...headers } = {}) {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const coded = `=?utf-8?B?${Buffer.from(subject).toString("base64")}?=`;
  return Buffer.from(`From: ${from}\r\nTo: ${to}\r\nSubject: ${coded}\r\n${more}\r\n${text}\r\n`);
}

const raw = (mail) => mail.toString("base64url");
const bytes = (text) => Buffer.from(text, "base64url");
const ids = (list) => (list ?? []).map(({ id }) => id);

// Bytes that no compression makes smaller, the same for the same seed.
function noise(seed) {
  const blocks = [];
  for (let number = 0; number * 64 < FILE_BYTES; number += 1) {
    blocks.push(createHash("sha512").update(`${seed} ${number}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, FILE_BYTES);
}

// A mail of 20 MB with files whose names are Bengali; the mail, and the files' bytes.
function largeLetter(to) {
  const contents = FILES.map((name, place) => noise(`${to} ${place}`));
  const parts = FILES.map((name, place) =>
    `--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n`
    + `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}\r\n\r\n`
    + `${contents[place].toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`);
  const type = 'multipart/mixed; boundary="b"';
  const text = `--b\r\n\r\nWith files\r\n${parts.join("")}--b--`;
  const mail = letter({ to, text, "MIME-Version": "1.0", "Content-Type": type });
  assert.ok(mail.length > 20_000_000);
  return { mail, contents };
}

async function readBack(call, id, contents) {
  const { payload } = await call("messages.get", { id });
  const files = payload.parts.slice(1);
  assert.deepEqual(files.map(({ filename }) => filename), FILES);
  for (const [place, { body }] of files.entries()) {
    const { data, size } = await call("messages.attachments.get", { messageId: id, id: body.attachmentId });
    assert.equal(size, contents[place].length);
    assert.ok(bytes(data).equals(contents[place]), `${FILES[place]} is another`);
  }
}

const checks = {
  "G2, G13, U5: a message in each format, and the profile": async () => {
    const call = user("node-formats@example.com");
    const before = await call("getProfile");
    const mail = letter({ text: "Words <here>", "X-One": "1" });
    const { id, labelIds } = await call("messages.insert", { requestBody: { raw: raw(mail), labelIds: ["INBOX"] } });
    assert.deepEqual(labelIds, ["INBOX"]);
    assert.ok(bytes((await call("messages.get", { id, format: "raw" })).raw).equals(mail));
    assert.equal((await call("messages.get", { id, format: "minimal" })).snippet, "Words &lt;here&gt;");
    const asked = await call("messages.get", { id, format: "metadata", metadataHeaders: ["Subject", "X-One"] });
    assert.deepEqual(asked.payload.headers, [{ name: "Subject", value: "ছুটি" }, { name: "X-One", value: "1" }]);
    assert.equal(bytes((await call("messages.get", { id })).payload.body.data).toString(), "Words <here>\r\n");
    const after = await call("getProfile");
    assert.equal(after.messagesTotal, before.messagesTotal + 1);
    assert.ok(BigInt(after.historyId) > BigInt(before.historyId));
    assert.equal(await refused(400, call("messages.get", { id: "none" })), "Invalid id value");
  },
  "G3, G6, G7, G47: lists, labels, trash, the end": async () => {
    const call = user("node-changes@example.com");
    const made = [];
    for (const number of [0, 1, 2]) {
      made.push((await call("messages.insert", { requestBody: { raw: raw(letter({ subject: `Number ${number}` })) } })).id);
    }
    const first = await call("messages.list", { maxResults: 2 });
    const second = await call("messages.list", { maxResults: 2, pageToken: first.nextPageToken });
    assert.deepEqual(ids([...first.messages, ...second.messages]), made.toReversed());
    const [id] = made;
    const change = { addLabelIds: ["STARRED", "INBOX"] };
    assert.deepEqual((await call("messages.modify", { id, requestBody: change })).labelIds, ["STARRED", "INBOX"]);
    await call("messages.batchModify", { requestBody: { ids: made, addLabelIds: ["IMPORTANT"] } });
    assert.equal((await call("messages.list", { labelIds: ["IMPORTANT"] })).resultSizeEstimate, 3);
    assert.equal((await call("messages.list", { labelIds: ["IMPORTANT", "STARRED"] })).resultSizeEstimate, 1);
    assert.ok((await call("messages.trash", { id })).labelIds.includes("TRASH"));
    assert.ok((await call("messages.untrash", { id })).labelIds.includes("INBOX"));
    assert.equal(await refused(400, call("messages.modify", { id, requestBody: {} })), "No label add or removes specified");
    await call("messages.delete", { id });
    await call("messages.batchDelete", { requestBody: { ids: made } });
    assert.deepEqual(await call("messages.list"), { resultSizeEstimate: 0 });
  },
  "G40: a search of many words in many scripts": async () => {
    const call = user("node-searches@example.com");
    const insert = async (subject) => (await call("messages.insert", { requestBody: { raw: raw(letter({ subject })) } })).id;
    const wanted = await insert("সভা word7");
    await insert("Другое");
    const q = `{${Array.from({ length: 200 }, (_, number) => `subject:missing${number}`).join(" ")} subject:সভা}`;
    assert.deepEqual(ids((await call("messages.list", { q })).messages), [wanted]);
  },
  "G8, G45: threads": async () => {
    const call = user("node-threads@example.com");
    const insert = async (members, labelIds) =>
      call("messages.insert", { requestBody: { raw: raw(letter(members)), labelIds } });
    const first = await insert({ subject: "Plan", "Message-ID": "<plan@x>" }, ["INBOX"]);
    const second = await insert({ subject: "Re: Plan", "In-Reply-To": "<plan@x>", References: "<plan@x>" }, ["INBOX"]);
    const id = first.threadId;
    assert.equal(second.threadId, id);
    assert.deepEqual(ids((await call("threads.list")).threads), [id]);
    assert.deepEqual(ids((await call("threads.get", { id, format: "minimal" })).messages), [first.id, second.id]);
    const changed = await call("threads.modify", { id, requestBody: { addLabelIds: ["STARRED"] } });
    assert.deepEqual(changed.messages.map(({ labelIds }) => labelIds.includes("STARRED")), [true, true]);
    await call("threads.trash", { id });
    assert.equal((await call("threads.list")).resultSizeEstimate, 0);
    await call("threads.untrash", { id });
    assert.equal((await call("threads.list", { labelIds: ["INBOX"] })).resultSizeEstimate, 1);
    await call("threads.delete", { id });
    await refused(404, call("threads.get", { id }));
  },
  "G4: the history": async () => {
    const call = user("node-history@example.com");
    const startHistoryId = (await call("getProfile")).historyId;
    const { id } = await call("messages.import", { requestBody: { raw: raw(letter()) } });
    await call("messages.trash", { id });
    const { history } = await call("history.list", { startHistoryId });
    assert.deepEqual(history.map((record) => Object.keys(record).filter((key) => /Added|Removed|Deleted/.test(key))), [
      ["messagesAdded"], ["labelsAdded", "labelsRemoved"],
    ]);
    const added = await call("history.list", { startHistoryId, historyTypes: ["messageAdded"] });
    assert.equal(added.history.length, 1);
    await refused(404, call("history.list", { startHistoryId: "1" }));
  },
  "G9, G10: drafts, and what is sent": async () => {
    const [call, karim] = [user("node-drafts@example.com"), user("node-karim@example.com")];
    const { emailAddress: to } = await karim("getProfile");
    const message = (text) => ({ requestBody: { message: { raw: raw(letter({ text, to })) } } });
    const { id } = await call("drafts.create", message("one"));
    assert.equal((await call("drafts.update", { id, ...message("two") })).id, id);
    assert.equal((await call("drafts.get", { id })).message.snippet, "two");
    assert.deepEqual(ids((await call("drafts.list")).drafts), [id]);
    assert.deepEqual((await call("drafts.send", { requestBody: { id } })).labelIds, ["SENT"]);
    const { id: other } = await call("drafts.create", message("three"));
    await call("drafts.delete", { id: other });
    await call("messages.send", { requestBody: { raw: raw(letter({ to, text: "four" })) } });
    const { messages } = await karim("messages.list");
    const snippets = await Promise.all(ids(messages).map(async (id) => (await karim("messages.get", { id })).snippet));
    assert.deepEqual(snippets, ["four", "two"]);
  },
  "G5: 20 MB with Bengali files' names, inserted and sent as media": async () => {
    const [call, receiver] = [user("node-large@example.com"), user("node-larger@example.com")];
    const { emailAddress: to } = await receiver("getProfile");
    const { mail, contents } = largeLetter(to);
    // Media is read once: a program gives a stream of its own to each call.
    const media = () => ({ mimeType: "message/rfc822", body: Readable.from([mail]) });
    const inserted = await call("messages.insert", { requestBody: { labelIds: ["STARRED"] }, media: media() });
    assert.deepEqual(inserted.labelIds, ["STARRED"]);
    assert.ok(bytes((await call("messages.get", { id: inserted.id, format: "raw" })).raw).equals(mail));
    await readBack(call, inserted.id, contents);
    await call("messages.send", { media: media() });
    const [arrived] = (await receiver("messages.list", { q: "filename:তালিকা" })).messages;
    await readBack(receiver, arrived.id, contents);
  },
  "every method but those of labels and settings was called": async () => {
    const described = await (await fetch(`${base}/discovery/v1/apis/gmail/v1/rest`)).json();
    const inside = ({ methods = {}, resources = {} }) =>
      [...Object.values(methods).map(({ id }) => id), ...Object.values(resources).flatMap(inside)];
    const names = inside(described).map((id) => id.replace("gmail.users.", ""));
    const asked = names.filter((name) => !/^(labels\.|settings\.|watch$|stop$)/.test(name));
    assert.deepEqual(asked.filter((name) => !called.has(name)), []);
    assert.equal(asked.length, 26);
  },
};

await run(checks);
