/** What onThumbnailCreated reads from its environment where thumbnails alone are made. */
export const tellingEnvironment = {
  BUCKET_REGIONAL_DOMAIN_NAME: "videos.s3.eu-west-1.amazonaws.com",
  OUTPUT_PREFIX: "thumb/",
  THUMBNAIL_FORMAT: "png",
  VIDEO_SUFFIXES: ".mp4",
  THUMBNAIL_TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:thumbnails",
};

/** What whoever removes outputs reads from its environment where thumbnails alone are made. */
export const settlingEnvironment = {
  THUMBNAIL_FORMAT: "png",
  OUTPUT_PREFIX: "thumb/",
  EXTRAS_PREFIX: "extras/",
  VIDEO_SUFFIXES: ".mp4",
  JOB_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
};
