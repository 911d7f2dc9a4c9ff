import type { S3Client } from "@aws-sdk/client-s3";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { ExtrasSettings } from "../../../contract/extras";
import type { Manifest, ManifestInMaking } from "../../../contract/manifest";
import { s3Client } from "../../../worker/awsClients";
import { Allowance } from "../../../worker/child/allowance";
import type { OutputFile } from "../../../worker/outputFile";
import type { ExtraMaker } from "../../../worker/making/extraMaker";
import type { OrderReport, ThumbnailOrder } from "../../../worker/making/order";
import type { CachedVideo } from "../../../worker/source/cachedVideo";
import type { LoopbackServer } from "../../../worker/source/loopbackServer";
import { S3Source } from "../../../worker/source/s3Source";
import type { Picture } from "../../../worker/takePicture";
import { makeThumbnail } from "../../../worker/thumbnail";
import { upright } from "../../../worker/video/orientation";
import type { S3Front } from "../../../local/services/s3/s3";
import { Bucket, TestS3 } from "../../local/testS3";

export const never = new AbortController().signal;
export const none: ExtrasSettings = { storyboard: undefined, preview: undefined, renditions: [] };
export const storyboard = { ...none, storyboard: { tileWidthPixels: 160, format: "jpg" as const } };

/** A maker of files with these contents, by their names. */
export function makerOf(
  contents: Record<string, string>,
  name: ExtraMaker["name"] = "storyboard",
): ExtraMaker {
  return { name, make: () => Promise.resolve(filesOf(contents)) };
}

export function filesOf(contents: Record<string, string>): OutputFile[] {
  return Object.entries(contents).map(([fileName, content]) => ({
    name: fileName,
    kind: "storyboard-vtt",
    content: Buffer.from(content),
    contentType: "text/vtt",
  }));
}

/** The local S3, and a worker's orders for it; ffmpeg's place is taken by a picture of the video's own bytes, unless it is to run. */
export class MakingStage {
  readonly s3 = new TestS3();
  /** Methods and keys of what was asked, queries behind a question mark. */
  readonly asked: string[] = [];
  readonly told: OrderReport[] = [];
  /** Called before a request is answered. */
  before: (asked: string) => Promise<unknown> = () => Promise.resolve();
  private readonly environmentBefore = { ...process.env };
  workersS3!: S3Client;

  async start(front: S3Front = (_request, next) => next()): Promise<void> {
    await this.s3.start(async (request, next) => {
      const { method, path, query } = request;
      const key = decodeURIComponent(path).slice(Bucket.length + 2);
      const asked = `${method} ${query.has("list-type") ? `?${query.get("prefix") ?? ""}` : key}`;
      this.asked.push(asked);
      await this.before(asked);
      await front(request, next);
    });
    const { accessKeyId, secretAccessKey } = this.s3.door.credentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: this.s3.endpoint.origin,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    this.workersS3 = s3Client(5);
  }

  stop(): void {
    this.workersS3.destroy();
    this.s3.stop();
    process.env = this.environmentBefore;
  }

  reset(): void {
    this.asked.length = 0;
    this.told.length = 0;
    this.before = () => Promise.resolve();
  }

  order(
    key: string,
    makers: readonly ExtraMaker[] | undefined,
    { settings = storyboard, ...more }: Partial<ThumbnailOrder> & { settings?: ExtrasSettings } = {},
  ): ThumbnailOrder {
    let claims = 0;
    return {
      source: new S3Source(this.workersS3, Bucket, key, { tellsTag: true }),
      videoKey: key,
      chooseTimestamp: () => ({ kind: "seconds", seconds: 0 }),
      outputBucket: Bucket,
      outputKey: `thumb/${key}.png`,
      extras: makers && {
        folder: `extras/${key}/`,
        settings,
        makers,
        newMaker: () => `${key} ${++claims}`,
        now: () => new Date(),
      },
      tell: (report) => this.told.push(report),
      ...more,
    };
  }

  async make(
    order: ThumbnailOrder,
    { signal = never, isPublic = false, loopback = withoutFfmpeg, allowance = () => new Allowance() } = {},
  ): Promise<void> {
    const thumbnail = { format: "png" as const, widthPixels: 0, isPublic };
    await makeThumbnail({ s3: this.workersS3, loopback, thumbnail, allowance }, order, signal);
  }

  async put(Key: string, Body: string | Buffer = Key): Promise<void> {
    await this.s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  async text(Key: string): Promise<string> {
    const { Body } = await this.s3.client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  }

  async manifest(key: string): Promise<Manifest | ManifestInMaking> {
    return JSON.parse(await this.text(`extras/${key}/manifest.json`)) as Manifest | ManifestInMaking;
  }

  head(Key: string) {
    return this.s3.client.send(new HeadObjectCommand({ Bucket, Key }));
  }

  async keys(Prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return Contents.map(({ Key = "" }) => Key);
  }
}

const withoutFfmpeg = {
  serving: async (video: CachedVideo): Promise<Picture> => {
    const bytes = Buffer.concat(await video.read({ start: 0, end: 100 }, never));
    const track = { zeroSeconds: 0, width: 16, height: 9, codec: "h264", orientation: upright };
    return {
      image: Buffer.from(`picture of ${bytes.toString()}`),
      ...{ width: 16, height: 9, thumbHash: "hash", dominantColor: "#102030" },
      ...{ timestampSeconds: 0, timestampRequestedSeconds: 0, hasDecodeErrors: false, renditions: [] },
      probed: { video: { throwIfFaulty: () => undefined }, track } as unknown as Picture["probed"],
    };
  },
} as unknown as LoopbackServer;
