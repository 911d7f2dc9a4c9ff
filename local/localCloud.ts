import type { Manifest } from "../contract/manifest";
import type { VideoKeys } from "../contract/videoKeys";
import type { Clock } from "./clock";
import type { ExistingBucket } from "./existing/existingBucket";
import type { Faults } from "./faults/faults";
import type { CloudAccess } from "./localEnvironment";
import type { Outcome } from "./watch/outcomes";
import type { MadeFiles } from "./program/madeFiles";
import type { Resource } from "./program/resources";
import type { Authorizer } from "./services/authorizer";
import type { Credentials } from "./services/door";
import type { Ecs } from "./services/ecs/ecs";
import type { EcsTask } from "./services/ecs/ecsTask";
import type { EventBridge } from "./services/events/eventBridge";
import type { LocalFunctions } from "./services/lambda/registeredFunctions";
import type { WaitingMessage } from "./services/messaging";
import type { ObjectEvent } from "./services/s3/s3";
import type { LocalClients } from "./services/servers";

/** What happens in the local cloud, for whoever watches. */
export type CloudEvent =
  | { type: "object-created"; object: ObjectEvent }
  | { type: "outputs-ready"; manifest: Manifest }
  | { type: "task"; task: EcsTask }
  | { type: "worker-line"; taskId: string; line: string }
  | { type: "function-line"; functionName: string; line: string };

export interface LocalCloudOptions {
  /** The stack's configuration on top of Pulumi.dev.yaml's; values as `pulumi config set` takes them. */
  config?: Record<string, string>;
  /** Run the tasks as Docker containers of this image, with Fargate's limits, and not as local processes. */
  dockerImage?: string | undefined;
  /** Called with whatever happens. */
  onEvent?: (event: CloudEvent) => void;
  /** Ends the start. */
  signal?: AbortSignal;
  clock?: Clock;
  /** What goes wrong; nothing, if not given. */
  faults?: Faults;
  /** Makes, of what the program registered, the judge of every call but the owner's; all are allowed, if not given. */
  authorizer?: (resources: Resource[]) => Authorizer;
}

/** The program's resources, running on this machine. */
export interface LocalCloud extends CloudAccess {
  resources: Resource[];
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
  /** Those that the services take, made anew for each local cloud. */
  credentials: Credentials;
  clients: LocalClients;
  /** The bucket that videos are uploaded to. */
  bucket: string;
  /** The buckets that were there before the program. */
  existing: ExistingBucket[];
  files: MadeFiles;
  ecs: Ecs;
  functions: LocalFunctions;
  eventBridge: EventBridge;
  /** Which keys are videos. */
  videoKeys: VideoKeys;
  /** Whether an upload under this key is taken for a video, and calls a Lambda. */
  triggers(key: string): boolean;
  /** What a session of this role reaches the services with. */
  as(roleArn: string, sessionName: string): CloudAccess;
  /** Uploads a file, or the given bytes. */
  upload(source: string | Buffer, key: string, metadata?: Record<string, string>): Promise<void>;
  /** Sends S3's event to the Lambdas; S3 does by itself, and may do it again. */
  notify(object: ObjectEvent): void;
  /** What becomes of the last upload of this key; waits for it. */
  outcome(key: string): Promise<Outcome>;
  /** Deploys a new image: a further revision of the task definition, and the warm workers replaced. */
  deploy(): Promise<void>;
  /** Settles when nothing is under way: no event, no job. */
  settled(): Promise<void>;
  /** The messages of a queue, seen without receiving them. */
  messagesIn(queueUrl: string): Promise<WaitingMessage[]>;
  /** The messages in the failed-jobs queue. */
  failedJobs(): Promise<WaitingMessage[]>;
  /** Ends every process and removes every file. */
  stop(): Promise<void>;
}
