import type { CloudAccess } from "../localEnvironment";
import type { StackConfig } from "../program/stackConfig";
import type { LocalMessaging } from "../services/messaging";
import type { LocalS3 } from "../services/s3/s3";
import type { LocalClients } from "../services/servers";
import { fingerprint, putForeignObjects } from "./foreignObjects";
import { makeNeighbours } from "./neighbours";
import { putForeignDocuments } from "./foreignDocuments";

/**
 * A bucket that others made before the program, and that they use: with documents and objects of theirs, and with
 * neighbours that are told of what happens in it.
 */
export interface ExistingBucket {
  name: string;
  /** What of the others' is no longer as it was before the program: nothing must be. */
  changes(): Promise<string[]>;
  /** The keys of the uploads that the neighbour's queue was told of; as often as it was. */
  toldOf(): Promise<string[]>;
}

export interface ExistingBucketParts {
  s3: LocalS3;
  messaging: LocalMessaging;
  clients: LocalClients;
  access: CloudAccess;
}

/** Makes the buckets that the stack's configuration names as existing ones. */
export async function makeExistingBuckets(
  { project, values }: Pick<StackConfig, "project" | "values">,
  parts: ExistingBucketParts,
): Promise<ExistingBucket[]> {
  const names = ["bucketName", "outputBucketName"].map((key) => values[`${project}:${key}`] ?? "");
  const made: ExistingBucket[] = [];
  for (const name of names.filter((one) => one !== "")) made.push(await makeExistingBucket(name, parts));
  return made;
}

/** Makes a bucket as a team may have it, with EventBridge on. */
export async function makeExistingBucket(name: string, parts: ExistingBucketParts): Promise<ExistingBucket> {
  const { s3, messaging, clients, access } = parts;
  await s3.createBucket(name, access.region);
  const foreignKeys = await putForeignObjects(clients.s3, name);
  const { queueArn, queueName, topicArn } = await makeNeighbours(clients, name);
  await putForeignDocuments(clients.s3, name, { queueArn, topicArn });
  const look = () => fingerprint(parts, name, foreignKeys);
  const before = await look();
  return {
    name,
    async changes() {
      const now = await look();
      return [...before].filter(([what, was]) => now.get(what) !== was).map(([what]) => what);
    },
    async toldOf() {
      const messages = await messaging.peek(queueName);
      return messages.flatMap(({ body }) => {
        const { Records = [] } = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
        return Records.map((record) => decodeURIComponent(record.s3.object.key.replaceAll("+", " ")));
      });
    },
  };
}
