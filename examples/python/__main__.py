import pulumi
from pulumi_video_thumbnailer import VideoThumbnailer

config = pulumi.Config()

thumbnails = VideoThumbnailer(
    "thumbnails",
    bucket_name=config.require("bucketName"),
    prefixes=["uploads/"],
    vpc_id=config.require("vpcId"),
    subnet_ids=config.require_object("subnetIds"),
    storyboard=True,
)

pulumi.export("thumbnailTopicArn", thumbnails.thumbnail_topic_arn)
pulumi.export("failedJobsQueueUrl", thumbnails.failed_jobs_queue_url)
