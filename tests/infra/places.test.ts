import assert from "node:assert/strict";
import { Stack } from "./registered";
import { stacksDescribe } from "./manyStacks";

type Variables = Record<string, string>;

/** Which buckets a stack is told to use, and what its rights on them are. */
class Places {
  private constructor(private readonly stack: Stack) {}

  static async of(config: Record<string, string>): Promise<Places> {
    return new Places(await Stack.evaluate(config));
  }

  get outputs(): Record<string, unknown> {
    return this.stack.outputs;
  }

  get ownBucket(): string {
    return this.stack.arn("s3/bucket:Bucket");
  }

  /** A role's rights on buckets, each action with its resources. */
  rights(role: string): Record<string, string[]> {
    const statements = this.stack.rights(role) as { Action: string[]; Resource: string[] }[];
    const rights: Record<string, string[]> = {};
    for (const { Action, Resource } of statements)
      for (const action of Action.filter((one) => one.startsWith("s3:")))
        rights[action] = [...(rights[action] ?? []), ...Resource];
    return rights;
  }

  /** The conditions of a role's rights on buckets. */
  conditions(role: string): unknown[] {
    const statements = this.stack.rights(role) as { Action: string[]; Condition?: unknown }[];
    return statements
      .filter(({ Action }) => Action.some((one) => one.startsWith("s3:")))
      .map(({ Condition }) => Condition);
  }

  get vpcId(): unknown {
    return this.stack.one("awsx:ec2:Vpc").state["vpcId"];
  }

  lambda(name: string): Variables {
    const { inputs } = this.stack.one("lambda/function:Function", name);
    return (inputs["environment"] as { variables: Variables }).variables;
  }

  get worker(): Variables {
    const { container } = this.stack.one("awsx:ecs:FargateTaskDefinition").inputs as {
      container: { environment: { name: string; value: string }[] };
    };
    return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
  }
}

const bucket = (name: string, ...patterns: string[]) =>
  patterns.map((pattern) => `arn:aws:s3:::${name}/${pattern}`);

stacksDescribe("the program, with places of its own for videos and outputs", () => {
  describe("both in one existing bucket, under prefixes", () => {
    let places: Places;
    before(async () => {
      places = await Places.of({
        ...{ bucketName: "media", prefixes: '["uploads/", "team-a/in/"]', removeThumbnails: "true" },
        ...{ outputPrefix: "made/small/", extrasPrefix: "made/rest/", preview: "true" },
      });
    });
    const made = bucket("media", "made/small/*", "made/rest/*");

    it("lets a worker read what is under the prefixes of videos and of outputs alone, and store only the latter", () => {
      assert.deepEqual(places.rights("task"), {
        "s3:GetObject": [...bucket("media", "uploads/*", "team-a/in/*"), ...made],
        "s3:GetObjectTagging": bucket("media", "uploads/*", "team-a/in/*"),
        "s3:ListBucket": ["arn:aws:s3:::media"],
        "s3:PutObject": made,
        "s3:DeleteObject": made,
      });
    });

    it("lets Lambdas look at and delete outputs, and read no video", () => {
      for (const role of ["onVideoRemoved", "onThumbnailCreated"])
        assert.deepEqual(places.rights(role), {
          "s3:GetObject": made,
          "s3:ListBucket": ["arn:aws:s3:::media"],
          "s3:DeleteObject": made,
        });
      assert.deepEqual(places.rights("onVideoUploaded"), {});
    });

    it("tells workers and Lambdas where what is", () => {
      const { OUTPUT_BUCKET, OUTPUT_PREFIX, EXTRAS_PREFIX } = places.worker;
      assert.deepEqual(
        [OUTPUT_BUCKET, OUTPUT_PREFIX, EXTRAS_PREFIX],
        [undefined, "made/small/", "made/rest/"],
      );
      for (const name of ["onVideoRemoved", "onThumbnailCreated"]) {
        const { VIDEO_BUCKET, OUTPUT_BUCKET: outputs, VIDEO_PREFIXES } = places.lambda(name);
        assert.deepEqual([VIDEO_BUCKET, outputs, VIDEO_PREFIXES], ["media", "media", "uploads/,team-a/in/"]);
      }
      assert.equal(
        places.lambda("onThumbnailCreated")["BUCKET_REGIONAL_DOMAIN_NAME"],
        "media.s3.eu-west-1.amazonaws.com",
      );
    });

    it("tells the operator's commands", () => {
      const { bucketName, outputBucketName, videoPrefixes, onExistingBucket, thumbnailKeyPrefix } =
        places.outputs;
      assert.deepEqual(
        [bucketName, outputBucketName, videoPrefixes, onExistingBucket, thumbnailKeyPrefix],
        ["media", "media", ["uploads/", "team-a/in/"], true, "made/small/"],
      );
    });
  });

  describe("outputs in an existing bucket, videos in the stack's own", () => {
    let places: Places;
    before(async () => {
      places = await Places.of({ outputBucketName: "pictures", removeThumbnails: "true", preview: "true" });
    });
    const made = bucket("pictures", "thumb/*", "extras/*");

    it("lets a worker read videos in the one, and look at, store and delete outputs in the other", () => {
      assert.deepEqual(places.rights("task"), {
        "s3:GetObject": [`${places.ownBucket}/*`, ...made],
        "s3:GetObjectTagging": [`${places.ownBucket}/*`],
        "s3:ListBucket": [places.ownBucket, "arn:aws:s3:::pictures"],
        "s3:PutObject": made,
        "s3:DeleteObject": made,
      });
    });

    it("lets it do all of that from the network that is made alone", () => {
      const fromNetwork = { StringEquals: { "aws:SourceVpc": places.vpcId } };
      for (const condition of places.conditions("task")) assert.deepEqual(condition, fromNetwork);
      assert.equal(places.conditions("task").length, 6);
    });

    it("lets Lambdas delete in the other, and of the videos' only see what is there", () => {
      for (const role of ["onVideoRemoved", "onThumbnailCreated"])
        assert.deepEqual(places.rights(role), {
          "s3:GetObject": made,
          "s3:ListBucket": [places.ownBucket, "arn:aws:s3:::pictures"],
          "s3:DeleteObject": made,
        });
    });

    it("tells workers and Lambdas, and that outputs may be public", () => {
      assert.deepEqual(
        [places.worker["OUTPUT_BUCKET"], places.worker["PUBLIC_THUMBNAILS"]],
        ["pictures", "true"],
      );
      for (const name of ["onVideoRemoved", "onThumbnailCreated"]) {
        const { VIDEO_BUCKET, OUTPUT_BUCKET } = places.lambda(name);
        assert.deepEqual([VIDEO_BUCKET, OUTPUT_BUCKET], [places.outputs["bucketName"], "pictures"]);
      }
      const { BUCKET_REGIONAL_DOMAIN_NAME: domain } = places.lambda("onThumbnailCreated");
      assert.equal(domain, "pictures.s3.eu-west-1.amazonaws.com");
      const { outputBucketName, onExistingBucket } = places.outputs;
      assert.deepEqual([outputBucketName, onExistingBucket], ["pictures", false]);
    });
  });

  it("without removeThumbnails or more than thumbnails, gives no right to delete, and to look at thumbnails alone", async () => {
    const places = await Places.of({ bucketName: "media", outputBucketName: "pictures" });
    const thumbnails = bucket("pictures", "thumb/*");
    assert.deepEqual(places.rights("task"), {
      "s3:GetObject": [...bucket("media", "*"), ...thumbnails],
      "s3:GetObjectTagging": bucket("media", "*"),
      "s3:ListBucket": ["arn:aws:s3:::media", "arn:aws:s3:::pictures"],
      "s3:PutObject": thumbnails,
    });
    assert.deepEqual(places.rights("onThumbnailCreated"), {
      "s3:GetObject": thumbnails,
      "s3:ListBucket": ["arn:aws:s3:::pictures"],
    });
  });

  it("gives thumbnails in a bucket with dots an address that S3's certificate is for", async () => {
    const places = await Places.of({ outputBucketName: "pictures.example.com" });
    const { BUCKET_REGIONAL_DOMAIN_NAME: domain } = places.lambda("onThumbnailCreated");
    assert.equal(domain, "s3.eu-west-1.amazonaws.com/pictures.example.com");
  });

  it("tells a command that uploads a video under a key that is one, also where the prefix is no folder", async () => {
    const commandWith = async (prefix: string) =>
      (await Places.of({ bucketName: "media", prefixes: JSON.stringify([prefix]) })).outputs["uploadCommand"];
    assert.equal(await commandWith("uploads/"), "aws s3 cp VIDEO.mp4 s3://media/uploads/ --region eu-west-1");
    assert.equal(
      await commandWith("cam-"),
      "aws s3 cp VIDEO.mp4 s3://media/cam-VIDEO.mp4 --region eu-west-1",
    );
  });

  it("asks of no worker in an existing network that it come by an endpoint of S3's, which may not be there", async () => {
    const network = { vpcId: "vpc-1", subnetIds: '["subnet-1"]' };
    const places = await Places.of({ bucketName: "media", outputBucketName: "pictures", ...network });
    for (const condition of places.conditions("task")) assert.equal(condition, undefined);
  });
});
