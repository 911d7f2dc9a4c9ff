import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredObject {
  lastModified: Date;
  size?: number;
  storageClass?: string;
  /** A copy of an archived object can be read until then. */
  restoredUntil?: Date;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  /** What a GET gives. */
  body?: string | Buffer;
}

/**
 * Answers ListObjectsV2, HeadObject, GetObject and GetObjectTagging as S3 does: keys in the order of their bytes, page by page, encoded when asked
 * to. The emulators list in other orders, and their objects are always of this very moment.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export class BucketOnTheWire {
  readonly objects = new Map<string, StoredObject>();
  /** What another bucket has, which is named `pictures`. */
  readonly pictures = new Map<string, StoredObject>();
  pageSize = 1000;
  lists = 0;
  /** The prefixes that were listed. */
  readonly listed: string[] = [];
  gets = 0;
  heads = 0;
  /** Whether S3 denies everything. */
  isDenied = false;

  private constructor(
    readonly endpoint: string,
    readonly stop: () => void,
  ) {}

  static async start(): Promise<BucketOnTheWire> {
    const server = createServer((request, response) => {
      bucket.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const bucket: BucketOnTheWire = new BucketOnTheWire(`http://127.0.0.1:${port}`, () => {
      server.close();
      server.closeAllConnections();
    });
    return bucket;
  }

  /** Stores a video, or with a thumbnail's key a thumbnail, of that second of a day. */
  put(key: string, second: number, more: Partial<StoredObject> = {}, objects = this.objects): void {
    objects.set(key, { lastModified: new Date(Date.UTC(2026, 0, 1, 0, 0, second)), ...more });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.isDenied) {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    const url = new URL(request.url ?? "", this.endpoint);
    const [, bucket, ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const objects = bucket === "pictures" ? this.pictures : this.objects;
    const attributes = String(request.headers["x-amz-optional-object-attributes"]);
    if (request.method === "HEAD") this.head(key, objects.get(key), response);
    else if (url.searchParams.has("tagging")) giveTags(objects.get(key), response);
    else if (key !== "") this.get(objects.get(key), request.headers.range, url.searchParams, response);
    else this.list(objects, url.searchParams, attributes, response);
  }

  private head(key: string, object: StoredObject | undefined, response: ServerResponse): void {
    this.heads += 1;
    response.writeHead(object === undefined ? 404 : 200, {
      "content-length": object?.size ?? 1,
      "last-modified": object?.lastModified.toUTCString() ?? "",
      etag: `"${key.length}"`,
      ...Object.fromEntries(
        Object.entries(object?.metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value]),
      ),
    });
    response.end();
  }

  private get(
    object: StoredObject | undefined,
    range: string | undefined,
    query: URLSearchParams,
    response: ServerResponse,
  ): void {
    this.gets += 1;
    const { body, storageClass = "STANDARD" } = object ?? {};
    const isArchived = storageClass === "GLACIER";
    const [status, code] =
      body === undefined
        ? [404, "NoSuchKey"]
        : isArchived
          ? [403, "InvalidObjectState"]
          : [416, "InvalidRange"];
    if (body === undefined || body === "" || isArchived) {
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
      return;
    }
    const last = Number(/^bytes=0-(\d+)$/.exec(range ?? "")?.[1] ?? Infinity);
    const type = query.get("response-content-type") ?? "application/octet-stream";
    response.writeHead(range === undefined ? 200 : 206, { "content-type": type });
    response.end(Buffer.from(body).subarray(0, last + 1));
  }

  private list(
    objects: ReadonlyMap<string, StoredObject>,
    query: URLSearchParams,
    attributes: string,
    response: ServerResponse,
  ): void {
    this.lists += 1;
    this.listed.push(query.get("prefix") ?? "");
    const after = Buffer.from(query.get("start-after") ?? "");
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get("prefix") ?? ""))
      .filter((key) => Buffer.compare(Buffer.from(key), after) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const isEncoded = query.get("encoding-type") === "url";
    const contents = keys.slice(0, this.pageSize).map((key) => {
      const { lastModified, size = 1, storageClass = "STANDARD", restoredUntil } = objects.get(key)!;
      const isRestoreAsked = attributes.includes("RestoreStatus") && restoredUntil !== undefined;
      return (
        `<Contents><Key>${isEncoded ? encodeURIComponent(key).replaceAll("%20", "+") : key}</Key>` +
        `<LastModified>${lastModified.toISOString()}</LastModified>` +
        `<ETag>&quot;${key.length}&quot;</ETag><Size>${size}</Size>` +
        `<StorageClass>${storageClass}</StorageClass>` +
        (isRestoreAsked
          ? `<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>` +
            `<RestoreExpiryDate>${restoredUntil.toISOString()}</RestoreExpiryDate></RestoreStatus>`
          : "") +
        `</Contents>`
      );
    });
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
        (isEncoded ? "<EncodingType>url</EncodingType>" : "") +
        `<IsTruncated>${keys.length > this.pageSize}</IsTruncated>${contents.join("")}</ListBucketResult>`,
    );
  }
}

function giveTags(object: StoredObject | undefined, response: ServerResponse): void {
  response.writeHead(object === undefined ? 404 : 200, { "content-type": "application/xml" });
  const tags = Object.entries(object?.tags ?? {}).map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  );
  response.end(
    object === undefined
      ? "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
      : `<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`,
  );
}
