/**
 * A site on loopback that its visitors upload videos to, and prints its address. `node server.mjs --local [OUT]`: to the
 * pipeline of `npm run local -- --keep`; without, to the bucket `BUCKET` in `AWS_REGION`, by credentials that the SDK finds.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PutBucketCorsCommand, S3Client } from "@aws-sdk/client-s3";
import { RefusedError, Uploads } from "./uploads.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    local: { type: "boolean", default: false },
    port: { type: "string", default: "8080" },
  },
});
const { BUCKET, MAX_MB = "500", OUTPUT_BUCKET, OUTPUT_PREFIX, THUMBNAIL_FORMAT } = process.env;

const pages = new Map([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/page.mjs", ["page.mjs", "text/javascript"]],
  ["/style.css", ["style.css", "text/css"]],
]);

const { s3, ...stack } = values.local ? await localStack() : deployedStack();
if (!stack.bucket) {
  console.error("BUCKET is to be the name of the stack's bucket; or use --local, for the local run's.");
  process.exit(1);
}
const uploads = new Uploads(s3, { ...stack, maxBytes: Number(MAX_MB) * 1e6 });

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!(error instanceof RefusedError)) console.error(error);
    const [status, text] = error instanceof RefusedError ? [400, error.message] : [500, "Please try again."];
    sendJson(response, status, { error: text });
  });
});
server.on("error", ({ message }) => {
  console.error(`The page is not served: ${message}. Another port is chosen with --port.`);
  process.exitCode = 1;
});
server.listen(Number(values.port), "127.0.0.1", async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  if (values.local) await allowUploadsFrom(origin);
  console.log(`${origin}/`);
});

/** Your site knows here who its visitor is, and how much they may upload. */
async function answer(request, response) {
  const [pathname] = request.url.split("?");
  const [, id] = /^\/uploads\/([^/]+)$/.exec(pathname) ?? [];
  if (request.method === "POST" && pathname === "/uploads") {
    sendJson(response, 200, await uploads.begin(await jsonOf(request)));
  } else if (request.method === "GET" && id !== undefined) {
    sendJson(response, 200, { thumbnail: (await uploads.thumbnailOf(id)) ?? null });
  } else if (request.method === "GET" && pages.has(pathname)) {
    const [file, type] = pages.get(pathname);
    response.writeHead(200, { "content-type": type }).end(await readFile(path.join(here, "page", file)));
  } else {
    sendJson(response, 404, { error: "There is no such page." });
  }
}

/** No other site's page can send this type without being asked first whether it may, which is not answered. */
async function jsonOf(request) {
  if (request.headers["content-type"] !== "application/json") throw new RefusedError("This takes JSON.");
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 1000) throw new RefusedError("This is too long.");
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new RefusedError("This is no JSON.");
  }
}

function sendJson(response, status, value) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function deployedStack() {
  return {
    s3: new S3Client({}),
    bucket: BUCKET,
    outputBucket: OUTPUT_BUCKET,
    outputPrefix: OUTPUT_PREFIX,
    thumbnailFormat: THUMBNAIL_FORMAT,
  };
}

/** A local run that is kept up, as the stack's outputs describe it. */
async function localStack() {
  const out = positionals[0] ?? path.join(here, "..", "..", "out");
  const file = path.join(out, "local-stack.json");
  const text = await readFile(file, "utf8").catch(() => {
    console.error(`There is no ${file}: start the pipeline with npm run local -- --keep.`);
    process.exit(1);
  });
  const { outputs, endpoints, credentials } = JSON.parse(text);
  return {
    s3: new S3Client({ endpoint: endpoints.s3, region: outputs.region, credentials }),
    bucket: outputs.bucketName,
    outputBucket: outputs.outputBucketName,
    outputPrefix: outputs.thumbnailKeyPrefix,
    thumbnailFormat: outputs.thumbnailFormat,
  };
}

/** As the README has an operator put cors.json on a stack's bucket. */
async function allowUploadsFrom(origin) {
  const { CORSRules } = JSON.parse(await readFile(path.join(here, "cors.json"), "utf8"));
  const rules = CORSRules.map((rule) => ({ ...rule, AllowedOrigins: [origin] }));
  const CORSConfiguration = { CORSRules: rules };
  await s3.send(new PutBucketCorsCommand({ Bucket: stack.bucket, CORSConfiguration }));
}
