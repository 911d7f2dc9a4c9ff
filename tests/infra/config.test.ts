import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { readConfiguration } from "../../infra/settings/config";
import { readSettings } from "../../infra/settings/readSettings";
import { defaults } from "../../infra/settings/settings";
import { fargateSizeProblem } from "../../infra/settings/fargate";
import { ecrRepositoryArn } from "../../infra/image/image";

const project = "video-thumbnailer";

describe("the stack's configuration", () => {
  before(async () => {
    await pulumi.runtime.setMocks(
      { newResource: (args) => ({ id: args.name, state: {} }), call: () => ({}) },
      project,
    );
  });

  function settingsWith(config: Record<string, string>) {
    const own = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
    pulumi.runtime.setAllConfig({
      "aws:region": "eu-west-1",
      ...(Object.fromEntries(own) as Record<string, string>),
    });
    return readSettings(readConfiguration()).settings;
  }

  function messageWith(config: Record<string, string>): string {
    try {
      settingsWith(config);
    } catch (error) {
      assert.ok(pulumi.RunError.isInstance(error));
      return error.message;
    }
    return assert.fail(`accepted ${JSON.stringify(config)}`);
  }

  it("has the same defaults in the program as in Pulumi.yaml, each with a description, but for the map of tags", () => {
    const { config } = load(readFileSync(path.resolve(__dirname, "../../Pulumi.yaml"), "utf8")) as {
      config: Record<string, { default: unknown; description: string; type: string }>;
    };
    assert.deepEqual(
      {
        ...Object.fromEntries(Object.entries(config).map(([key, declared]) => [key, declared.default])),
        tags: {},
      },
      defaults,
    );
    for (const [key, { description }] of Object.entries(config)) assert.ok(description.length > 10, key);
  });

  it("is in the README's table, each setting with its default", () => {
    const readme = readFileSync(path.resolve(__dirname, "../../README.md"), "utf8");
    const [, table = ""] = readme.split("\n## Settings\n");
    const rows = table.split("\n").filter((line) => line.startsWith("| `"));
    for (const [key, value] of Object.entries<unknown>(defaults)) {
      const row = rows.find((line) => line.includes(`\`${key}\``)) ?? assert.fail(`${key} is in no row`);
      const told = value === "" ? "(none)" : `\`${typeof value === "string" ? value : JSON.stringify(value)}`;
      assert.ok(row.includes(told), `${key}: ${told} is not in ${row}`);
    }
  });

  it("needs only the region", () => {
    const { storyboardTileWidth, storyboardFormat, previewSeconds, previewWidth, ...others } = defaults;
    assert.deepEqual(
      [storyboardTileWidth, storyboardFormat, previewSeconds, previewWidth],
      [160, "jpg", 4, 320],
    );
    assert.deepEqual(settingsWith({}), {
      ...others,
      storyboard: undefined,
      preview: undefined,
      bucketName: undefined,
      outputBucketName: undefined,
      vpcId: undefined,
      subnetIds: undefined,
      securityGroupId: undefined,
      kmsKeyArn: undefined,
      permissionsBoundary: undefined,
      accessLogsBucket: undefined,
      alarmEmail: undefined,
      imageUri: undefined,
    });
  });

  const wrong: [key: string, value: string, message: RegExp][] = [
    ["thumbnailTimestamp", "1:2:3:4", /thumbnailTimestamp is "1:2:3:4".*MM:SS/],
    ["thumbnailTimestamp", "-1", /thumbnailTimestamp is "-1"/],
    ["thumbnailTimestamp", "101%", /thumbnailTimestamp is "101%"/],
    ["thumbnailTimestamp", "", /thumbnailTimestamp is ""/],
    ["thumbnailFormat", "gif", /thumbnailFormat is "gif": allowed: png, jpg, webp/],
    ["thumbnailWidth", "-1", /thumbnailWidth is "-1": allowed: a whole number from 0 to 16384/],
    ["thumbnailWidth", "1280.5", /thumbnailWidth is "1280.5"/],
    ["thumbnailWidth", "wide", /thumbnailWidth is "wide"/],
    ["storyboard", "yes", /storyboard is "yes": allowed: true, false/],
    ["storyboardTileWidth", "8", /storyboardTileWidth is "8": allowed: a whole number from 16 to 1024/],
    ["storyboardFormat", "png", /storyboardFormat is "png": allowed: jpg, webp/],
    ["preview", "", /preview is ""/],
    ["previewSeconds", "0", /previewSeconds is "0": allowed: a whole number from 1 to 30/],
    ["previewWidth", "2000", /previewWidth is "2000"/],
    ["renditions", "320.webp", /renditions is "320.webp": allowed: a list of widths and formats/],
    [
      "renditions",
      '["320"]',
      /"320" is no rendition: a width from 16 to 16383 and png, jpg, webp are allowed/,
    ],
    ["renditions", '["5.webp"]', /"5.webp" is no rendition/],
    ["renditions", '["320.webp","320.webp"]', /"320.webp" is there twice/],
    ["videoSuffixes", ".mp4", /videoSuffixes is ".mp4": allowed: a list of endings with their dot/],
    ["videoSuffixes", "[]", /videoSuffixes is "\[\]": allowed/],
    ["videoSuffixes", '["mp4"]', /"mp4" is no ending/],
    ["videoSuffixes", '[".mp4", 5]', /5 is no ending/],
    ["videoSuffixes", '[".tar.mp4", ".mp4"]', /".tar.mp4" ends with ".mp4"/],
    ["videoSuffixes", '[".mp4", ".PNG"]', /".PNG".*thumbnailFormat is png/],
    ["bucketName", "My_Bucket", /bucketName is "My_Bucket": allowed: the name of a bucket/],
    ["bucketName", "ab", /bucketName is "ab"/],
    ["outputBucketName", "s3://made", /outputBucketName is "s3:\/\/made": allowed: the name of a bucket/],
    ["accessLogsBucket", "logs/", /accessLogsBucket is "logs\/"/],
    [
      "uploadOrigins",
      "https://a.example",
      /uploadOrigins is "https:\/\/a.example": allowed: a list of origins/,
    ],
    ...[
      ...[
        "https://a.example/page",
        "https://a.example/",
        "a.example",
        "*",
        "https://A.example",
        "https://a.example:443",
      ],
      ...["http://a.example", "http://127.0.0.1:80", "https://a.example:x", "https://u@a.example", "null"],
    ].map((origin): [string, string, RegExp] => [
      "uploadOrigins",
      JSON.stringify([origin]),
      new RegExp(`"${origin.replaceAll(/[.*/]/g, String.raw`\$&`)}" is no origin as browsers send it`),
    ]),
    [
      "uploadOrigins",
      JSON.stringify(Array.from({ length: 11 }, (_, index) => `https://${index}.example`)),
      /uploadOrigins .*it has 11; allowed: up to 10/,
    ],
    ["uploadOrigins", '["http://*.example:*"]', /"http:\/\/\*.example:\*" is no origin.*at most one \*/],
    ["prefixes", "uploads/", /prefixes is "uploads\/": allowed: a list of what keys begin with/],
    ["prefixes", '["/uploads/"]', /"\/uploads\/" is no beginning of a key/],
    ["prefixes", '["a*"]', /"a\*" is no beginning of a key/],
    ["prefixes", '["a/../b/"]', /"a\/..\/b\/" is no beginning of a key/],
    ["prefixes", '["a/", "a/b/"]', /"a\/" and "a\/b\/" have keys in common/],
    ["prefixes", '["a/", "a/"]', /"a\/" and "a\/" have keys in common/],
    [
      "prefixes",
      '["thumb/in/"]',
      /prefixes has "thumb\/in\/", and what is under "thumb\/" \(outputPrefix\) is never a video; use another of the two/,
    ],
    ["prefixes", JSON.stringify("abcdefghijk".split("")), /it has 11; allowed: up to 10/],
    ["outputPrefix", "thumb", /outputPrefix is "thumb": allowed: .* with a slash at its end/],
    ["outputPrefix", "/", /outputPrefix is "\/"/],
    ["outputPrefix", `${"a".repeat(200)}/`, /outputPrefix is "a+\/": allowed: up to 200/],
    [
      "extrasPrefix",
      "thumb/extras/",
      /outputPrefix is "thumb\/" and extrasPrefix "thumb\/extras\/": neither may begin with the other; use another of the two/,
    ],
    ["vpcId", "vpc-1", /vpcId is set without subnetIds/],
    ["vpcId", "my-vpc", /vpcId is "my-vpc": allowed: the id of a VPC/],
    ["subnetIds", "subnet-1", /subnetIds is "subnet-1": allowed: a list of subnets/],
    ["subnetIds", '["subnet-1"]', /subnetIds is set without vpcId/],
    ["securityGroupId", "sg-1", /securityGroupId is set without vpcId/],
    [
      "assignPublicIp",
      "false",
      /assignPublicIp is false without vpcId.*; leave it out, or set vpcId and subnetIds/,
    ],
    [
      "kmsKeyArn",
      "alias/mine",
      /kmsKeyArn is "alias\/mine": allowed: the ARN of a KMS key \(not of an alias\)/,
    ],
    ["permissionsBoundary", "Boundary", /permissionsBoundary is "Boundary": allowed: the ARN of a policy/],
    ["rolePath", "teams", /rolePath is "teams": allowed: a path that begins and ends with a slash/],
    ["tags", "media", /tags is "media": allowed: keys and values/],
    ["tags", '{"aws:x":"1"}', /"aws:x" is no key of a tag/],
    [
      "tags",
      '{"stack":"1"}',
      /"stack" is no key of a tag: allowed: .*neither project nor stack|"stack" is no key of a tag/,
    ],
    ["tags", '{"team":5}', /the value of "team" is none/],
    ["tags", '{"Team":"a","team":"b"}', /"team" and "Team" are one key to IAM/],
    ["maxWorkers", "0", /maxWorkers is "0": allowed: a whole number from 1 to/],
    ["warmWorkers", "-1", /warmWorkers is "-1": allowed: a whole number from 0 to/],
    ["taskCpu", "300", /taskCpu is "300": allowed: 256, 512, 1024/],
    ["taskMemory", "lots", /taskMemory is "lots"/],
    [
      "taskMemory",
      "4096",
      /taskMemory 4096 is not possible with taskCpu 256; allowed with it: 512, 1024, 2048/,
    ],
    ["architecture", "arm64", /architecture is "arm64": allowed: X86_64, ARM64/],
    ["spot", "yes", /spot is "yes": allowed: true, false/],
    ["publicThumbnails", "1", /publicThumbnails is "1"/],
    ["removeThumbnails", "yes", /removeThumbnails is "yes"/],
    ["forceDestroy", "maybe", /forceDestroy is "maybe"/],
    ["logRetentionDays", "10", /logRetentionDays is "10": allowed: 1, 3, 5, 7, 14/],
    ["alarmEmail", "ops", /alarmEmail is "ops": allowed: an e-mail address/],
    ["dashboard", "on", /dashboard is "on": allowed: true, false/],
    ["imageUri", "my image", /imageUri is "my image"/],
    ["imageRefresh", "today\n", /imageRefresh is "today\\n": allowed: up to 100 ASCII characters/],
    ["thumbnailTimestmap", "00:01", /thumbnailTimestmap is not a setting; there are: thumbnailTimestamp/],
  ];
  for (const [key, value, message] of wrong) {
    it(`rejects ${key} ${JSON.stringify(value)}`, () => {
      assert.match(messageWith({ [key]: value }), message);
    });
  }

  it("rejects an ending that manifests have, where there are any, and no other that extras have", () => {
    const asked: Record<string, string>[] = [
      { storyboard: "true" },
      { preview: "true" },
      { renditions: '["320.webp"]' },
    ];
    for (const extras of asked) {
      const message = messageWith({ ...extras, videoSuffixes: '[".mp4", ".JSON"]' });
      assert.match(message, /videoSuffixes has ".JSON", the ending of the manifests \(manifest.json\)/);
      assert.match(message, /use another one, or leave these out/);
      const { videoSuffixes } = settingsWith({
        ...extras,
        videoSuffixes: '[".mp4", ".vtt", ".webp", ".manifest.json2", ".jpg"]',
      });
      assert.equal(videoSuffixes.length, 5);
    }
    assert.deepEqual(settingsWith({ videoSuffixes: '[".json"]' }).videoSuffixes, [".json"]);
    // What is wrong by itself is all that is said then.
    const message = messageWith({ renditions: "x", videoSuffixes: '[".json"]' });
    assert.doesNotMatch(message, /manifests/);
  });

  it("rejects prefixes that have keys in common, which S3's filters may not", () => {
    for (const prefixes of ['["in/", "in/films/"]', '["in/", "in/"]', '["in", "in-films/"]'])
      assert.match(messageWith({ prefixes }), /have keys in common, and S3 allows only one of them/);
    assert.deepEqual(settingsWith({ prefixes: '["in/", "films/in/"]' }).prefixes, ["in/", "films/in/"]);
  });

  it("takes origins as browsers send them, with at most one * in each", () => {
    const uploadOrigins = [
      ...["https://www.example.com", "https://www.example.com:8443", "https://*.example.com"],
      ...["http://127.0.0.1:*", "http://localhost:*", "http://localhost"],
    ];
    assert.deepEqual(
      settingsWith({ uploadOrigins: JSON.stringify(uploadOrigins) }).uploadOrigins,
      uploadOrigins,
    );
  });

  it("rejects more filters than S3 takes of a bucket, and an existing bucket needs none", () => {
    const prefixes = JSON.stringify("a b c d e f g h i j".split(" ").map((letter) => `${letter}/`));
    const suffixes = (count: number) =>
      JSON.stringify(
        "a b c d e"
          .split(" ")
          .slice(0, count)
          .map((letter) => `.${letter}`),
      );
    assert.match(
      messageWith({ prefixes, videoSuffixes: suffixes(5) }),
      /prefixes has 10 and videoSuffixes 5: that is 102 filters of the bucket's notifications, and S3 takes 100/,
    );
    assert.match(
      messageWith({ prefixes, videoSuffixes: suffixes(3), removeThumbnails: "true" }),
      /videoSuffixes 3, and removeThumbnails is true: that is 122 filters/,
    );
    assert.equal(settingsWith({ prefixes, videoSuffixes: suffixes(4) }).prefixes.length, 10);
    assert.equal(
      settingsWith({ bucketName: "media", prefixes, videoSuffixes: suffixes(5) }).prefixes.length,
      10,
    );
  });

  it("rejects more videoSuffixes for an existing bucket than a pattern of EventBridge's can have", () => {
    const suffixes = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, index) => `.video-${index + 100}`));
    assert.match(
      messageWith({ bucketName: "media", videoSuffixes: suffixes(40) }),
      /videoSuffixes has 40: in a pattern of EventBridge's they are \d+ characters, and 1748 are left for them/,
    );
    assert.equal(settingsWith({ bucketName: "media", videoSuffixes: suffixes(30) }).videoSuffixes.length, 30);
  });

  it("rejects more warm workers than workers", () => {
    const message = messageWith({ maxWorkers: "2", warmWorkers: "3" });
    assert.match(message, /warmWorkers is 3, and maxWorkers allows 2 workers at once/);
  });

  const existing = { bucketName: "team-videos" };
  const togetherWrong: [config: Record<string, string>, message: RegExp][] = [
    [{ ...existing, outputBucketName: "team-videos" }, /outputBucketName is "team-videos", as bucketName is/],
    [{ ...existing, forceDestroy: "true" }, /forceDestroy is true beside bucketName/],
    [
      { ...existing, uploadOrigins: '["http://127.0.0.1:*"]' },
      /uploadOrigins is set beside bucketName.*own CORS rules/,
    ],
    [{ ...existing, accessLogsBucket: "logs" }, /accessLogsBucket is set beside bucketName/],
    [
      { publicThumbnails: "true", kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" },
      /publicThumbnails is true beside kmsKeyArn/,
    ],
  ];
  for (const [config, message] of togetherWrong) {
    it(`rejects ${Object.keys(config).join(" with ")}`, () => {
      assert.match(messageWith(config), message);
    });
  }

  it("takes a bucket, a network, a key and a boundary that are there", () => {
    const settings = settingsWith({
      ...existing,
      prefixes: '["uploads/", "films/2026-"]',
      outputPrefix: "made/thumb/",
      extrasPrefix: "made/extras/",
      vpcId: "vpc-1",
      subnetIds: '["subnet-1", "subnet-2"]',
      assignPublicIp: "false",
      kmsKeyArn: "arn:aws-us-gov:kms:eu-west-1:123456789012:key/mrk-1",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/path/boundary",
      rolePath: "/teams/media/",
      tags: '{"cost center": "12/3"}',
    });
    assert.deepEqual(settings.prefixes, ["uploads/", "films/2026-"]);
    assert.deepEqual(settings.subnetIds, ["subnet-1", "subnet-2"]);
    assert.deepEqual(settings.tags, { "cost center": "12/3" });
    assert.equal(settings.assignPublicIp, false);
  });

  it("takes outputs of other resources where something that is there is named, and nowhere else", () => {
    const bucketName = pulumi.output("team-videos");
    const subnetIds = [pulumi.output("subnet-1")];
    const taken = readSettings({ bucketName, vpcId: pulumi.output("vpc-1"), subnetIds });
    assert.deepEqual(taken.problems, []);
    assert.equal(taken.settings.bucketName, bucketName);
    assert.equal(taken.settings.subnetIds, subnetIds);
    const refused = readSettings({ thumbnailWidth: pulumi.output(640) as unknown as number });
    assert.deepEqual(refused.problems, [
      "thumbnailWidth is an output; allowed: a value that is known when the program runs",
    ]);
  });

  it("takes a program's values as they are", () => {
    const { settings, problems } = readSettings({
      thumbnailWidth: 640,
      renditions: ["320.webp"],
      preview: true,
    });
    assert.deepEqual(problems, []);
    assert.equal(settings.thumbnailWidth, 640);
    assert.deepEqual(settings.renditions, [{ widthPixels: 320, format: "webp" }]);
    assert.deepEqual(settings.preview, { seconds: 4, widthPixels: 320 });
    assert.match(
      readSettings({ thumbnailWidth: 1.5 }).problems.join("\n"),
      /thumbnailWidth is "1.5": allowed/,
    );
  });

  it("reports several wrong values together", () => {
    const message = messageWith({ thumbnailFormat: "gif", maxWorkers: "none", taskCpu: "1" });
    assert.match(message, /thumbnailFormat[\s\S]*maxWorkers[\s\S]*taskCpu/);
    assert.match(message, /nothing was created or changed/);
  });

  it("rejects a key of another region than the stack's, which no service there takes", () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd";
    assert.match(
      messageWith({ kmsKeyArn }),
      /kmsKeyArn is "arn:aws:kms:us-east-1:111122223333:key\/1234abcd", of us-east-1, and aws:region is eu-west-1; use a key of eu-west-1/,
    );
    const inRegion = kmsKeyArn.replace("us-east-1", "eu-west-1");
    assert.equal(settingsWith({ kmsKeyArn: inRegion }).kmsKeyArn, inRegion);
  });

  it("says how to set the region when there is none", () => {
    const inherited = {
      AWS_REGION: process.env["AWS_REGION"],
      AWS_DEFAULT_REGION: process.env["AWS_DEFAULT_REGION"],
    };
    delete process.env["AWS_REGION"];
    delete process.env["AWS_DEFAULT_REGION"];
    try {
      pulumi.runtime.setAllConfig({});
      assert.throws(
        () => readConfiguration(),
        /aws:region is not set; set it, e\.g\. `pulumi config set aws:region/,
      );
    } finally {
      for (const [name, value] of Object.entries(inherited))
        if (value !== undefined) process.env[name] = value;
    }
  });

  it("knows Fargate's sizes", () => {
    assert.equal(fargateSizeProblem(256, 512), undefined);
    assert.equal(fargateSizeProblem(4096, 30720), undefined);
    assert.equal(fargateSizeProblem(16384, 122880), undefined);
    assert.match(fargateSizeProblem(8192, 17408) ?? "", /allowed with it: 16384, 20480/);
  });

  it("knows which images are in ECR, and where", () => {
    assert.equal(
      ecrRepositoryArn("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b@sha256:0"),
      "arn:aws-cn:ecr:cn-north-1:123456789012:repository/a/b",
    );
    assert.equal(ecrRepositoryArn("public.ecr.aws/docker/library/node:22"), undefined);
  });
});
