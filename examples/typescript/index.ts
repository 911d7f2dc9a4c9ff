import * as pulumi from "@pulumi/pulumi";
import { VideoThumbnailer } from "video-thumbnailer";

const config = new pulumi.Config();

export const { thumbnailTopicArn, failedJobsQueueUrl } = new VideoThumbnailer("films", {
  bucketName: config.require("bucketName"),
  prefixes: ["uploads/"],
  vpcId: config.require("vpcId"),
  subnetIds: config.requireObject<string[]>("subnetIds"),
  storyboard: true,
});
