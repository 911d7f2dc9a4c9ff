import assert from "node:assert/strict";
import { notificationRules } from "../../local/services/s3/events/notifications";
import { Stack } from "./registered";

describe("the program, with everything else configured", function () {
  this.timeout(60_000);
  let stack: Stack;

  before(async () => {
    stack = await Stack.evaluate(
      {
        thumbnailTimestamp: "25%",
        thumbnailFormat: "jpg",
        thumbnailWidth: "0",
        videoSuffixes: '[".mp4", ".MOV", ".264"]',
        maxWorkers: "3",
        warmWorkers: "2",
        taskCpu: "1024",
        taskMemory: "4096",
        architecture: "ARM64",
        spot: "true",
        publicThumbnails: "true",
        removeThumbnails: "true",
        storyboard: "true",
        storyboardTileWidth: "240",
        storyboardFormat: "webp",
        preview: "true",
        previewSeconds: "6",
        previewWidth: "480",
        renditions: '["320.webp", "640.jpg"]',
        uploadOrigins: '["https://www.example.com", "http://127.0.0.1:*"]',
        forceDestroy: "true",
        logRetentionDays: "90",
        alarmEmail: "ops@example.com",
        dashboard: "false",
        imageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/worker:1",
      },
      "prod.eu",
    );
  });

  const variables = (name: string) =>
    (
      stack.one("lambda/function:Function", name).inputs["environment"] as {
        variables: Record<string, string>;
      }
    ).variables;

  describe("removeThumbnails", () => {
    const settling = () => {
      const bucket = stack.arn("s3/bucket:Bucket");
      return [
        { Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${bucket}/thumb/*`, `${bucket}/extras/*`] },
        { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
        {
          Effect: "Allow",
          Action: ["s3:DeleteObject"],
          Resource: [`${bucket}/thumb/*`, `${bucket}/extras/*`],
        },
        { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [stack.arn("sqs/queue:Queue", "jobs")] },
      ];
    };
    const environment = () => ({
      VIDEO_BUCKET: stack.one("s3/bucket:Bucket").id,
      OUTPUT_BUCKET: stack.one("s3/bucket:Bucket").id,
      THUMBNAIL_FORMAT: "jpg",
      OUTPUT_PREFIX: "thumb/",
      EXTRAS_PREFIX: "extras/",
      MAKES_EXTRAS: "true",
      VIDEO_SUFFIXES: ".mp4,.MOV,.264",
      JOB_QUEUE_URL: stack.one("sqs/queue:Queue", "jobs").id,
    });

    it("tells onVideoRemoved of every way in which a video can go", () => {
      const { lambdaFunctions } = stack.one("BucketNotification").inputs as {
        lambdaFunctions: { lambdaFunctionArn: string; events: string[]; filterSuffix: string }[];
      };
      const arn = stack.arn("lambda/function:Function", "onVideoRemoved");
      const rules = lambdaFunctions.filter(({ lambdaFunctionArn }) => lambdaFunctionArn === arn);
      assert.deepEqual(
        rules.map(({ filterSuffix }) => filterSuffix),
        stack.outputs["videoSuffixes"],
      );
      for (const { events } of rules)
        assert.deepEqual(events, ["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]);
    });

    it("lets onVideoRemoved look at and delete thumbnails and extras, list, and queue jobs, and read no video", () => {
      assert.deepEqual(stack.rights("onVideoRemoved").slice(0, 4), settling());
      assert.equal(stack.rights("onVideoRemoved").length, 6);
      assert.deepEqual(variables("onVideoRemoved"), environment());
    });

    it("lets onThumbnailCreated do the same", () => {
      assert.deepEqual(stack.rights("onThumbnailCreated").slice(0, 4), settling());
      const own = Object.entries(variables("onThumbnailCreated"));
      const wanted = Object.entries(environment());
      for (const entry of wanted)
        assert.ok(own.some(([name, value]) => name === entry[0] && value === entry[1]));
    });

    it("lets a worker delete thumbnails, and tells it to, and that anyone may read what it tells of a video", () => {
      const thumbnails = [`${stack.arn("s3/bucket:Bucket")}/thumb/*`];
      const right = {
        Effect: "Allow",
        Action: ["s3:DeleteObject"],
        Resource: thumbnails,
        Condition: { StringEquals: { "aws:SourceVpc": stack.one("awsx:ec2:Vpc").state["vpcId"] } },
      };
      assert.deepEqual(stack.rights("task")[3], right);
      const { container } = stack.one("awsx:ecs:FargateTaskDefinition").inputs as {
        container: { environment: { name: string; value: string }[] };
      };
      const told = Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
      assert.equal(told["REMOVE_THUMBNAILS"], "true");
      assert.equal(told["PUBLIC_THUMBNAILS"], "true");
      assert.equal(told["VIDEO_SUFFIXES"], ".mp4,.MOV,.264");
    });
  });

  it("uploadOrigins lets pages of these origins, and no others, send what was signed for them", () => {
    const cors = stack.one("BucketCorsConfiguration");
    assert.equal(cors.inputs["bucket"], stack.one("s3/bucket:Bucket").id);
    assert.equal(cors.deletedWith, stack.one("s3/bucket:Bucket").urn);
    assert.deepEqual(cors.inputs["corsRules"], [
      {
        allowedOrigins: ["https://www.example.com", "http://127.0.0.1:*"],
        allowedMethods: ["PUT", "POST"],
        allowedHeaders: ["*"],
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3600,
      },
    ]);
  });

  it("publicThumbnails opens reading of thumb/* and extras/*, and nothing else", () => {
    const policy = stack.one("BucketPolicy").inputs["policy"] as { Statement: unknown[] };
    const allowed = policy.Statement.filter(
      (statement) => (statement as { Effect: string }).Effect === "Allow",
    );
    assert.deepEqual(allowed, [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: ["thumb/*", "extras/*"].map((pattern) => `${stack.arn("s3/bucket:Bucket")}/${pattern}`),
      },
    ]);
    const block = stack.one("BucketPublicAccessBlock").inputs;
    assert.deepEqual(
      [
        block["blockPublicAcls"],
        block["ignorePublicAcls"],
        block["blockPublicPolicy"],
        block["restrictPublicBuckets"],
      ],
      [true, true, false, false],
    );
  });

  it("storyboard, preview and renditions have onThumbnailCreated told of manifests, by filters that no thumbnail matches", () => {
    const { lambdaFunctions } = stack.one("BucketNotification").inputs as {
      lambdaFunctions: Record<string, unknown>[];
    };
    const arn = stack.arn("lambda/function:Function", "onThumbnailCreated");
    const filters = [
      { filterPrefix: "thumb/", filterSuffix: ".jpg" },
      { filterPrefix: "extras/", filterSuffix: "/manifest.json" },
    ];
    assert.deepEqual(
      lambdaFunctions.filter(({ lambdaFunctionArn }) => lambdaFunctionArn === arn),
      filters.map((filter) => ({ lambdaFunctionArn: arn, events: ["s3:ObjectCreated:*"], ...filter })),
    );
    assert.doesNotThrow(() => notificationRules(stack.resources));
  });

  it("imageUri is used as it is, and nothing is built", () => {
    assert.deepEqual(stack.all("awsx:ecr:Image"), []);
    assert.deepEqual(stack.all("awsx:ecr:Repository"), []);
    const container = stack.one("awsx:ecs:FargateTaskDefinition").inputs["container"] as { image: string };
    assert.equal(container.image, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/worker:1");
  });

  it("imageUri in a private ECR repository may be pulled from there alone", () => {
    assert.deepEqual((stack.rights("execution")[2] as { Resource: unknown }).Resource, [
      "arn:aws:ecr:eu-west-1:123456789012:repository/team/worker",
    ]);
  });

  it("spot starts burst workers on FARGATE_SPOT, then on FARGATE, which the cluster offers", () => {
    assert.equal(variables("onVideoUploaded")["ECS_CAPACITY_PROVIDERS"], "FARGATE_SPOT,FARGATE");
    assert.equal(variables("superviseWorkers")["ECS_CAPACITY_PROVIDERS"], "FARGATE_SPOT,FARGATE");
    assert.deepEqual(stack.one("ClusterCapacityProviders").inputs["capacityProviders"], [
      "FARGATE",
      "FARGATE_SPOT",
    ]);
    assert.equal(stack.one("awsx:ecs:FargateService").inputs["capacityProviderStrategies"], undefined);
  });

  it("architecture, taskCpu and taskMemory make the worker", () => {
    const { inputs } = stack.one("awsx:ecs:FargateTaskDefinition");
    assert.deepEqual(inputs["runtimePlatform"], { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" });
    assert.deepEqual([inputs["cpu"], inputs["memory"]], ["1024", "4096"]);
  });

  it("warmWorkers keeps that many running, and maxWorkers bounds the rest", () => {
    assert.equal(stack.one("awsx:ecs:FargateService").inputs["desiredCount"], 2);
    assert.equal(variables("superviseWorkers")["MAX_WORKERS"], "3");
    const { name } = stack.one("awsx:ecs:FargateService").state["service"] as { name: string };
    assert.equal(variables("superviseWorkers")["ECS_WARM_SERVICE_NAME"], name);
  });

  it("videoSuffixes triggers in both cases, once where there is only one", () => {
    const { lambdaFunctions } = stack.one("BucketNotification").inputs as {
      lambdaFunctions: { lambdaFunctionArn: string; filterSuffix: string }[];
    };
    const uploaded = stack.arn("lambda/function:Function", "onVideoUploaded");
    const video = lambdaFunctions.filter(({ lambdaFunctionArn }) => lambdaFunctionArn === uploaded);
    assert.deepEqual(
      video.map(({ filterSuffix }) => filterSuffix),
      [".mp4", ".MP4", ".mov", ".MOV", ".264"],
    );
  });

  it("thumbnailFormat, thumbnailTimestamp and thumbnailWidth reach the worker and the filters", () => {
    const { environment } = stack.one("awsx:ecs:FargateTaskDefinition").inputs["container"] as {
      environment: { name: string; value: string }[];
    };
    const value = (name: string) => environment.find((variable) => variable.name === name)?.value;
    assert.equal(value("THUMBNAIL_FORMAT"), "jpg");
    assert.equal(value("THUMBNAIL_TIMESTAMP"), "25%");
    assert.equal(value("THUMBNAIL_WIDTH"), "0");
    const { lambdaFunctions } = stack.one("BucketNotification").inputs as {
      lambdaFunctions: { filterPrefix?: string; filterSuffix: string }[];
    };
    assert.equal(lambdaFunctions.find(({ filterPrefix }) => filterPrefix === "thumb/")?.filterSuffix, ".jpg");
  });

  it("forceDestroy, logRetentionDays and alarmEmail are taken over", () => {
    assert.equal(stack.one("s3/bucket:Bucket").inputs["forceDestroy"], true);
    for (const { inputs } of stack.all("cloudwatch/logGroup:LogGroup")) {
      assert.equal(inputs["retentionInDays"], 90);
    }
    const { inputs } = stack.one("sns/topicSubscription:TopicSubscription");
    assert.deepEqual(
      [inputs["protocol"], inputs["endpoint"], inputs["topic"]],
      ["email", "ops@example.com", stack.arn("sns/topic:Topic", "alarms")],
    );
  });

  it("dashboard: false leaves out the dashboard, every custom metric, and their outputs", () => {
    assert.deepEqual(stack.all("cloudwatch/dashboard:Dashboard"), []);
    assert.deepEqual(stack.all("cloudwatch/logMetricFilter:LogMetricFilter"), []);
    // An output that is there without a value makes Pulumi warn.
    assert.deepEqual(
      Object.keys(stack.outputs).filter((name) => /dashboard|metric/i.test(name)),
      [],
    );
    assert.ok(!Object.values(stack.outputs).includes(null));
  });

  it("lives beside another one of its name in the same account: what it names itself has random letters in it", () => {
    const cluster = String(stack.one("ecs/cluster:Cluster").state["name"]);
    const named = stack.resources.flatMap(({ type, name, inputs }) =>
      ["name", "bucket", "family", "clusterName", "dashboardName"].flatMap((key) =>
        typeof inputs[key] === "string" &&
        Object.values(stack.resources).every(
          ({ id, state }) => id !== inputs[key] && state["name"] !== inputs[key],
        )
          ? [`${type} ${name} ${inputs[key]}`]
          : [],
      ),
    );
    assert.deepEqual(named, [`awsx:ecs:FargateTaskDefinition worker video-thumbnailer-prod-eu-${cluster}`]);
    assert.match(cluster, /-[0-9a-f]{7}$/);
  });

  it("registers no two resources of one type under one name, which mocks do not notice", () => {
    const names = stack.resources.map(({ type, name }) => `${type} ${name}`);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });
});
