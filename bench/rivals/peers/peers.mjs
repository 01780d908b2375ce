// What Dak and its peers do with the same requests, as a table in Markdown (docs/peers.md).
//
//     npm ci && node peers.mjs ../../../target/release/dak

import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { cell, probes } from "./probes.mjs";
import { servers } from "./servers.mjs";
import { send } from "./wire.mjs";

const START_MS_MAX = 30_000;
const LOOK_MS = 50;

// A port that was free a moment ago.
function freePort() {
  const listener = net.createServer();
  return new Promise((resolve, reject) => {
    listener.on("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(String(port)));
    });
  });
}

// A server's process, which answers by the time this is done.
async function start(server, folder, port) {
  const [program, ...words] = server.command(folder, port);
  const child = spawn(program, words, { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for (const began = Date.now(); Date.now() - began < START_MS_MAX; await wait(LOOK_MS)) {
    const answer = await send(`http://127.0.0.1:${port}`, "GET", "/").catch(() => undefined);
    if (answer) return { kill: () => (child.kill("SIGKILL"), ended) };
  }
  child.kill("SIGKILL");
  throw new Error(`${server.name} does not answer`);
}

// Every cell of a server's column.
async function column(server) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "peers-"));
  const port = await freePort();
  let process = await start(server, folder, port);
  const base = `http://127.0.0.1:${port}`;
  const ask = (method, target, { headers, ...rest } = {}) =>
    send(base, method, target, { headers: { ...server.headers, ...headers }, ...rest });
  const killAndRestart = async () => {
    await process.kill();
    process = await start(server, folder, port);
  };
  const cells = [];
  for (const probe of Object.values(probes)) cells.push(await cell(probe, { ...server, base, send: ask, killAndRestart }));
  await process.kill();
  fs.rmSync(folder, { recursive: true });
  return cells;
}

const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
const compared = servers(path.resolve(process.argv[2] ?? "dak"));
const columns = [];
for (const server of compared) columns.push(await column(server));
row(["", ...compared.map(({ name }) => name)]);
row(compared.concat([{}]).map(() => "---"));
row(["made from", ...compared.map(({ made }) => made)]);
Object.keys(probes).forEach((name, number) => row([name, ...columns.map((cells) => cells[number])]));
