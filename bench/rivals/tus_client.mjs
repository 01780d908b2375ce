// Sends a file with tus-js-client, in one request; prints the seconds that took.

import { createReadStream, statSync } from "node:fs";
import { Upload } from "tus-js-client";

const [endpoint, path] = process.argv.slice(2);
const started = performance.now();
const upload = new Upload(createReadStream(path, { highWaterMark: 1 << 20 }), {
  endpoint,
  uploadSize: statSync(path).size,
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log((performance.now() - started) / 1000),
});
upload.start();
