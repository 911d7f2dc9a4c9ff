import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { problemOf } from "../../console/reading/problems";
import { connect, withDefaults, type Stack } from "../../ops/stack";
import { Operator } from "../ops/operator";
import { callsOf } from "./testConsole";

describe("the console: why a call to AWS came to nothing", () => {
  const stack: Stack = connect("stack prod", withDefaults({ region: "eu-west-1", bucketName: "videos" }));
  after(() => {
    stack.destroy();
  });

  const errorOf = (name: string, message = "", more: object = {}) =>
    Object.assign(new Error(message), { name, ...more });
  const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

  const told = [
    {
      title: "there are no credentials",
      error: errorOf("CredentialsProviderError", "Could not load credentials from any providers"),
      kind: "credentials",
      whatToDo: /aws configure/,
    },
    {
      title: "the single sign-on has expired",
      error: errorOf("CredentialsProviderError", "The SSO session associated with this profile has expired."),
      kind: "credentials",
      whatToDo: /aws sso login/,
    },
    {
      title: "the session has expired, by S3",
      error: errorOf("ExpiredToken", "The provided token has expired.", status(400)),
      kind: "credentials",
      whatToDo: /of a file or of variables, get new ones, and start the console again/,
    },
    {
      title: "the session has expired, by SQS",
      error: errorOf(
        "ExpiredTokenException",
        "The security token included in the request is expired",
        status(403),
      ),
      kind: "credentials",
      whatToDo: /aws sso login/,
    },
    ...[
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "InvalidAccessKeyId",
      "SignatureDoesNotMatch",
      "InvalidSignatureException",
    ].map((name) => ({
      title: `nobody knows the key, or it is mistyped (${name})`,
      error: errorOf(name, "The key is not valid", status(403)),
      kind: "credentials",
      whatToDo: /AWS_PROFILE/,
    })),
    {
      title: "this machine's clock is wrong",
      error: errorOf("RequestTimeTooSkewed", "The difference is too large", status(403)),
      kind: "credentials",
      whatToDo: /Set the clock/,
    },
    {
      title: "the bucket is in another region",
      error: errorOf("PermanentRedirect", "The bucket must be addressed using the endpoint", status(301)),
      kind: "region",
      whatToDo: /outputs region and bucketName/,
    },
    {
      title: "the bucket is in another region, by the signature",
      error: errorOf("AuthorizationHeaderMalformed", "expecting 'us-west-2'", status(400)),
      kind: "region",
      whatToDo: /outputs region and bucketName/,
    },
    ...[
      "QueueDoesNotExist",
      "AWS.SimpleQueueService.NonExistentQueue",
      "ClusterNotFoundException",
      "NoSuchBucket",
    ].map((name) => ({
      title: `it is not there (${name})`,
      error: errorOf(name, "It does not exist.", status(400)),
      kind: "gone",
      whatToDo: /destroyed or deployed anew/,
    })),
    ...["ThrottlingException", "SlowDown", "RequestThrottled"].map((name) => ({
      title: `AWS is too busy (${name})`,
      error: errorOf(name, "Rate exceeded", status(400)),
      kind: "unreachable",
      whatToDo: /by itself/,
    })),
    {
      title: "AWS is in trouble",
      error: errorOf("InternalFailure", "", status(500)),
      kind: "unreachable",
      whatToDo: /by itself/,
    },
    {
      title: "there is no network",
      error: errorOf("Error", "getaddrinfo ENOTFOUND sqs.eu-west-1.amazonaws.com", { code: "ENOTFOUND" }),
      kind: "unreachable",
      whatToDo: /network/,
    },
    {
      title: "nobody answers in time",
      error: errorOf("TimeoutError", "connect ETIMEDOUT"),
      kind: "unreachable",
      whatToDo: /network/,
    },
    {
      title: "nobody foresaw it",
      error: errorOf("TypeError", "x is not a function"),
      kind: "other",
      whatToDo: /./,
    },
  ];
  for (const { title, error, kind, whatToDo } of told)
    it(`is told when ${title}`, () => {
      const problem = problemOf(error, stack);
      assert.equal(problem.kind, kind);
      assert.match(problem.whatToDo, whatToDo);
      assert.ok(problem.message.length > 10);
      assert.equal(problem.right, undefined);
    });

  it("names right and queue of a call that is denied", async () => {
    const operator = await Operator.start();
    try {
      callsOf(operator.stack).deny("SQS GetQueueAttributes");
      const { jobQueueUrl: QueueUrl } = operator.stack.outputs;
      const call = operator.stack.sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
      const problem = problemOf(await call.catch((error: unknown) => error), operator.stack);
      assert.deepEqual(
        [problem.kind, problem.right, problem.message],
        [
          "right",
          "sqs:GetQueueAttributes",
          `These credentials may not sqs:GetQueueAttributes on ${QueueUrl}.`,
        ],
      );
    } finally {
      await operator.stop();
    }
  });

  it("is told of no credentials at all as the SDK itself says it", async () => {
    const without = connect("stack prod", withDefaults({ region: "eu-west-1", bucketName: "videos" }));
    without.sqs.config.credentials = () =>
      Promise.reject(errorOf("CredentialsProviderError", "Could not load credentials from any providers"));
    try {
      const call = without.sqs.send(new GetQueueAttributesCommand({ QueueUrl: "https://sqs/1/jobs" }));
      const problem = problemOf(await call.catch((error: unknown) => error), without);
      assert.equal(problem.kind, "credentials");
    } finally {
      without.destroy();
    }
  });

  it("is told when nobody answers, as after a sleep that cut the connection", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const cloud = {
      endpoints: { s3: endpoint, sqs: endpoint, sns: endpoint, ecs: endpoint },
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    };
    const cut = connect("local run", stack.outputs, cloud, 50);
    try {
      const call = cut.sqs.send(new GetQueueAttributesCommand({ QueueUrl: `${endpoint}/1/jobs` }));
      assert.equal(problemOf(await call.catch((error: unknown) => error), cut).kind, "unreachable");
    } finally {
      cut.destroy();
      silent.close();
      silent.closeAllConnections();
    }
  });

  it("is a sentence for what is no Error", () => {
    assert.match(problemOf("nothing", stack).message, /nothing/);
  });
});
