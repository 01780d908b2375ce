// One HTTP request, on a connection of its own, with nothing added that was not asked for.

import http from "node:http";
import { gunzipSync } from "node:zlib";

const ANSWER_MS_MAX = 10_000;

// Sends a request; gives `{ status, headers, text, json }`, where `json` is undefined for anything else.
export function send(base, method, path, { headers = {}, body } = {}) {
  const bytes = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type = bytes === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(bytes) };
  const options = { method, headers: { ...type, ...headers }, agent: false, timeout: ANSWER_MS_MAX };
  return new Promise((resolve, reject) => {
    const request = http.request(base + path, options, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece)).on("error", reject);
      answer.on("end", () => resolve(told(answer, Buffer.concat(pieces))));
    });
    request.on("error", reject).on("timeout", () => request.destroy(new Error(`${method} ${path} was not answered`)));
    request.end(bytes);
  });
}

function told({ statusCode, headers }, bytes) {
  const text = (headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
  try {
    return { status: statusCode, headers, text, json: JSON.parse(text) };
  } catch {
    return { status: statusCode, headers, text };
  }
}
