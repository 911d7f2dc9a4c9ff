import { ECSClient } from "@aws-sdk/client-ecs";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { CloudAccess } from "../localEnvironment";
import type { Faults } from "../faults/faults";
import type { Door } from "./door";
import { startEcsServer, type LocalEcsServer } from "./ecs/ecsServer";
import { startMessaging, type LocalMessaging } from "./messaging";
import { startS3, type LocalS3, type ObjectEvent } from "./s3/s3";

export interface ServersOptions {
  region: string;
  /** Where S3 keeps contents. */
  directory: string;
  door: Door;
  faults: Pick<Faults, "s3" | "sqs">;
  onObjectEvent: (event: ObjectEvent) => void;
  /** Called with what ends each server, as soon as it runs. */
  onStarted: (stop: () => unknown) => void;
}

/** The services' servers, on this machine alone, and how they are reached. */
export interface Servers {
  s3: LocalS3;
  messaging: LocalMessaging;
  ecs: LocalEcsServer;
  /** As the owner of the local cloud. */
  access: CloudAccess;
}

export async function startServers(options: ServersOptions): Promise<Servers> {
  const { region, directory, door, faults, onObjectEvent, onStarted } = options;
  const s3 = await startS3(directory, onObjectEvent, door, faults.s3);
  onStarted(() => {
    s3.stop();
  });
  const messaging = await startMessaging(region, door, faults.sqs);
  onStarted(() => messaging.stop());
  const ecs = await startEcsServer(door);
  onStarted(() => {
    ecs.stop();
  });
  const endpoints = {
    s3: s3.endpoint,
    sqs: messaging.endpoint,
    sns: messaging.endpoint,
    ecs: ecs.endpoint,
  };
  return { s3, messaging, ecs, access: { endpoints, region, credentials: door.credentials } };
}

/** AWS's own clients, of the local services. */
export type LocalClients = ReturnType<typeof connect>;

export function connect({ endpoints, region, credentials }: CloudAccess) {
  const shared = { region, credentials };
  return {
    s3: new S3Client({ ...shared, endpoint: endpoints.s3 }),
    sqs: new SQSClient({ ...shared, endpoint: endpoints.sqs }),
    sns: new SNSClient({ ...shared, endpoint: endpoints.sns }),
    ecs: new ECSClient({ ...shared, endpoint: endpoints.ecs }),
  };
}
