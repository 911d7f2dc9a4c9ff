import { needsOf } from "../access";
import { storeContent } from "../content";
import { encryptionAskedFor, encryptionHeaders, eTagOf, requireKey } from "../encryption";
import { readForm } from "../pages/form";
import { accessKeyOfForm, allowedBy, requireSigned, type Allowed } from "../pages/postPolicy";
import { maxKeyBytes } from "../request";
import { S3Error } from "../s3Error";
import type { Answer, Call } from "./call";
import { keptHeaders, putUnlessRefused } from "./putObject";

/** Fields of S3's that the local S3 does not have. */
const unknown = ["acl", "tagging", "redirect", "success_action_redirect"];

/**
 * An upload by a browser's form, which its policy allows and which is signed in its own fields.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(call: Call): Promise<Answer> {
  const { request, bucket } = call;
  const { fields, file } = await readForm(request);
  try {
    const accessKeyId = accessKeyOfForm(fields);
    const secret = call.secretOf(accessKeyId);
    if (secret === undefined) throw new S3Error("InvalidAccessKeyId");
    requireSigned(fields, secret);
    const allowed = allowedBy(fields, bucket.name, Date.now());
    const missing = unknown.find((name) => fields.has(name));
    if (missing !== undefined)
      throw new S3Error("NotImplemented", {}, `The local S3 does not have the form's field ${missing}.`);
    const key = fields.get("key") ?? "";
    if (key === "") throw new S3Error("InvalidArgument", {}, "Bucket POST must contain a field named 'key'.");
    if (key.includes("${filename}"))
      throw new S3Error("NotImplemented", {}, "The local S3 puts no file's name into a form's key.");
    if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error("KeyTooLongError");

    request.accessKeyId = accessKeyId;
    const put = { ...request, headers: Object.fromEntries(fields), query: new URLSearchParams() };
    await call.requireAccess(() => needsOf("PUT", put, bucket.name, key));
    const encryption = encryptionAskedFor(put.headers, bucket.encryption);
    await requireKey(call, encryption, [bucket.name, key], ["GenerateDataKey"]);
    const { md5, ...content } = await storeContent(within(file, allowed), bucket.directory);
    const eTag = eTagOf(encryption, md5);
    const object = { ...content, eTag, encryption, headers: keptHeaders(put.headers), tags: [] };
    const version = putUnlessRefused({ ...call, request: put, key }, object, "ObjectCreated:Post");
    const headers = {
      etag: `"${eTag}"`,
      ...encryptionHeaders(encryption),
      ...bucket.versionHeaders(version),
    };
    const status = Number(fields.get("success_action_status"));
    if (status !== 201) return { status: status === 200 ? 200 : 204, headers };
    return { status, headers, xml: { PostResponse: { Bucket: bucket.name, Key: key, ETag: `"${eTag}"` } } };
  } catch (error) {
    // A browser hears no answer as long as it has something to send.
    const rest = file[Symbol.asyncIterator]();
    while ((await rest.next()).done !== true) continue;
    throw error;
  }
}

async function* within(
  content: AsyncIterable<Buffer>,
  { minBytes, maxBytes }: Allowed,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes <= maxBytes) yield chunk;
  }
  if (bytes > maxBytes) throw new S3Error("EntityTooLarge");
  if (bytes < minBytes) throw new S3Error("EntityTooSmall");
}
