import { hasExtras, manifestName } from "../../contract/extras";
import { fargateSizeProblem } from "./fargate";
import { bothCases, videoKeys } from "./lists";
import { isOneWithin } from "./prefixes";
import type { Key, Settings } from "./settings";
import type { Values } from "./values";

/** What each value alone allows and the others forbid. */
export function rejectTogether(values: Values<Key>, settings: Settings): void {
  rejectWorkers(values, settings);
  rejectEndings(values, settings);
  rejectPrefixes(values, settings);
  rejectFilters(values, settings);
  rejectPatterns(values, settings);
  rejectBuckets(values, settings);
  values.together(["vpcId", "subnetIds", "assignPublicIp", "securityGroupId"], () =>
    networkProblems(settings),
  );
}

function rejectWorkers(values: Values<Key>, settings: Settings): void {
  const { taskCpu, taskMemory, warmWorkers, maxWorkers } = settings;
  values.together(["taskCpu", "taskMemory"], () => {
    const problem = fargateSizeProblem(taskCpu, taskMemory);
    return problem === undefined ? [] : [problem];
  });
  values.together(["warmWorkers", "maxWorkers"], () =>
    warmWorkers <= maxWorkers
      ? []
      : [
          `warmWorkers is ${warmWorkers}, and maxWorkers allows ${maxWorkers} workers at once; ` +
            `lower the one or raise the other`,
        ],
  );
}

/**
 * S3 rejects two filters for one event that an object could both match.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
function rejectEndings(values: Values<Key>, settings: Settings): void {
  const { thumbnailFormat } = settings;
  const overlapping = (ending: string) => settings.videoSuffixes.filter((suffix) => overlaps(suffix, ending));
  values.together(["videoSuffixes", "thumbnailFormat"], () =>
    overlapping(`.${thumbnailFormat}`).map(
      (suffix) =>
        `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the thumbnails themselves ` +
        `(thumbnailFormat is ${thumbnailFormat}); use another of the two`,
    ),
  );
  values.together(["videoSuffixes", "renditions"], () =>
    (hasExtras(settings) ? overlapping(`/${manifestName}`) : []).map(
      (suffix) =>
        `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the manifests (${manifestName}) that ` +
        `storyboard, preview and renditions come with; use another one, or leave these out`,
    ),
  );
}

/** Whether a key may have both endings. */
function overlaps(a: string, b: string): boolean {
  return a.toLowerCase().endsWith(b) || b.endsWith(a.toLowerCase());
}

/** An object is a video, a thumbnail or an extra, and its key says which. */
function rejectPrefixes(values: Values<Key>, settings: Settings): void {
  const { prefixes, outputPrefix, extrasPrefix } = settings;
  values.together(["outputPrefix", "extrasPrefix"], () =>
    isOneWithin(outputPrefix, extrasPrefix)
      ? [
          `outputPrefix is "${outputPrefix}" and extrasPrefix "${extrasPrefix}": neither may begin with the other; ` +
            `use another of the two`,
        ]
      : [],
  );
  for (const [key, outputs] of [
    ["outputPrefix", outputPrefix],
    ["extrasPrefix", extrasPrefix],
  ] as const) {
    values.together(["prefixes", key], () =>
      prefixes
        .filter((prefix) => prefix.startsWith(outputs))
        .map(
          (prefix) =>
            `prefixes has "${prefix}", and what is under "${outputs}" (${key}) is never a video; use another of the two`,
        ),
    );
  }
}

/** Event notifications of one bucket. https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3 */
const mostFilters = 100;

/** A bucket that is made has a filter for each way in which a video's key may begin and end. */
function rejectFilters(values: Values<Key>, settings: Settings): void {
  values.together(["bucketName", "prefixes", "videoSuffixes", "removeThumbnails"], () => {
    const { bucketName, prefixes, videoSuffixes, removeThumbnails } = settings;
    const ofVideos = Math.max(prefixes.length, 1) * bothCases(videoSuffixes).length;
    // Two are those of thumbnails and manifests.
    const filters = ofVideos * (removeThumbnails ? 2 : 1) + 2;
    return bucketName !== undefined || filters <= mostFilters
      ? []
      : [
          `prefixes has ${prefixes.length} and videoSuffixes ${videoSuffixes.length}` +
            `${removeThumbnails ? ", and removeThumbnails is true" : ""}: that is ${filters} filters of the bucket's ` +
            `notifications, and S3 takes ${mostFilters}; leave some out`,
        ];
  });
}

/**
 * Characters of an event pattern, as long as nobody asks AWS for more, but for those that are there besides videos' endings.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
const longestEndings = 2048 - 300;

/** What happens in an existing bucket comes by patterns that name each ending. */
function rejectPatterns(values: Values<Key>, settings: Settings): void {
  values.together(["bucketName", "videoSuffixes"], () => {
    const { bucketName, videoSuffixes } = settings;
    const characters = JSON.stringify(videoKeys(videoSuffixes)).length;
    return bucketName === undefined || characters <= longestEndings
      ? []
      : [
          `videoSuffixes has ${videoSuffixes.length}: in a pattern of EventBridge's they are ${characters} characters, and ` +
            `${longestEndings} are left for them; leave some out`,
        ];
  });
}

function rejectBuckets(values: Values<Key>, settings: Settings): void {
  const {
    bucketName,
    outputBucketName,
    uploadOrigins,
    accessLogsBucket,
    forceDestroy,
    publicThumbnails,
    kmsKeyArn,
  } = settings;
  const isOwn = bucketName === undefined;
  values.together(["bucketName", "outputBucketName"], () =>
    typeof bucketName === "string" && bucketName === outputBucketName
      ? [`outputBucketName is "${bucketName}", as bucketName is; leave it out`]
      : [],
  );
  values.together(["bucketName", "accessLogsBucket"], () =>
    isOwn || accessLogsBucket === undefined
      ? []
      : ["accessLogsBucket is set beside bucketName, and an existing bucket is left as it is; leave one out"],
  );
  values.together(["bucketName", "uploadOrigins"], () =>
    isOwn || uploadOrigins.length === 0
      ? []
      : [
          "uploadOrigins is set beside bucketName, and an existing bucket is left as it is; leave one out, and add the " +
            "origins to that bucket's own CORS rules",
        ],
  );
  values.together(["bucketName", "forceDestroy"], () =>
    isOwn || !forceDestroy
      ? []
      : ["forceDestroy is true beside bucketName, and an existing bucket is never destroyed; leave one out"],
  );
  values.together(["bucketName", "outputBucketName", "publicThumbnails", "kmsKeyArn"], () =>
    isOwn && outputBucketName === undefined && publicThumbnails && kmsKeyArn !== undefined
      ? [
          "publicThumbnails is true beside kmsKeyArn, and S3 gives nobody without an account what a KMS key encrypts; " +
            "leave one out, or let outputs go to a public bucket (outputBucketName)",
        ]
      : [],
  );
}

function networkProblems({ vpcId, subnetIds, assignPublicIp, securityGroupId }: Settings): string[] {
  if (vpcId !== undefined)
    return subnetIds === undefined
      ? ["vpcId is set without subnetIds; set the subnets for workers, too"]
      : [];
  const without = (key: string) => `${key} is set without vpcId; set the network that it belongs to, too`;
  return [
    ...(subnetIds === undefined ? [] : [without("subnetIds")]),
    ...(securityGroupId === undefined ? [] : [without("securityGroupId")]),
    ...(assignPublicIp
      ? []
      : [
          "assignPublicIp is false without vpcId, and the network that is made has no other way out; " +
            "leave it out, or set vpcId and subnetIds",
        ]),
  ];
}
