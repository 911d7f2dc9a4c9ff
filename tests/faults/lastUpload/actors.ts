import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { S3Event } from "aws-lambda";
import { onVideoRemoved, settledFirst } from "../../../handlers/onVideoRemoved";
import { UnusableVideoError } from "../../../worker/errors";
import { jobTimestamp } from "../../../worker/jobs/jobTimestamp";
import type { Frame } from "../../../worker/picture/frame";
import type { Placeholder } from "../../../worker/placeholder/placeholder";
import type { CachedVideo } from "../../../worker/source/cachedVideo";
import { Allowance } from "../../../worker/child/allowance";
import type { LoopbackServer } from "../../../worker/source/loopbackServer";
import type { RangedSource, VideoVersion } from "../../../worker/source/rangedSource";
import { S3Source } from "../../../worker/source/s3Source";
import { makeThumbnail } from "../../../worker/thumbnail";
import { createdEvent, createdRecord, logOf } from "../../handlers/lambda";
import type { Picture } from "../../../worker/takePicture";
import { upright } from "../../../worker/video/orientation";
import type { Fault } from "./outputs";
import { extrasOrder, faulty, isBroken } from "./outputs";
import type { Answer, Command, Request } from "./requests";
import { pictureOf, requestOf, sdkAnswer, thumbnailKey, videoBucket, videoKey } from "./requests";

/** Who works on the video: a worker with an upload's job or that of a change of tags, and the Lambdas with S3's events. */
export type Actor = "job" | "tag job" | "removed event" | "created event";

/** What an actor does next: it asks for something, or it ends, or it fails and is to be called again. */
export type Next = Request | "done" | "failed";

/** One that works, and what it knows. */
export interface Working {
  readonly actor: Actor;
  readonly answers: readonly Answer[];
  /** The answers, in short. */
  readonly history: string;
  /** By which its claims are told from those of others; 0 until it claims. */
  readonly serial: number;
}

type Send = (command: Command) => Promise<object>;

/** What the actors are like. */
export interface Ways {
  readonly removeThumbnails: boolean;
  /** Workers that do not look at the tag again once the picture is stored: what the model must find out. */
  readonly looksOnceAtTag?: boolean;
  /** Where outputs are, if not beside the video; they then do not tell its ETag. */
  readonly outputBucket?: string;
  /** Lambdas that take the bucket of an event for the only one: what the model must find out. */
  readonly knowsOneBucket?: boolean;
  /** Workers make extras, too. */
  readonly extras?: boolean;
  /** And go wrong so: what the model must find out as well. */
  readonly fault?: Fault;
}

/** A worker does its job, with a picture in ffmpeg's place that shows which version it is of, and at which time. */
async function work(
  send: Send,
  unlessMade: boolean,
  serial: number,
  { removeThumbnails, looksOnceAtTag = false, extras = false, fault, outputBucket = videoBucket }: Ways,
): Promise<void> {
  const s3 = { send: faulty(send, fault) } as unknown as S3Client;
  let seconds = 0;
  let picture = "";
  const serving = async (video: CachedVideo): Promise<Picture> => {
    const bytes = await video.read({ start: 0, end: 100 }, new AbortController().signal);
    const content = Buffer.concat(bytes).toString();
    if (isBroken(content)) throw new UnusableVideoError("no frame of the h264 video decodes");
    const frame = frameAt(content, seconds);
    picture = frame.image.toString();
    return { ...frame, probed: probed() };
  };
  const source = new S3Source(s3, videoBucket, videoKey, { tellsTag: true });
  const isOther = outputBucket !== videoBucket;
  const order = {
    source: looksOnceAtTag ? lookingOnce(source) : source,
    videoKey,
    chooseTimestamp: (video: VideoVersion) => {
      const timestamp = jobTimestamp(videoKey, video, { kind: "seconds", seconds: 2 });
      seconds = timestamp.kind === "seconds" ? timestamp.seconds : NaN;
      return timestamp;
    },
    outputBucket,
    videoBucket: isOther ? videoBucket : undefined,
    outputKey: thumbnailKey,
    removeWithVideo: removeThumbnails,
    unlessMade,
    extras: extras ? extrasOrder(serial, () => picture) : undefined,
  };
  const workshop = {
    s3,
    loopback: { serving } as unknown as LoopbackServer,
    thumbnail: { format: "png" as const, widthPixels: 0, isPublic: isOther },
    allowance: () => new Allowance(),
  };
  try {
    await makeThumbnail(workshop, order, new AbortController().signal);
  } catch (error) {
    // What can never succeed goes to failed-jobs, and its message is deleted.
    if (!(error instanceof UnusableVideoError)) throw error;
  }
}

/** What ffprobe would have told, and a video that could be read. */
function probed(): Picture["probed"] {
  const video = { throwIfFaulty: () => undefined };
  const track = { zeroSeconds: 0, width: 1, height: 1, codec: "h264", orientation: upright };
  return { video, track } as unknown as Picture["probed"];
}

/** A source that tells of the tag what it was at the first look of a round, which reads more than a byte. */
function lookingOnce(source: RangedSource): RangedSource {
  let first: string | undefined;
  return {
    async read(range, eTag, signal) {
      const answer = await source.read(range, eTag, signal);
      if (range.end > 1) first = answer.timestampTag;
      return { ...answer, timestampTag: first };
    },
  };
}

export function frameAt(content: string, seconds: number): Frame & Placeholder {
  const image = Buffer.from(pictureOf(content, seconds));
  return {
    image,
    width: 1,
    height: 1,
    timestampSeconds: seconds,
    timestampRequestedSeconds: seconds,
    hasDecodeErrors: false,
    renditions: [],
    thumbHash: "",
    dominantColor: "#000000",
  };
}

const environment = {
  THUMBNAIL_FORMAT: "png",
  OUTPUT_PREFIX: "thumb/",
  EXTRAS_PREFIX: "extras/",
  VIDEO_SUFFIXES: ".mp4",
  JOB_QUEUE_URL: "https://sqs.example/jobs",
};
const furnishedEnvironment = { ...environment, MAKES_EXTRAS: "true" };

function run(actor: Actor, send: Send, serial: number, ways: Ways): Promise<void> {
  if (isWorker(actor)) return work(send, actor === "tag job", serial, ways);
  const { outputBucket = videoBucket, knowsOneBucket = false } = ways;
  const buckets = knowsOneBucket ? {} : { VIDEO_BUCKET: videoBucket, OUTPUT_BUCKET: outputBucket };
  const env = { ...(ways.extras ? furnishedEnvironment : environment), ...buckets };
  const clients = { s3: { send } as unknown as S3Client, sqs: { send } as unknown as SQSClient };
  // onThumbnailCreated itself writes nothing.
  return actor === "removed event"
    ? onVideoRemoved(env, clients)(eventOf(videoBucket, videoKey))
    : settledFirst(env, () => Promise.resolve(), clients)(eventOf(outputBucket, thumbnailKey));
}

function eventOf(name: string, key: string): S3Event {
  const { s3, ...record } = createdRecord(key);
  return createdEvent({ ...record, s3: { ...s3, bucket: { ...s3.bucket, name } } });
}

function isWorker(actor: Actor): boolean {
  return actor === "job" || actor === "tag job";
}

/** A thumbnail in one of the formats that the stack does not make. */
const neverThere = (request: Request) =>
  request.op === "head" && request.key.startsWith("thumb/") && request.key !== thumbnailKey;

/**
 * The real code of each actor, as a function from the answers that it has got to what it does next. It is run anew for
 * each list of answers, and asked only once for each: what it has been told decides all that it does.
 */
export class Actors {
  private readonly known = new Map<string, Next>();

  constructor(private readonly ways: Ways) {}

  async next({ actor, answers, history, serial }: Working): Promise<Next> {
    const key = `${actor} ${serial} ${history}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const next = await this.ask(actor, serial, answers);
    this.known.set(key, next);
    return next;
  }

  private async ask(actor: Actor, serial: number, answers: readonly Answer[]): Promise<Next> {
    let given = 0;
    let next: Next = "done";
    await logOf(
      () =>
        new Promise<void>((resolve) => {
          const send: Send = async (command) => {
            const request = requestOf(command, this.ways.outputBucket);
            const ofWorker = isWorker(actor);
            if (neverThere(request)) return sdkAnswer(ofWorker, request, "not found");
            const answer = answers[given++];
            if (answer !== undefined) return sdkAnswer(ofWorker, request, answer);
            next = request;
            resolve();
            return new Promise(() => undefined);
          };
          run(actor, send, serial, this.ways)
            .catch(() => {
              next = "failed";
            })
            .finally(resolve);
        }),
    );
    return next;
  }
}
