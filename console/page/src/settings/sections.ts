import type { Setting } from "../../../messages";

/** Settings of one concern. */
export interface Section {
  readonly name: string;
  readonly settings: readonly Setting[];
}

const sections: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["Pictures", ["thumbnailTimestamp", "thumbnailFormat", "thumbnailWidth", "removeThumbnails"]],
  [
    "Storyboard, preview, renditions",
    [
      ...["storyboard", "storyboardTileWidth", "storyboardFormat"],
      ...["preview", "previewSeconds", "previewWidth", "renditions"],
    ],
  ],
  [
    "Buckets and keys",
    [
      ...["bucketName", "outputBucketName", "videoSuffixes", "prefixes", "outputPrefix", "extrasPrefix"],
      ...["uploadOrigins", "accessLogsBucket", "forceDestroy"],
    ],
  ],
  ["Workers", ["maxWorkers", "warmWorkers", "spot", "taskCpu", "taskMemory", "architecture"]],
  ["The workers' image", ["imageUri", "imageRefresh"]],
  ["Network", ["vpcId", "subnetIds", "assignPublicIp", "securityGroupId"]],
  ["Security", ["publicThumbnails", "kmsKeyArn", "permissionsBoundary", "rolePath"]],
  ["Monitoring", ["alarmEmail", "dashboard", "logRetentionDays"]],
  ["The stack", ["aws:region", "tags"]],
];

/** Settings by their concern, those of none last. */
export function sectionsOf(settings: readonly Setting[]): Section[] {
  const known = new Set(sections.flatMap(([, keys]) => keys));
  const others = settings.filter(({ key }) => !known.has(key));
  return [
    ...sections.map(([name, keys]) => ({ name, settings: settings.filter(({ key }) => keys.includes(key)) })),
    { name: "Others", settings: others },
  ].filter((section) => section.settings.length > 0);
}

/** The settings that have all words of a search in their key, value or meaning. */
export function found(settings: readonly Setting[], search: string): Setting[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter(({ key, value, meaning }) => {
    const text = `${key} ${value ?? ""} ${meaning}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
