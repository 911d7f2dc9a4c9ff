import type { Actor, Actors, Ways, Working } from "./actors";
import { frameAt } from "./actors";
import { metadataOf } from "../../../worker/storing/thumbnailMetadata";
import type { Answer, Request, Stored, Tags } from "./requests";
import { eTagOf, extrasFolder, lastModified, pictureOf, thumbnailKey, videoKey } from "./requests";
import { claimTextOf, isBroken, isClaim, problemOfManifest, problemOfOutputs, serialsIn } from "./outputs";

/** What a user does with the video. */
export type UserStep = "delete" | Upload | { readonly tags: Tags };
interface Upload {
  readonly content: string;
  readonly timestamp?: string;
}

/** What is done with the video, and what may go wrong. */
export interface Scenario extends Ways {
  /** The content of a video that is there already, with its thumbnail, and nothing under way. */
  readonly begun?: string;
  readonly steps: readonly UserStep[];
  /** How many workers and Lambdas may die. What one has asked for last may still come to S3, or not. */
  readonly crashes: number;
  /** How many answers may get lost, so that the SDK asks for the same again. */
  readonly losses: number;
  /** How many jobs and events may come twice, also at the same time. */
  readonly duplicates: number;
  /** When a dead actor's request comes to S3: before what it worked on comes again, or at any time. */
  readonly lateRequests: "before redelivery" | "any time";
  /** Whether onThumbnailCreated hears of what is stored. */
  readonly createdEvents: boolean;
}

/** A dead one's request under way. */
interface Late {
  readonly request: Request;
  /** What comes again once this has come to S3 or is sure never to. */
  readonly redelivers: Actor | undefined;
}

/** All that there is at one time. */
export interface World {
  readonly stepsDone: number;
  readonly objects: Readonly<Record<string, Stored | undefined>>;
  readonly waiting: Readonly<Record<Actor, number>>;
  readonly running: readonly Working[];
  readonly late: readonly Late[];
  readonly crashes: number;
  readonly losses: number;
  readonly duplicates: number;
}

/** Something that may happen next, in words, and the world after it. */
export interface Possibility {
  readonly what: string;
  readonly happen: () => Promise<World>;
}

export function beginning({ begun, crashes, losses, duplicates, outputBucket }: Scenario): World {
  const waiting = { job: 0, "tag job": 0, "removed event": 0, "created event": 0 };
  const objects = begun === undefined ? {} : settledObjects(begun, outputBucket !== undefined);
  return { stepsDone: 0, objects, waiting, running: [], late: [], crashes, losses, duplicates };
}

function settledObjects(content: string, isPublic: boolean): World["objects"] {
  const version = { eTag: eTagOf(content), lastModified };
  const metadata = metadataOf(frameAt(content, 2), videoKey, version, {
    isPublic,
    isAutomatic: false,
  });
  return {
    [videoKey]: { content, metadata: {} },
    [thumbnailKey]: { content: pictureOf(content, 2), metadata },
  };
}

/** Everything that may happen next; nothing when all is done. */
export async function possibilities(
  world: World,
  scenario: Scenario,
  actors: Actors,
): Promise<Possibility[]> {
  const found: Possibility[] = [];
  const may = (what: string, happen: () => World | Promise<World>) => {
    found.push({ what, happen: () => Promise.resolve(happen()) });
  };
  const step = scenario.steps[world.stepsDone];
  if (step !== undefined) may(nameOf(step), () => userDoes(world, step, scenario));
  for (const actor of ["job", "tag job", "removed event", "created event"] as const) {
    if (world.waiting[actor] === 0) continue;
    // Between its coming and its first look, nothing depends on it.
    const looks = async (before: World) => {
      const one = { actor, answers: [], history: "", serial: 0 };
      const request = await actors.next(one);
      if (typeof request === "string") throw new Error(`A ${actor} ends without a request.`);
      const { world: after, answer } = execute(before, request, scenario);
      return goesOn(after, one, answer, actors);
    };
    may(`a ${actor} comes`, () => looks(waits(world, actor, -1)));
    if (world.duplicates > 0)
      may(`a ${actor} comes, and will once more`, () =>
        looks({ ...world, duplicates: world.duplicates - 1 }),
      );
  }
  for (const [index, one] of world.running.entries()) {
    // The same actors with the same knowledge need not be told apart.
    if (world.running.findIndex((other) => isSame(one, other)) < index) continue;
    const request = (await actors.next(one)) as Request;
    const label = `${one.actor}[${one.history}] ${describe(request)}`;
    may(label, async () => {
      const { world: after, answer } = execute(world, request, scenario);
      return goesOn(without(after, one), one, answer, actors);
    });
    const writes = request.op === "put" || request.op === "delete";
    if (writes && world.losses > 0)
      may(`${label}, and the answer is lost`, () => ({
        ...execute(world, request, scenario).world,
        losses: world.losses - 1,
      }));
    if (world.crashes === 0) continue;
    const dead = { ...without(world, one), crashes: world.crashes - 1 };
    may(`${label} never comes, for it dies`, () => waits(dead, one.actor, 1));
    if (!writes) continue;
    const isPrompt = scenario.lateRequests === "before redelivery";
    may(`it dies before ${label} has come`, () => {
      const late = [...dead.late, { request, redelivers: isPrompt ? one.actor : undefined }];
      return isPrompt ? { ...dead, late } : waits({ ...dead, late }, one.actor, 1);
    });
  }
  for (const late of world.late) {
    const rest = { ...world, late: world.late.filter((other) => other !== late) };
    may(`a dead one's ${describe(late.request)} comes`, () => {
      const { world: after } = execute(rest, late.request, scenario);
      return late.redelivers === undefined ? after : waits(after, late.redelivers, 1);
    });
  }
  return found;
}

/** What is wrong at any time; undefined when no manifest names what is not there. */
export function problemNow({ objects }: World): string | undefined {
  return problemOfManifest(objects);
}

/** What is wrong at the end; undefined when all outputs are those of the last upload, and of the last choice. */
export function problemAtTheEnd(world: World, scenario: Scenario): string | undefined {
  const isLate = scenario.lateRequests === "any time";
  return problemOfThumbnail(world, scenario) ?? outputsProblem(world, scenario, isLate);
}

function outputsProblem({ objects }: World, { extras }: Scenario, isLate: boolean): string | undefined {
  return extras && objects[videoKey] !== undefined ? problemOfOutputs(objects, isLate) : undefined;
}

function problemOfThumbnail(
  { objects }: World,
  { removeThumbnails, outputBucket }: Scenario,
): string | undefined {
  const video = objects[videoKey];
  const thumbnail = objects[thumbnailKey];
  if (video === undefined) {
    return removeThumbnails && thumbnail ? `there is no video, and "${thumbnail.content}" stays` : undefined;
  }
  if (isBroken(video.content)) return undefined;
  const tag = video.tags?.["thumbnail-timestamp"];
  const wanted = pictureOf(video.content, Number(tag ?? video.metadata["thumbnail-timestamp"] ?? 2));
  if (thumbnail === undefined) return `"${wanted}" is missing`;
  if (thumbnail.content !== wanted) return `"${thumbnail.content}" stays in place of "${wanted}"`;
  const told = thumbnail.metadata["video-etag"];
  if (outputBucket === undefined && `"${told ?? ""}"` !== eTagOf(video.content))
    return "the metadata tell of another version";
  return thumbnail.metadata["timestamp-tag"] === tag ? undefined : "the metadata tell of another tag";
}

/** Two worlds with the same text have the same future. */
export function textOf(world: World): string {
  const { stepsDone, objects, waiting, running, late, crashes, losses, duplicates } = world;
  const counts = [stepsDone, ...Object.values(waiting), crashes, losses, duplicates].join(",");
  const stored = Object.keys(objects)
    .sort()
    .flatMap((key) => {
      const object = objects[key];
      return object === undefined
        ? []
        : `${key} ${describeAnswer({ found: object })} ${describeAnswer({ tags: object.tags ?? {} })}`;
    });
  const working = running.map(({ actor, serial, history }) => `${actor}${serial}[${history}]`).sort();
  const dead = late.map(({ request, redelivers = "" }) => describe(request) + redelivers).sort();
  return [counts, ...stored, "", ...working, "", ...dead].join("\n");
}

function userDoes(world: World, step: UserStep, { removeThumbnails }: Scenario): World {
  const next = { ...world, stepsDone: world.stepsDone + 1 };
  if (step === "delete") {
    const gone = { ...next, objects: { ...next.objects, [videoKey]: undefined } };
    return removeThumbnails ? waits(gone, "removed event", 1) : gone;
  }
  if ("tags" in step) {
    const present = next.objects[videoKey];
    if (present === undefined) return next;
    return waits(
      { ...next, objects: { ...next.objects, [videoKey]: { ...present, tags: step.tags } } },
      "tag job",
      1,
    );
  }
  const metadata: Record<string, string> =
    step.timestamp === undefined ? {} : { "thumbnail-timestamp": step.timestamp };
  const video = { content: step.content, metadata };
  return waits({ ...next, objects: { ...next.objects, [videoKey]: video } }, "job", 1);
}

function execute(world: World, request: Request, scenario: Scenario): { world: World; answer: Answer } {
  if (request.op === "send") return { world: waits(world, "job", 1), answer: "done" };
  if (request.op === "list" && request.key === extrasFolder) return { world, answer: listOf(world) };
  const present = world.objects[request.key];
  if (request.ifMatch !== undefined) {
    if (present === undefined) return { world, answer: "not found" };
    if (eTagOf(present.content) !== request.ifMatch) return { world, answer: "precondition failed" };
  }
  if (request.op === "put") {
    if (request.ifNoneMatch === "*" && present !== undefined) return { world, answer: "precondition failed" };
    const after = { ...world, objects: { ...world.objects, [request.key]: request.object } };
    const isHeardOf = scenario.createdEvents && request.key === thumbnailKey;
    return { world: isHeardOf ? waits(after, "created event", 1) : after, answer: "done" };
  }
  if (request.op === "delete")
    return { world: { ...world, objects: { ...world.objects, [request.key]: undefined } }, answer: "done" };
  if (present === undefined) return { world, answer: "not found" };
  return { world, answer: request.op === "tags" ? { tags: present.tags ?? {} } : { found: present } };
}

function listOf({ objects }: World): Answer {
  const listed = Object.entries(objects).flatMap(([key, object]) =>
    key.startsWith(extrasFolder) && object !== undefined ? [[key, object.content] as const] : [],
  );
  return { listed: Object.fromEntries(listed.sort()) };
}

async function goesOn(world: World, before: Working, answer: Answer, actors: Actors): Promise<World> {
  const { actor, history: soFar } = before;
  const history = `${soFar}${soFar && ", "}${describeAnswer(answer)}`;
  let one: Working = { ...before, answers: [...before.answers, answer], history };
  let next = await actors.next(one);
  if (isClaim(next)) {
    one = { ...one, serial: unusedSerial(world) };
    next = await actors.next(one);
  }
  if (next === "done") return world;
  if (next === "failed") return waits(world, actor, 1);
  return { ...world, running: [...world.running, one] };
}

/** The smallest number that no claim has of which anything or anyone knows. */
function unusedSerial({ objects, running, late }: World): number {
  const told = [
    ...Object.values(objects).flatMap((object) => object?.content ?? []),
    ...running.flatMap(({ answers }) => answers.map(claimTextOf)),
    ...late.map(({ request }) => claimTextOf(request)),
  ];
  const used = new Set([...told.flatMap(serialsIn), ...running.map(({ serial }) => serial)]);
  let serial = 1;
  while (used.has(serial)) serial++;
  return serial;
}

function without(world: World, one: Working): World {
  const index = world.running.findIndex((other) => isSame(one, other));
  return { ...world, running: world.running.filter((_, at) => at !== index) };
}

function isSame(a: Working, b: Working): boolean {
  return a.actor === b.actor && a.history === b.history && a.serial === b.serial;
}

/** Events of thumbnails that have not been looked at yet are as good as one: each finds what is there then. */
function waits(world: World, actor: Actor, by: number): World {
  const number = world.waiting[actor] + by;
  const waiting = actor === "created event" ? Math.min(1, number) : number;
  return { ...world, waiting: { ...world.waiting, [actor]: waiting } };
}

function nameOf(step: UserStep): string {
  if (step === "delete") return "the video is deleted";
  if ("tags" in step) return `it has the tags ${describeAnswer(step)}`;
  const { content, timestamp } = step;
  return `${content}${timestamp === undefined ? "" : ` with time ${timestamp}`} is uploaded`;
}

function describe(request: Request): string {
  if (request.op === "send") return "SEND job";
  const object = request.op === "put" ? ` "${describeAnswer({ found: request.object })}"` : "";
  const none = request.op === "put" && request.ifNoneMatch ? " if there is none" : "";
  const match = request.ifMatch === undefined ? "" : ` if it is ${request.ifMatch.slice(1, 5)}`;
  return `${request.op.toUpperCase()} ${request.key}${object}${none}${match}`;
}

function describeAnswer(answer: Answer): string {
  if (typeof answer === "string") return answer;
  if ("tags" in answer) return JSON.stringify(answer.tags);
  if ("listed" in answer) return JSON.stringify(Object.entries(answer.listed).map((one) => one.map(inShort)));
  const { content, metadata, tags = {} } = answer.found;
  const time = metadata["thumbnail-timestamp"] ?? metadata["timestamp-tag"];
  // No answer that tells of an object tells more of its tags.
  const count = "+".repeat(Object.keys(tags).length);
  return `${inShort(content)}${time === undefined ? "" : `/${time}`}${metadata["video-etag"]?.slice(0, 4) ?? ""}${count}`;
}

/** A text by its ETag where it is long, as manifests are. */
function inShort(content: string): string {
  const maker = /"maker": "(.*)"/.exec(content)?.[1];
  if (maker !== undefined) return `claim ${maker}`;
  return content.length < 50 ? content : `manifest ${eTagOf(content).slice(1, 9)}`;
}
