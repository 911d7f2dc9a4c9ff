import type { Job } from "../../contract/job";

/**
 * How long an uploader has waited; nothing for a job that a change of tags, a backfill or a redrive asked for long after
 * the upload.
 * Never negative, whatever the clocks say: CloudWatch has no percentiles of a metric with negative values.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
 */
export function uploadToThumbnail(
  { uploadedAt, taggedAt, requestedAt }: Pick<Job, "uploadedAt" | "taggedAt" | "requestedAt">,
  nowMs: number,
): { uploadToThumbnailSeconds?: number } {
  const uploadedAtMs = Date.parse(uploadedAt);
  if ((taggedAt ?? requestedAt) !== undefined || Number.isNaN(uploadedAtMs)) return {};
  return { uploadToThumbnailSeconds: Math.max(0, nowMs - uploadedAtMs) / 1000 };
}
