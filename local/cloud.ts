import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isVideoKey } from "../contract/videoKeys";
import { systemClock } from "./clock";
import { startTaskContainers } from "./containers/taskContainer";
import { connectEvents } from "./eventRoutes";
import { makeExistingBuckets } from "./existing/existingBucket";
import { requireInvokePermissions } from "./services/lambda/invokePermissions";
import { createEcs } from "./services/ecs/registeredEcs";
import { Door } from "./services/door";
import { startFunctions } from "./services/lambda/registeredFunctions";
import { createQueues, createTopics } from "./services/messaging";
import type { CloudEvent, LocalCloud, LocalCloudOptions } from "./localCloud";
import { Outcomes } from "./watch/outcomes";
import { watchPipeline } from "./watch/pipelineWatch";
import { evaluateProgram } from "./program/program";
import { madeFilesOf } from "./program/madeFiles";
import { makeOwnBuckets } from "./program/ownBuckets";
import type { ObjectEvent } from "./services/s3/s3";
import { connect, startServers } from "./services/servers";
import { Uploads } from "./uploads";
import { readStackConfig } from "./program/stackConfig";
import { stackVideoKeys } from "./program/stackVideoKeys";
import { roleAccess } from "./roleAccess";
import { buildWorker } from "./containers/workerContainer";

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
  const servers = await startServers({
    region,
    directory: path.join(root, "s3"),
    door,
    faults,
    onObjectEvent: (object) => {
      notify(object);
    },
    onStarted: (stopServer) => {
      cleanups.push(stopServer);
    },
  });
  const { messaging, access } = servers;

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
  const existing = await makeExistingBuckets(stack, { ...servers, clients });
  await makeOwnBuckets(servers.s3, resources, region);
  const bucket = videosBucket(outputs);
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

  const routes = connectEvents({
    ...{ resources, clock, door, access, clients, s3: servers.s3, functions, faults },
    onUndelivered: (letter) => {
      watch.eventUndelivered(letter);
    },
  });
  const { bucketEvents, eventBridge } = routes;
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
  const { ecs, ...services } = createEcs(servers.ecs, {
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
  if (faults.ecs !== undefined) servers.ecs.operations = faults.ecs(servers.ecs.operations);
  cleanups.push(() => services.stop());

  const uploads = new Uploads(clients.s3, bucket);
  const files = madeFilesOf(outputs);
  const videoKeys = stackVideoKeys(outputs);
  const watch = watchPipeline({
    resources,
    messaging,
    sqs: clients.sqs,
    s3: clients.s3,
    files,
    listenerQueueUrl,
    functions,
    outcomes,
    isUploading: () => uploads.pending + routes.pending() > 0,
    onOutputs: (manifest) => {
      tell({ type: "outputs-ready", manifest });
    },
  });
  cleanups.push(() => watch.stop());
  eventBridge.start();
  cleanups.push(() => {
    eventBridge.stop();
  });

  notify = (object) => {
    bucketEvents.tell(object);
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
    ...access,
    clients,
    bucket,
    existing,
    files,
    ecs,
    functions,
    eventBridge,
    videoKeys,
    triggers: (key) =>
      isVideoKey(key, videoKeys) &&
      bucketEvents.triggers(bucket, key, (event) => eventBridge.isAwaited(event)),
    as: (roleArn, sessionName) => roleAccess(door, access, { roleArn, sessionName }),
    async upload(source, key, metadata) {
      outcomes.expect(key);
      await uploads.put(source, key, metadata);
    },
    notify: (object) => {
      notify(object);
    },
    outcome: (key) => outcomes.of(key),
    async deploy() {
      for (const { oldArn, newArn } of services.deploy()) await functions.replaceVariable(oldArn, newArn);
    },
    settled: () => watch.settled(),
    messagesIn: (queueUrl) => messaging.peek(queueUrl.split("/").at(-1) ?? ""),
    failedJobs: () => watch.failedJobs(),
    stop,
  };
}

/** The bucket that videos are uploaded to, as the stack's outputs name it. */
function videosBucket({ bucketName }: Record<string, unknown>): string {
  if (typeof bucketName !== "string") throw new Error("The program has no output bucketName.");
  return bucketName;
}
