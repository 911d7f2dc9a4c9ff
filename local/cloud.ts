import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { systemClock, type Clock } from "./clock";
import { startTaskContainers } from "./containers/taskContainer";
import { startEcsServer } from "./services/ecs/ecsServer";
import type { EcsTask } from "./services/ecs/ecsTask";
import type { Ecs } from "./services/ecs/ecs";
import { EventBridge } from "./services/eventBridge";
import type { Deliver, Faults } from "./faults/faults";
import { InvokeGate, requireInvokePermissions } from "./services/lambda/invokePermissions";
import { createEcs } from "./services/ecs/registeredEcs";
import type { Authorizer } from "./services/authorizer";
import { Door, type Credentials } from "./services/door";
import type { CloudAccess, Endpoints } from "./localEnvironment";
import { startFunctions, type LocalFunctions } from "./services/lambda/registeredFunctions";
import { createQueues, createTopics, startMessaging, type WaitingMessage } from "./services/messaging";
import { matches, notificationRules, notificationOf } from "./services/s3/notifications";
import { Outcomes, type Outcome } from "./outcomes";
import { watchPipeline } from "./pipelineWatch";
import { evaluateProgram } from "./program/program";
import { localAccount } from "./program/resourceOutputs";
import { ofType, workerVariable, type Resource } from "./program/resources";
import { startS3, type ObjectEvent } from "./services/s3/s3";
import { readStackConfig } from "./program/stackConfig";
import { roleAccess } from "./roleAccess";
import { buildWorker } from "./containers/workerContainer";

/** What happens in the local cloud, for whoever watches. */
export type CloudEvent =
  | { type: "object-created"; object: ObjectEvent }
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
export interface LocalCloud {
  resources: Resource[];
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
  endpoints: Endpoints;
  region: string;
  /** Those that the services take, made anew for each local cloud. */
  credentials: Credentials;
  clients: { s3: S3Client; sqs: SQSClient; sns: SNSClient; ecs: ECSClient };
  /** The bucket that videos are uploaded to. */
  bucket: string;
  /** What the keys of thumbnails begin with. */
  outputPrefix: string;
  ecs: Ecs;
  functions: LocalFunctions;
  eventBridge: EventBridge;
  /** Whether an upload under this key calls a Lambda. */
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
  /** The messages in the failed-jobs queue. */
  failedJobs(): Promise<WaitingMessage[]>;
  /** Ends every process and removes every file. */
  stop(): Promise<void>;
}

const projectDirectory = path.resolve(__dirname, "..");

/**
 * Evaluates the program and runs what it registered.
 * Throws ProgramError when the program stops, and the signal's reason when that ends the start.
 */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const cleanups: (() => unknown)[] = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await start(options, cleanups, stop);
  } catch (error) {
    await stop();
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

async function start(
  options: LocalCloudOptions,
  cleanups: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<LocalCloud> {
  const { config = {}, dockerImage, onEvent, signal, clock = systemClock, faults = {} } = options;
  // The SDK would otherwise tell the user of this machine's Node version, in the middle of our output.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  let tell: (event: CloudEvent) => void = onEvent ?? (() => undefined);
  const workerDirectory = path.join(projectDirectory, "worker");
  const root = await mkdtemp(path.join(tmpdir(), "video-thumbnailer-"));
  cleanups.push(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

  const stack = await readStackConfig(projectDirectory, config);
  const { region } = stack;
  const door = new Door();
  let notify: (object: ObjectEvent) => void = () => undefined;
  const s3Server = await startS3(
    path.join(root, "s3"),
    (object) => {
      notify(object);
    },
    door,
    faults.s3,
  );
  cleanups.push(() => {
    s3Server.stop();
  });
  const messaging = await startMessaging(region, door, faults.sqs);
  cleanups.push(() => messaging.stop());
  const ecsServer = await startEcsServer(door);
  cleanups.push(() => {
    ecsServer.stop();
  });
  const endpoints = {
    s3: s3Server.endpoint,
    sqs: messaging.endpoint,
    sns: messaging.endpoint,
    ecs: ecsServer.endpoint,
  };
  const access = { endpoints, region, credentials: door.credentials };

  const [program] = await Promise.all([
    evaluateProgram(
      projectDirectory,
      { ...stack, config: stack.values, queueEndpoint: messaging.endpoint },
      signal,
    ),
    dockerImage === undefined ? buildWorker(workerDirectory, signal) : undefined,
  ]);
  signal?.throwIfAborted();
  const { resources, outputs } = program;

  const clients = connect(access);
  cleanups.push(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  requireInvokePermissions(resources);
  door.authorizer = options.authorizer?.(resources);
  const rules = notificationRules(resources);
  const [bucket] = ofType(resources, "aws:s3/bucket:Bucket");
  if (bucket === undefined) throw new Error("The program registers no bucket.");
  await s3Server.createBucket(bucket.id);
  await createQueues(clients.sqs, resources);
  const { listenerQueueUrl } = await createTopics(clients.sns, clients.sqs, resources);

  const outcomes = new Outcomes();
  const functions = await startFunctions({
    resources,
    directory: path.join(root, "functions"),
    access,
    door,
    clock,
    aroundInvoke: faults.invoke,
    onLine: (functionName, line) => {
      tell({ type: "function-line", functionName, line });
    },
    onGivenUp: (event) => {
      watch.eventGivenUp(event);
    },
  });
  cleanups.push(() => functions.stop());

  const invokeAsync: Deliver = (functionArn, event) => {
    functions.invokeAsync(functionArn, event);
  };
  const deliverBusEvent = faults.busEvent?.(invokeAsync) ?? invokeAsync;
  const deliverS3Event = faults.s3Event?.(invokeAsync) ?? invokeAsync;
  const gate = new InvokeGate(door);
  const eventBridge = new EventBridge(resources, region, localAccount, clock, (targetArn, event, ruleArn) => {
    gate.deliver(targetArn, ruleArn, () => {
      deliverBusEvent(targetArn, event);
    });
  });
  const startContainer = startTaskContainers({
    resources,
    door,
    dockerImage,
    workerDirectory,
    tasksDirectory: path.join(root, "tasks"),
    access,
    onLine: (taskId, line) => {
      tell({ type: "worker-line", taskId, line });
    },
  });
  const { ecs, ...services } = createEcs(ecsServer, {
    resources,
    region,
    clock,
    startContainer: faults.container?.(startContainer) ?? startContainer,
    onEvent: (event) => {
      eventBridge.put(event);
    },
    onTask: (task) => {
      faults.task?.(task, ecs);
      tell({ type: "task", task });
    },
  });
  if (faults.ecs !== undefined) ecsServer.operations = faults.ecs(ecsServer.operations);
  cleanups.push(() => services.stop());

  let uploads = 0;
  const watch = watchPipeline({
    resources,
    messaging,
    sqs: clients.sqs,
    listenerQueueUrl,
    functions,
    outcomes,
    isUploading: () => uploads + gate.pending > 0,
    async videoOf(key) {
      const object = await clients.s3.send(new HeadObjectCommand({ Bucket: bucket.id, Key: key }));
      const video = object.Metadata?.["video-key"];
      return video === undefined ? key : decodeURIComponent(video);
    },
  });
  cleanups.push(() => watch.stop());
  eventBridge.start();
  cleanups.push(() => {
    eventBridge.stop();
  });

  let sequence = 0;
  notify = (object) => {
    sequence += 1;
    const event = notificationOf(object, region, new Date(clock.now()), sequence);
    for (const rule of rules.filter((candidate) => matches(candidate, object))) {
      gate.deliver(rule.functionArn, `arn:aws:s3:::${object.bucket}`, () => {
        deliverS3Event(rule.functionArn, event);
      });
    }
    if (object.kind.startsWith("ObjectCreated:")) tell({ type: "object-created", object });
  };
  // What ends because the cloud ends is nobody's news.
  cleanups.push(() => {
    notify = () => undefined;
    tell = () => undefined;
  });
  services.start();

  return {
    resources,
    outputs,
    endpoints,
    region,
    credentials: door.credentials,
    clients,
    bucket: bucket.id,
    outputPrefix: workerVariable(resources, "OUTPUT_PREFIX"),
    ecs,
    functions,
    eventBridge,
    triggers: (key) =>
      rules.some((rule) => matches(rule, { kind: "ObjectCreated:Put", bucket: bucket.id, key })),
    as: (roleArn, sessionName) => roleAccess(door, access, { roleArn, sessionName }),
    async upload(source, key, metadata) {
      outcomes.expect(key);
      const isFile = typeof source === "string";
      uploads += 1;
      try {
        const upload = new PutObjectCommand({
          Bucket: bucket.id,
          Key: key,
          Body: isFile ? createReadStream(source) : source,
          ContentLength: isFile ? (await stat(source)).size : source.length,
          Metadata: metadata,
        });
        await clients.s3.send(upload);
      } finally {
        uploads -= 1;
      }
    },
    notify: (object) => {
      notify(object);
    },
    outcome: (key) => outcomes.of(key),
    async deploy() {
      for (const { oldArn, newArn } of services.deploy()) await functions.replaceVariable(oldArn, newArn);
    },
    settled: () => watch.settled(),
    failedJobs: () => watch.failedJobs(),
    stop,
  };
}

function connect({ endpoints, region, credentials }: CloudAccess): LocalCloud["clients"] {
  const shared = { region, credentials };
  return {
    s3: new S3Client({ ...shared, endpoint: endpoints.s3 }),
    sqs: new SQSClient({ ...shared, endpoint: endpoints.sqs }),
    sns: new SNSClient({ ...shared, endpoint: endpoints.sns }),
    ecs: new ECSClient({ ...shared, endpoint: endpoints.ecs }),
  };
}
