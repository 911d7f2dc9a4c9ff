import assert from "node:assert/strict";
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { needsOf } from "../../../local/services/s3/access";
import { readNotification } from "../../../local/services/s3/events/notificationDocument";
import { Bucket, TestS3 } from "../testS3";

describe("A local bucket's documents", () => {
  const s3 = new TestS3();
  beforeEach(() => s3.start());
  afterEach(() => {
    s3.stop();
  });

  const everyKind: NotificationConfiguration = {
    EventBridgeConfiguration: {},
    TopicConfigurations: [{ Id: "a topic", TopicArn: "arn:topic", Events: ["s3:ObjectTagging:*"] }],
    QueueConfigurations: [
      {
        Id: "a queue",
        QueueArn: "arn:queue",
        Events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
        Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "in & out/" }] } },
      },
    ],
    LambdaFunctionConfigurations: [
      {
        Id: "a function",
        LambdaFunctionArn: "arn:function",
        Events: ["s3:ObjectRemoved:*"],
        Filter: { Key: { FilterRules: [{ Name: "suffix", Value: ".mp4" }] } },
      },
    ],
  };

  it("keep a notification configuration of all kinds as it was put", async () => {
    await s3.client.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: everyKind }),
    );
    const { $metadata, ...found } = await s3.client.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(found, everyKind);
  });

  it("keep also what no client knows, byte by byte", async () => {
    const document =
      '<?xml version="1.0"?>\n<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      "<NewConfiguration><Of>2030</Of></NewConfiguration></NotificationConfiguration>";
    assert.equal((await s3.raw("PUT", `/${Bucket}?notification`, {}, document)).status, 200);
    assert.equal((await s3.raw("GET", `/${Bucket}?notification`)).body, document);
  });

  it("are an empty configuration of notifications before anyone puts one, and after somebody takes it back", async () => {
    const isEmpty = async () => {
      const { $metadata, ...found } = await s3.client.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      return $metadata.httpStatusCode === 200 && Object.keys(found).length === 0;
    };
    assert.ok(await isEmpty());
    const put = (NotificationConfiguration: NotificationConfiguration) =>
      s3.client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    await put(everyKind);
    assert.ok(!(await isEmpty()));
    await put({});
    assert.ok(await isEmpty());
  });

  it("are refused where S3 refuses them, and the former one stays", async () => {
    const put = (...suffixes: string[]) =>
      s3.client.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            QueueConfigurations: suffixes.map((Value) => ({
              QueueArn: `arn:queue:${Value}`,
              Events: ["s3:ObjectCreated:*"],
              Filter: { Key: { FilterRules: [{ Name: "suffix", Value }] } },
            })),
          },
        }),
      );
    await put(".mp4", ".mov");
    await assert.rejects(put(".mp4", "4"), {
      name: "InvalidArgument",
      message: /"\*\.mp4" and "\*4" overlap/,
    });
    for (const body of [
      "no XML",
      "<Other/>",
      "<NotificationConfiguration><QueueConfiguration/></NotificationConfiguration>",
    ])
      assert.equal((await s3.raw("PUT", `/${Bucket}?notification`, {}, body)).status, 400, body);
    const { QueueConfigurations } = await s3.client.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    assert.deepEqual(
      QueueConfigurations?.map(({ QueueArn }) => QueueArn),
      ["arn:queue:.mp4", "arn:queue:.mov"],
    );
  });

  it("say who is told of what, and whether EventBridge is", () => {
    const xml = (inner: string) => `<NotificationConfiguration>${inner}</NotificationConfiguration>`;
    const queue =
      "<QueueConfiguration><Queue>arn:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>";
    assert.deepEqual(readNotification(xml(queue)), {
      document: xml(queue),
      rules: [{ kind: "queue", arn: "arn:q", events: ["s3:ObjectCreated:*"], prefix: "", suffix: "" }],
      isOnEventBridge: false,
    });
    assert.equal(readNotification(xml("<EventBridgeConfiguration/>")).isOnEventBridge, true);
  });

  it("are policies, tags, encryption and so on, each with S3's own error when it is not there", async () => {
    const { client } = s3;
    for (const [found, name] of [
      [client.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy"],
      [client.send(new GetBucketTaggingCommand({ Bucket })), "NoSuchTagSet"],
      [client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), "NoSuchLifecycleConfiguration"],
      [client.send(new GetPublicAccessBlockCommand({ Bucket })), "NoSuchPublicAccessBlockConfiguration"],
    ] as const)
      await assert.rejects(found, { name });
    const { ServerSideEncryptionConfiguration } = await s3.client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "AES256");

    const Policy = '{ "Version": "2012-10-17",\n  "Statement": [] }';
    await s3.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    assert.equal((await s3.client.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
    const TagSet = [{ Key: "team", Value: "ä & ö" }];
    await s3.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    assert.deepEqual((await s3.client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);
  });

  it("tell where the bucket is", async () => {
    const { BucketRegion } = await s3.client.send(new HeadBucketCommand({ Bucket }));
    const { LocationConstraint } = await s3.client.send(new GetBucketLocationCommand({ Bucket }));
    assert.deepEqual([BucketRegion, LocationConstraint], ["eu-west-1", "eu-west-1"]);
  });

  it("each need a right of their own", () => {
    const action = (operation: string) =>
      needsOf(operation, { headers: {}, query: new URLSearchParams() } as never, Bucket, "").map(
        (need) => `${need.action} ${need.resource}`,
      );
    const needed = {
      "GET notification": "GetBucketNotification",
      "PUT notification": "PutBucketNotification",
      "GET policy": "GetBucketPolicy",
      "DELETE policy": "DeleteBucketPolicy",
      "GET encryption": "GetEncryptionConfiguration",
      "PUT lifecycle": "PutLifecycleConfiguration",
      "PUT publicAccessBlock": "PutBucketPublicAccessBlock",
      "DELETE tagging": "PutBucketTagging",
      "GET location": "GetBucketLocation",
    };
    for (const [operation, name] of Object.entries(needed))
      assert.deepEqual(action(operation), [`s3:${name} arn:aws:s3:::${Bucket}`]);
  });
});
