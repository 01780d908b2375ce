// Google's own Node client against the labels and settings of Gmail v1 on Dak: all 53 methods of them.
//
//     DAK_CONTROL_TOKEN=TOKEN node gmail_settings_google_client.mjs http://127.0.0.1:7070
//
// The server needs --test-controls: a key pair goes for good only after 30 days.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { run } from "./checks.mjs";

const require = createRequire(path.resolve(process.env.DAK_TEST_NODE ?? import.meta.dirname, "package.json"));
const { Discovery } = require("googleapis-common");

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node gmail_settings_google_client.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const document = `${base}/discovery/v1/apis/gmail/v1/rest`;
const user = "node@example.com";
const headers = { Authorization: `Bearer ${user}` };
const gmail = (await new Discovery().discoverAPI(document))({ retry: false, headers });
const chain = readFileSync(path.join(import.meta.dirname, "../../../dak-mail/src/certificates/chain.p7b"), "utf8");
const days31Ms = 31 * 24 * 60 * 60 * 1000;
const called = new Set();

// Calls a method of the user, named as its id is without `gmail.users.`, and gives what it answers.
async function call(name, parameters = {}) {
  called.add(name);
  const words = name.split(".");
  const method = words.pop();
  const resource = words.reduce((node, word) => node[word], gmail.users);
  return (await resource[method]({ userId: "me", ...parameters })).data;
}

// The call is refused with this status; gives the message.
async function refused(status, name, parameters) {
  const error = await call(name, parameters).then(() => assert.fail(`${name} is not refused`), (error) => error);
  assert.equal(error.response?.status, status, error.message);
  return error.response.data.error.message;
}

async function desk(name, body) {
  const headers = { Authorization: `Bearer ${process.env.DAK_CONTROL_TOKEN}`, "Content-Type": "application/json" };
  const answer = await fetch(`${base}/_dak/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
}

const checks = {
  "labels: names, conflicts, colours (G48)": async () => {
    const { id } = await call("labels.create", { requestBody: { name: "Node" } });
    assert.equal(await refused(409, "labels.create", { requestBody: { name: "NODE" } }), "Label name exists or conflicts");
    const color = { textColor: "#000000", backgroundColor: "#ffffff" };
    assert.deepEqual((await call("labels.patch", { id, requestBody: { color } })).color, color);
    assert.equal((await call("labels.update", { id, requestBody: { name: "Renamed" } })).color, undefined);
    assert.equal((await call("labels.get", { id })).threadsUnread, 0);
    assert.equal((await call("labels.list")).labels.find((label) => label.id === id).name, "Renamed");
    assert.equal(await call("labels.delete", { id }), "");
    assert.equal(await refused(404, "labels.get", { id }), "Requested entity was not found.");
  },
  "settings of which there is one each (G30, G31)": async () => {
    for (const [name, requestBody] of Object.entries({
      Imap: { enabled: true, autoExpunge: false, expungeBehavior: "deleteForever", maxFolderSize: 5000 },
      Language: { displayLanguage: "en-GB" },
      Pop: { accessWindow: "allMail", disposition: "markRead" },
      Vacation: { enableAutoReply: true, restrictToContacts: true, restrictToDomain: false, responseSubject: "Away" },
      AutoForwarding: { enabled: false },
    })) {
      assert.deepEqual(await call(`settings.update${name}`, { requestBody }), requestBody);
      assert.deepEqual(await call(`settings.get${name}`), requestBody);
    }
  },
  "forwarding addresses and delegates (G34, G39)": async () => {
    const forwardingEmail = "jo@example.org";
    const pending = await call("settings.forwardingAddresses.create", { requestBody: { forwardingEmail } });
    assert.equal(pending.verificationStatus, "pending");
    await desk("addresses", { user, address: forwardingEmail });
    const accepted = await call("settings.forwardingAddresses.get", { forwardingEmail });
    assert.equal(accepted.verificationStatus, "accepted");
    assert.deepEqual((await call("settings.forwardingAddresses.list")).forwardingAddresses, [accepted]);
    assert.equal(await call("settings.forwardingAddresses.delete", { forwardingEmail }), "");
    const delegateEmail = "rina@example.com";
    const delegate = await call("settings.delegates.create", { requestBody: { delegateEmail } });
    assert.deepEqual(await call("settings.delegates.get", { delegateEmail }), delegate);
    assert.deepEqual((await call("settings.delegates.list")).delegates, [delegate]);
    assert.equal(await call("settings.delegates.delete", { delegateEmail }), "");
  },
  "filters (G33)": async () => {
    const requestBody = { criteria: { query: "list:news" }, action: { removeLabelIds: ["INBOX"] } };
    const made = await call("settings.filters.create", { requestBody });
    assert.equal(await refused(400, "settings.filters.create", { requestBody }), "Filter already exists");
    assert.deepEqual(await call("settings.filters.get", { id: made.id }), { id: made.id, ...requestBody });
    assert.deepEqual((await call("settings.filters.list")).filter, [made]);
    assert.equal(await call("settings.filters.delete", { id: made.id }), "");
  },
  "addresses to send from, and their certificates (G35, G37)": async () => {
    const sendAsEmail = "jo@example.org";
    const noun = "settings.sendAs";
    assert.equal((await call(`${noun}.create`, { requestBody: { sendAsEmail } })).verificationStatus, "pending");
    assert.equal(await call(`${noun}.verify`, { sendAsEmail }), "");
    await desk("addresses", { user, address: sendAsEmail });
    assert.equal((await call(`${noun}.patch`, { sendAsEmail, requestBody: { isDefault: true } })).isDefault, true);
    assert.equal((await call(`${noun}.update`, { sendAsEmail, requestBody: { displayName: "Jo" } })).displayName, "Jo");
    assert.deepEqual((await call(`${noun}.list`)).sendAs.map((address) => address.isDefault), [false, true]);
    const { id } = await call(`${noun}.smimeInfo.insert`, { sendAsEmail, requestBody: { pkcs12: "MAMCAQM=" } });
    assert.equal(await call(`${noun}.smimeInfo.setDefault`, { sendAsEmail, id }), "");
    const certificate = await call(`${noun}.smimeInfo.get`, { sendAsEmail, id });
    assert.deepEqual((await call(`${noun}.smimeInfo.list`, { sendAsEmail })).smimeInfo, [certificate]);
    assert.equal(await call(`${noun}.smimeInfo.delete`, { sendAsEmail, id }), "");
    assert.equal(await call(`${noun}.delete`, { sendAsEmail }), "");
    assert.equal((await call(`${noun}.get`, { sendAsEmail: user })).isDefault, true);
  },
  "key pairs and identities of mail that clients encrypt (G38)": async () => {
    const noun = "settings.cse";
    const privateKeyMetadata = [{ hardwareKeyMetadata: { description: "a card" } }];
    const pair = await call(`${noun}.keypairs.create`, { requestBody: { pkcs7: chain, privateKeyMetadata } });
    const { keyPairId } = pair;
    assert.deepEqual((await call(`${noun}.keypairs.list`)).cseKeyPairs, [pair]);
    const requestBody = { emailAddress: user, primaryKeyPairId: keyPairId };
    assert.deepEqual(await call(`${noun}.identities.create`, { requestBody }), requestBody);
    assert.deepEqual(await call(`${noun}.identities.patch`, { emailAddress: user, requestBody }), requestBody);
    assert.deepEqual(await call(`${noun}.identities.get`, { cseEmailAddress: user }), requestBody);
    assert.deepEqual((await call(`${noun}.identities.list`)).cseIdentities, [requestBody]);
    assert.equal(await call(`${noun}.identities.delete`, { cseEmailAddress: user }), "");
    for (const [verb, state] of [["disable", "disabled"], ["enable", "enabled"], ["disable", "disabled"]]) {
      const turned = await call(`${noun}.keypairs.${verb}`, { keyPairId, requestBody: {} });
      assert.equal(turned.enablementState, state);
      assert.deepEqual(await call(`${noun}.keypairs.get`, { keyPairId }), turned);
    }
    await refused(400, `${noun}.keypairs.obliterate`, { keyPairId, requestBody: {} });
    await desk("clock", { advanceMs: days31Ms });
    assert.equal(await call(`${noun}.keypairs.obliterate`, { keyPairId, requestBody: {} }), "");
  },
  "watch and stop (G50)": async () => {
    const watched = await call("watch", { requestBody: { topicName: "projects/p/topics/t" } });
    assert.match(watched.historyId, /^\d+$/);
    assert.equal(await call("stop"), "");
  },
  "every method of labels and settings was called": async () => {
    const described = await (await fetch(document)).json();
    const inside = ({ methods = {}, resources = {} }) =>
      [...Object.values(methods).map(({ id }) => id), ...Object.values(resources).flatMap(inside)];
    const names = inside(described).map((id) => id.replace("gmail.users.", ""));
    const asked = names.filter((name) => /^(labels\.|settings\.|watch$|stop$)/.test(name));
    assert.deepEqual(asked.filter((name) => !called.has(name)), []);
    assert.equal(asked.length, 53);
  },
};

await run(checks);
