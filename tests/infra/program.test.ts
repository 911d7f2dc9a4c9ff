import assert from "node:assert/strict";
import { Stack } from "./registered";

const allow = (Action: string[], Resource: string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const account = "000000000000";

describe("the program, as configured by default", function () {
  this.timeout(60_000);
  let stack: Stack;

  const trust = (role: string) => stack.statements("iam/role:Role", role, "assumeRolePolicy");
  const trusted = (service: string, Condition: object) => [
    { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition },
  ];
  const family = () => String(stack.one("awsx:ecs:FargateTaskDefinition").inputs["family"]);

  before(async () => {
    stack = await Stack.evaluate();
  });

  describe("the bucket", () => {
    const bucket = () => stack.one("s3/bucket:Bucket");

    it("blocks all public access", () => {
      const { bucket: id, ...block } = stack.one("BucketPublicAccessBlock").inputs;
      assert.equal(id, bucket().id);
      assert.deepEqual(block, {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      });
    });

    it("has no access lists", () => {
      assert.deepEqual(stack.one("BucketOwnershipControls").inputs["rule"], {
        objectOwnership: "BucketOwnerEnforced",
      });
    });

    it("accepts TLS only, and its policy allows nobody anything", () => {
      const policy = stack.one("BucketPolicy").inputs["policy"] as { Statement: unknown };
      assert.deepEqual(policy.Statement, [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [stack.arn("s3/bucket:Bucket"), `${stack.arn("s3/bucket:Bucket")}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]);
    });

    it("is encrypted", () => {
      assert.deepEqual(stack.one("BucketServerSideEncryptionConfiguration").inputs["rules"], [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ]);
    });

    it("forgets multipart uploads that were never finished", () => {
      const [rule] = stack.one("BucketLifecycleConfiguration").inputs["rules"] as Record<string, unknown>[];
      assert.equal(rule?.["status"], "Enabled");
      assert.deepEqual(rule["abortIncompleteMultipartUpload"], { daysAfterInitiation: 7 });
    });

    it("has no CORS rules declared, so that those which somebody has put there by hand stay", () => {
      assert.deepEqual(stack.all("BucketCorsConfiguration"), []);
    });

    it("is not deleted with files in it", () => {
      assert.equal(bucket().inputs["forceDestroy"], false);
    });

    it("keeps what protects it for as long as it stands: nothing of that is deleted but with the bucket", () => {
      const protections = stack.resources.filter(
        ({ type, inputs }) => type.startsWith("aws:s3/bucket") && inputs["bucket"] === bucket().id,
      );
      const notDeletedWithIt = protections.filter(
        ({ urn, deletedWith }) => urn !== bucket().urn && deletedWith !== bucket().urn,
      );
      assert.deepEqual(
        notDeletedWithIt.map(({ type }) => type),
        ["aws:s3/bucketNotification:BucketNotification"],
      );
      assert.equal(protections.length, 6);
    });
  });

  describe("the bucket's notifications", () => {
    interface Notification {
      events: string[];
      filterPrefix?: string;
      filterSuffix?: string;
      lambdaFunctionArn: string;
    }
    const notifications = () => stack.one("BucketNotification").inputs["lambdaFunctions"] as Notification[];

    it("give created videos, in both cases of the suffix, to onVideoUploaded", () => {
      const videos = notifications().filter(
        ({ lambdaFunctionArn }) =>
          lambdaFunctionArn === stack.arn("lambda/function:Function", "onVideoUploaded"),
      );
      assert.deepEqual(
        videos.map(({ events, filterPrefix, filterSuffix }) => [events, filterPrefix, filterSuffix]),
        [
          [["s3:ObjectCreated:*", "s3:ObjectTagging:*"], undefined, ".mp4"],
          [["s3:ObjectCreated:*", "s3:ObjectTagging:*"], undefined, ".MP4"],
        ],
      );
    });

    it("give created thumbnails to onThumbnailCreated", () => {
      const thumbnails = notifications().filter(
        ({ lambdaFunctionArn }) =>
          lambdaFunctionArn === stack.arn("lambda/function:Function", "onThumbnailCreated"),
      );
      assert.deepEqual(
        thumbnails.map(({ events, filterPrefix, filterSuffix }) => [events, filterPrefix, filterSuffix]),
        [[["s3:ObjectCreated:*"], "thumb/", ".png"]],
      );
    });

    it("come from filters that do not overlap, which S3 would reject", () => {
      const overlaps = (a: string, b: string, fits: (x: string, y: string) => boolean) =>
        fits(a, b) || fits(b, a);
      const all = notifications();
      for (const [index, a] of all.entries()) {
        for (const b of all.slice(index + 1)) {
          const both =
            overlaps(a.filterPrefix ?? "", b.filterPrefix ?? "", (x, y) => x.startsWith(y)) &&
            overlaps(a.filterSuffix ?? "", b.filterSuffix ?? "", (x, y) => x.endsWith(y));
          assert.ok(!both, `${JSON.stringify(a)} overlaps ${JSON.stringify(b)}`);
        }
      }
    });

    it("are one resource under a name of its own, since S3 keeps one document of them all", () => {
      assert.equal(stack.one("BucketNotification").name, "videos");
    });

    it("are registered once they may call their functions", () => {
      assert.deepEqual(
        stack
          .dependencies(stack.one("BucketNotification"))
          .filter((name) => name.startsWith("Permission"))
          .sort(),
        ["Permission onThumbnailCreated", "Permission onVideoUploaded"],
      );
    });

    it("may call their functions, for this bucket alone and as long as this account owns it", () => {
      const called = new Set(notifications().map(({ lambdaFunctionArn }) => lambdaFunctionArn));
      const permitted = stack
        .all("lambda/permission:Permission")
        .filter(({ inputs }) => inputs["principal"] === "s3.amazonaws.com");
      for (const { inputs } of permitted) {
        assert.equal(inputs["sourceArn"], stack.arn("s3/bucket:Bucket"));
        assert.equal(inputs["sourceAccount"], account);
      }
      const names = new Set(permitted.map(({ inputs }) => inputs["function"]));
      for (const arn of called) assert.ok(names.has(arn.split(":").at(-1)), arn);
    });
  });

  describe("the network", () => {
    it("has public subnets in two zones and no NAT gateway", () => {
      const { inputs } = stack.one("awsx:ec2:Vpc");
      assert.equal(inputs["numberOfAvailabilityZones"], 2);
      assert.deepEqual(inputs["natGateways"], { strategy: "None" });
      assert.deepEqual(
        (inputs["subnetSpecs"] as { type: string }[]).map(({ type }) => type),
        ["Public"],
      );
    });

    it("reaches S3 by a gateway endpoint on its route tables", () => {
      const { vpcId, routeTables } = stack.one("awsx:ec2:Vpc").state as {
        vpcId: string;
        routeTables: { id: string }[];
      };
      const { vpcEndpointType, ...inputs } = stack.one("ec2/vpcEndpoint:VpcEndpoint").inputs;
      // What bills by the hour is of another type than the one that is made by default.
      assert.equal(vpcEndpointType, undefined);
      assert.deepEqual(inputs, {
        vpcId,
        serviceName: "com.amazonaws.eu-west-1.s3",
        routeTableIds: routeTables.map(({ id }) => id),
        tags: { project: "video-thumbnailer", stack: "dev" },
      });
    });

    it("lets nothing in, and HTTPS out", () => {
      const { inputs } = stack.one("ec2/securityGroup:SecurityGroup");
      assert.deepEqual(inputs["ingress"], []);
      assert.deepEqual(inputs["egress"], [
        { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
      ]);
    });

    it("costs nothing while nobody uploads: no gateway, load balancer, address or running task", () => {
      for (const billed of ["NatGateway", "Eip", "LoadBalancer"]) {
        assert.deepEqual(stack.all(`:${billed}`), []);
      }
      assert.equal(stack.one("awsx:ecs:FargateService").inputs["desiredCount"], 0);
    });
  });

  describe("the image", () => {
    it("is built for the workers' architecture and pushed to a repository of its own", () => {
      const { inputs } = stack.one("awsx:ecr:Image");
      assert.equal(inputs["context"], ".");
      assert.equal(inputs["dockerfile"], "ffmpeg-image/Dockerfile");
      assert.equal(inputs["platform"], "linux/amd64");
      assert.equal(inputs["repositoryUrl"], stack.one("awsx:ecr:Repository").state["url"]);
    });

    it("takes over one tag from the image before it, of which a fresh machine finds the layers", () => {
      const { inputs } = stack.one("awsx:ecr:Image");
      assert.equal(inputs["imageTag"], "thumbnailer-worker");
      // awsx then takes the tag itself: https://github.com/pulumi/pulumi-awsx/blob/master/awsx/ecr/image.ts
      assert.equal(inputs["cacheFrom"], undefined);
      // By ECR's default a tag can go to another image.
      assert.equal(stack.one("awsx:ecr:Repository").inputs["imageTagMutability"], undefined);
    });

    it("is scanned on push, and of those without the tag, which were in use before it, four stay", () => {
      const { inputs } = stack.one("awsx:ecr:Repository");
      assert.deepEqual(inputs["imageScanningConfiguration"], { scanOnPush: true });
      const policy = inputs["lifecyclePolicy"] as { rules: Record<string, unknown>[] };
      assert.deepEqual(
        policy.rules.map((rule) => [rule["tagStatus"], rule["maximumNumberOfImages"]]),
        [["untagged", 4]],
      );
    });

    it("is in the task definition by its digest, so that no later image gets into this revision", () => {
      const { image } = stack.one("awsx:ecs:FargateTaskDefinition").inputs["container"] as { image: string };
      assert.match(image, /@sha256:[0-9a-f]{64}$/);
    });
  });

  describe("the queues", () => {
    it("put a job into failed-jobs that no worker could put there: after five receives of one message", () => {
      const { inputs } = stack.one("sqs/queue:Queue", "jobs");
      assert.deepEqual(JSON.parse(String(inputs["redrivePolicy"])), {
        deadLetterTargetArn: stack.arn("sqs/queue:Queue", "failed-jobs"),
        maxReceiveCount: 5,
      });
    });

    it("take failures of their own sources alone: failed-jobs those of jobs, the others of no queue", () => {
      const allowed = stack
        .all("sqs/redriveAllowPolicy:RedriveAllowPolicy")
        .map(({ inputs }) => [
          inputs["queueUrl"],
          JSON.parse(String(inputs["redriveAllowPolicy"])) as unknown,
        ]);
      const url = (name: string) => stack.one("sqs/queue:Queue", name).state["url"];
      assert.deepEqual(Object.fromEntries(allowed as [string, unknown][]), {
        [String(url("jobs"))]: { redrivePermission: "denyAll" },
        [String(url("failed-jobs"))]: {
          redrivePermission: "byQueue",
          sourceQueueArns: [stack.arn("sqs/queue:Queue", "jobs")],
        },
        [String(url("failed-events"))]: { redrivePermission: "denyAll" },
      });
    });

    it("keep what they hold for 14 days, encrypted, and take TLS only", () => {
      const queues = stack.all("sqs/queue:Queue");
      assert.deepEqual(queues.map(({ name }) => name).sort(), ["failed-events", "failed-jobs", "jobs"]);
      for (const queue of queues) {
        assert.equal(queue.inputs["messageRetentionSeconds"], 14 * 24 * 3600);
        assert.equal(queue.inputs["sqsManagedSseEnabled"], true);
        const { inputs } = stack.one("sqs/queuePolicy:QueuePolicy", queue.name);
        assert.equal(inputs["queueUrl"], queue.state["url"]);
        assert.deepEqual((JSON.parse(String(inputs["policy"])) as { Statement: unknown }).Statement, [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: [queue.state["arn"]],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]);
      }
    });
  });

  describe("the topics", () => {
    const owner = (topic: string) => ({
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: [
        "sns:AddPermission",
        "sns:DeleteTopic",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:Publish",
        "sns:RemovePermission",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
      ],
      Resource: topic,
    });
    const denyWithoutTls = (topic: string) => ({
      Effect: "Deny",
      Principal: "*",
      Action: ["sns:Publish", "sns:Subscribe"],
      Resource: [topic],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });

    it("are this account's alone and take TLS only", () => {
      const topic = stack.arn("sns/topic:Topic", "thumbnails");
      assert.equal(stack.one("sns/topicPolicy:TopicPolicy", "thumbnails").inputs["arn"], topic);
      assert.deepEqual(stack.statements("sns/topicPolicy:TopicPolicy", "thumbnails"), [
        owner(topic),
        denyWithoutTls(topic),
      ]);
    });

    it("let CloudWatch publish this account's alarms", () => {
      const topic = stack.arn("sns/topic:Topic", "alarms");
      assert.equal(stack.one("sns/topicPolicy:TopicPolicy", "alarms").inputs["arn"], topic);
      assert.deepEqual(stack.statements("sns/topicPolicy:TopicPolicy", "alarms"), [
        owner(topic),
        denyWithoutTls(topic),
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic,
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      ]);
    });
  });

  describe("a worker", () => {
    const container = () =>
      stack.one("awsx:ecs:FargateTaskDefinition").inputs["container"] as Record<string, unknown>;

    it("is the configured image, size and architecture", () => {
      const { inputs } = stack.one("awsx:ecs:FargateTaskDefinition");
      assert.equal(container()["image"], stack.one("awsx:ecr:Image").state["imageUri"]);
      assert.deepEqual([inputs["cpu"], inputs["memory"]], ["256", "512"]);
      assert.equal(container()["memory"], 512);
      assert.deepEqual(inputs["runtimePlatform"], {
        cpuArchitecture: "X86_64",
        operatingSystemFamily: "LINUX",
      });
    });

    it("is closed: no root, nothing writable, no capability, no init process but the image's own", () => {
      assert.equal(container()["user"], "1000:1000");
      assert.equal(container()["readonlyRootFilesystem"], true);
      assert.deepEqual(container()["linuxParameters"], {
        initProcessEnabled: false,
        capabilities: { drop: ["ALL"] },
      });
      assert.equal(container()["privileged"], undefined);
    });

    it("has two minutes to stop", () => {
      assert.equal(container()["stopTimeout"], 120);
    });

    it("logs to a group of its own", () => {
      const options = (container()["logConfiguration"] as { options: Record<string, string> }).options;
      assert.equal(
        options["awslogs-group"],
        stack.one("cloudwatch/logGroup:LogGroup", "workers").state["name"],
      );
      assert.equal(options["awslogs-region"], "eu-west-1");
      assert.deepEqual(stack.one("awsx:ecs:FargateTaskDefinition").inputs["logGroup"], { skip: true });
    });

    it("is told its queues and the thumbnail that the stack wants", () => {
      const environment = container()["environment"] as { name: string; value: string }[];
      assert.deepEqual(Object.fromEntries(environment.map(({ name, value }) => [name, value])), {
        AWS_REGION: "eu-west-1",
        JOB_QUEUE_URL: stack.one("sqs/queue:Queue", "jobs").state["url"],
        FAILED_JOBS_QUEUE_URL: stack.one("sqs/queue:Queue", "failed-jobs").state["url"],
        MAX_TRIES: "3",
        STOP_TIMEOUT_SECONDS: "120",
        THUMBNAIL_TIMESTAMP: "auto",
        THUMBNAIL_FORMAT: "png",
        THUMBNAIL_WIDTH: "1280",
        OUTPUT_PREFIX: "thumb/",
        TASK_MEMORY_MIB: "512",
        NODE_OPTIONS: "--max-old-space-size=128",
        VIDEO_SUFFIXES: ".mp4",
      });
    });

    it("may read videos, store thumbnails, both from its network alone, take, give back and put aside jobs, and no more", () => {
      const bucket = stack.arn("s3/bucket:Bucket");
      const fromNetwork = { StringEquals: { "aws:SourceVpc": stack.one("awsx:ec2:Vpc").state["vpcId"] } };
      assert.deepEqual(stack.rights("task"), [
        allow(["s3:GetObject", "s3:GetObjectTagging"], [`${bucket}/*`], fromNetwork),
        allow(["s3:ListBucket"], [bucket], fromNetwork),
        allow(["s3:PutObject"], [`${bucket}/thumb/*`], fromNetwork),
        allow(
          ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
          [stack.arn("sqs/queue:Queue", "jobs")],
        ),
        allow(
          ["sqs:SendMessage"],
          [stack.arn("sqs/queue:Queue", "jobs"), stack.arn("sqs/queue:Queue", "failed-jobs")],
        ),
      ]);
    });

    it("is started by ECS with the right to pull this image and write this log", () => {
      const repository = stack.one("awsx:ecr:Repository").state["repository"] as { arn: string };
      assert.deepEqual(stack.rights("execution"), [
        allow(
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          [`${stack.arn("cloudwatch/logGroup:LogGroup", "workers")}:*`],
        ),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow(
          ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
          [repository.arn],
        ),
      ]);
    });

    it("runs with these two roles, which only tasks of this account may take on", () => {
      const { inputs } = stack.one("awsx:ecs:FargateTaskDefinition");
      for (const [role, name] of [
        [inputs["taskRole"], "task"],
        [inputs["executionRole"], "execution"],
      ] as const) {
        assert.deepEqual(role, { roleArn: stack.arn("iam/role:Role", name) });
      }
      const ofAccount = { StringEquals: { "aws:SourceAccount": account } };
      const ofTask = { ArnLike: { "aws:SourceArn": `arn:aws:ecs:eu-west-1:${account}:*` } };
      assert.deepEqual(trust("task"), trusted("ecs-tasks.amazonaws.com", { ...ofAccount, ...ofTask }));
      assert.deepEqual(trust("execution"), trusted("ecs-tasks.amazonaws.com", ofAccount));
    });
  });

  describe("the warm workers' service", () => {
    it("deploys at 0, in the workers' network, without waiting", () => {
      const { inputs } = stack.one("awsx:ecs:FargateService");
      const definition = stack.one("awsx:ecs:FargateTaskDefinition").state["taskDefinition"] as {
        arn: string;
      };
      assert.equal(inputs["taskDefinition"], definition.arn);
      assert.equal(inputs["cluster"], stack.arn("ecs/cluster:Cluster"));
      assert.equal(inputs["continueBeforeSteadyState"], true);
      assert.deepEqual(inputs["networkConfiguration"], {
        subnets: stack.one("awsx:ec2:Vpc").state["publicSubnetIds"],
        securityGroups: [stack.one("ec2/securityGroup:SecurityGroup").id],
        assignPublicIp: true,
      });
    });
  });

  describe("the Lambdas", () => {
    const names = ["onThumbnailCreated", "onVideoUploaded", "superviseWorkers"];

    it("are three, on arm64 and Node 24, logging JSON", () => {
      const functions = stack.all("lambda/function:Function");
      assert.deepEqual(functions.map(({ name }) => name).sort(), names);
      for (const { name, inputs } of functions) {
        assert.deepEqual(inputs["architectures"], ["arm64"]);
        assert.equal(inputs["runtime"], "nodejs24.x");
        assert.deepEqual(inputs["loggingConfig"], {
          logFormat: "JSON",
          logGroup: stack.one("cloudwatch/logGroup:LogGroup", name).state["name"],
        });
        assert.equal(inputs["role"], stack.arn("iam/role:Role", name));
      }
    });

    it("try an event three times, then keep it in failed-events", () => {
      for (const name of names) {
        const { inputs } = stack.one("FunctionEventInvokeConfig", name);
        assert.equal(inputs["functionName"], stack.one("lambda/function:Function", name).state["name"]);
        assert.equal(inputs["maximumRetryAttempts"], 2);
        assert.deepEqual(inputs["destinationConfig"], {
          onFailure: { destination: stack.arn("sqs/queue:Queue", "failed-events") },
        });
      }
    });

    it("run with roles that Lambda may take on for this account alone", () => {
      const ofAccount = { StringEquals: { "aws:SourceAccount": account } };
      for (const name of names) assert.deepEqual(trust(name), trusted("lambda.amazonaws.com", ofAccount));
    });

    it("are there, like the warm workers' service, once the cluster runs tasks on Fargate", () => {
      const starters = [
        stack.one("awsx:ecs:FargateService"),
        ...["onVideoUploaded", "superviseWorkers"].map((name) => stack.one("lambda/function:Function", name)),
      ];
      for (const starter of starters) {
        assert.ok(
          stack.dependencies(starter).includes("ClusterCapacityProviders workers"),
          `${starter.name} does not wait for the capacity providers`,
        );
      }
    });

    it("have no managed policies, in which Pulumi's default would give them half of AWS", () => {
      assert.deepEqual(stack.all("RolePolicyAttachment"), []);
    });

    const basics = (name: string) => [
      allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [`${stack.arn("cloudwatch/logGroup:LogGroup", name)}:*`],
      ),
      allow(["sqs:SendMessage"], [stack.arn("sqs/queue:Queue", "failed-events")]),
    ];
    const startWorkers = () => {
      const cluster = { ArnEquals: { "ecs:cluster": stack.arn("ecs/cluster:Cluster") } };
      return [
        allow(["sqs:GetQueueAttributes"], [stack.arn("sqs/queue:Queue", "jobs")]),
        allow(["ecs:ListTasks"], ["*"], cluster),
        allow(
          ["ecs:DescribeTasks"],
          [`${stack.arn("ecs/cluster:Cluster").replace(":cluster/", ":task/")}/*`],
          cluster,
        ),
        allow(["ecs:RunTask"], [`arn:aws:ecs:eu-west-1:${account}:task-definition/${family()}:*`], cluster),
        allow(
          ["iam:PassRole"],
          [stack.arn("iam/role:Role", "task"), stack.arn("iam/role:Role", "execution")],
          {
            StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
          },
        ),
      ];
    };

    it("onVideoUploaded may queue jobs and start this family's workers in this cluster", () => {
      assert.deepEqual(stack.rights("onVideoUploaded"), [
        ...startWorkers(),
        allow(["sqs:SendMessage"], [stack.arn("sqs/queue:Queue", "jobs")]),
        ...basics("onVideoUploaded"),
      ]);
    });

    it("superviseWorkers may start this family's workers in this cluster", () => {
      assert.deepEqual(stack.rights("superviseWorkers"), [...startWorkers(), ...basics("superviseWorkers")]);
    });

    it("onThumbnailCreated may look at thumbnails and tell the topic", () => {
      const bucket = stack.arn("s3/bucket:Bucket");
      assert.deepEqual(stack.rights("onThumbnailCreated"), [
        allow(["s3:GetObject"], [`${bucket}/thumb/*`]),
        allow(["s3:ListBucket"], [bucket]),
        allow(["sns:Publish"], [stack.arn("sns/topic:Topic", "thumbnails")]),
        ...basics("onThumbnailCreated"),
      ]);
    });

    it("know the family that the task definition is registered under, one of this stack's own", () => {
      const cluster = String(stack.one("ecs/cluster:Cluster").state["name"]);
      assert.equal(family(), `video-thumbnailer-dev-${cluster}`);
      const { inputs } = stack.one("lambda/function:Function", "onVideoUploaded");
      const { variables } = inputs["environment"] as { variables: Record<string, string> };
      assert.equal(
        variables["ECS_TASK_DEFINITION"],
        stack.one("awsx:ecs:FargateTaskDefinition").inputs["family"],
      );
      const definition = stack.one("awsx:ecs:FargateTaskDefinition").state["taskDefinition"] as {
        arn: string;
      };
      assert.equal(variables["ECS_TASK_DEFINITION_ARN"], definition.arn);
      assert.equal(variables["ECS_CAPACITY_PROVIDERS"], "FARGATE");
      assert.equal(variables["MAX_WORKERS"], "10");
    });

    it("superviseWorkers runs every minute, and when a task of the cluster has stopped", () => {
      const rules = stack.all("cloudwatch/eventRule:EventRule");
      assert.deepEqual(rules.map(({ inputs }) => inputs["scheduleExpression"]).filter(Boolean), [
        "rate(1 minute)",
      ]);
      const patterns = rules.flatMap(({ inputs }) =>
        typeof inputs["eventPattern"] === "string" ? [JSON.parse(inputs["eventPattern"]) as unknown] : [],
      );
      assert.deepEqual(patterns, [
        {
          source: ["aws.ecs"],
          "detail-type": ["ECS Task State Change"],
          detail: { lastStatus: ["STOPPED"], clusterArn: [stack.arn("ecs/cluster:Cluster")] },
        },
      ]);
      for (const rule of rules) {
        const target = stack.one("cloudwatch/eventTarget:EventTarget", rule.name);
        assert.equal(target.inputs["rule"], rule.state["name"]);
        assert.equal(target.inputs["arn"], stack.arn("lambda/function:Function", "superviseWorkers"));
        const permission = stack.one("lambda/permission:Permission", rule.name);
        assert.ok(target.dependencies.includes(permission.urn), "the target waits for its permission");
        assert.equal(permission.inputs["sourceArn"], rule.state["arn"]);
        assert.equal(permission.inputs["principal"], "events.amazonaws.com");
      }
    });
  });

  it("keeps every log for a limited time", () => {
    const groups = stack.all("cloudwatch/logGroup:LogGroup");
    assert.equal(groups.length, 4);
    for (const { inputs } of groups) assert.equal(inputs["retentionInDays"], 14);
  });

  it("alarms on any failed job, any failed event, and a job older than 15 minutes", () => {
    const alarms = stack.all("cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => ({
      queue: (inputs["dimensions"] as { QueueName: string }).QueueName,
      metric: inputs["metricName"],
      above: inputs["threshold"],
      tells: inputs["alarmActions"],
      says: String(inputs["alarmDescription"]).length > 80,
    }));
    const queue = (name: string) => stack.one("sqs/queue:Queue", name).state["name"];
    const common = { tells: [stack.arn("sns/topic:Topic", "alarms")], says: true };
    assert.deepEqual(alarms, [
      { queue: queue("failed-jobs"), metric: "ApproximateNumberOfMessagesVisible", above: 0, ...common },
      { queue: queue("failed-events"), metric: "ApproximateNumberOfMessagesVisible", above: 0, ...common },
      { queue: queue("jobs"), metric: "ApproximateAgeOfOldestMessage", above: 900, ...common },
    ]);
    assert.deepEqual(stack.all("sns/topicSubscription:TopicSubscription"), []);
  });

  it("tags all that can have tags with project and stack, and gives it the configured provider", () => {
    const own = stack.resources.filter(({ type }) => /^awsx?:/.test(type));
    const tagged = own.filter(({ inputs }) => inputs["tags"] !== undefined);
    for (const { inputs, name } of tagged)
      assert.deepEqual(inputs["tags"], { project: "video-thumbnailer", stack: "dev" }, name);
    // Of these, AWS tags none. Pulumi's real engine says the same of all others, those of awsx among them.
    const others = new Set(
      own.filter((one) => !tagged.includes(one)).map(({ type }) => type.split(":").at(-1)),
    );
    assert.deepEqual(
      [...others].filter(
        (type = "") => !/Policy$|Permission|Config|Controls|Block|Target|Filter|Providers$/.test(type),
      ),
      ["Image", "Dashboard", "BucketNotification"],
    );
    assert.equal(stack.one("pulumi:providers:aws").state["region"], "eu-west-1");
    // awsx's components are opaque to mocks: they get this provider from their parent too.
    const unprovided = stack.resources.filter(
      ({ type, provider }) => type.startsWith("aws:") && !provider.includes("pulumi:providers:aws::aws::"),
    );
    assert.deepEqual(unprovided, []);
  });

  it("gives the names that its user needs next", () => {
    assert.deepEqual(Object.keys(stack.outputs).sort(), [
      "alarmTopicArn",
      "bucketName",
      "clusterName",
      "dashboardUrl",
      "extrasAskedFor",
      "extrasKeyPrefix",
      "failedEventsQueueUrl",
      "failedJobsQueueUrl",
      "jobQueueUrl",
      "logGroupNames",
      "metricNamespace",
      "onExistingBucket",
      "outputBucketName",
      "region",
      "securityGroupId",
      "subnetIds",
      "taskDefinition",
      "thumbnailFormat",
      "thumbnailKeyPrefix",
      "thumbnailTopicArn",
      "uploadCommand",
      "videoPrefixes",
      "videoSuffixes",
    ]);
    const bucketId = stack.one("s3/bucket:Bucket").id;
    assert.equal(stack.outputs["bucketName"], bucketId);
    assert.equal(stack.outputs["uploadCommand"], `aws s3 cp VIDEO.mp4 s3://${bucketId}/ --region eu-west-1`);
  });
});
