import { deleteBucketCors, getBucketCors, putBucketCors } from "./bucketCors";
import { documentOperations } from "./bucketDocuments";
import { getBucketLocation, getBucketVersioning, headBucket, putBucketVersioning } from "./bucketSettings";
import type { Operation } from "./call";
import { copyObject } from "./copyObject";
import { deleteObject, deleteObjects } from "./deleteObjects";
import { getObject } from "./getObject";
import { listObjects, listObjectVersions } from "./listing";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from "./multipart";
import { listMultipartUploads, listParts } from "./multipartLists";
import { postObject } from "./postObject";
import { putObject } from "./putObject";
import { deleteTagging, getTagging, putTagging } from "./tagging";

/** What is done with a bucket or an object, by the method and by what of it the query asks for. */
export const bucketOperations: Record<string, Operation | undefined> = {
  ...documentOperations,
  HEAD: headBucket,
  "GET location": getBucketLocation,
  "GET list-type": listObjects,
  "GET uploads": listMultipartUploads,
  "GET versions": listObjectVersions,
  "GET versioning": getBucketVersioning,
  "PUT versioning": putBucketVersioning,
  "GET cors": getBucketCors,
  "PUT cors": putBucketCors,
  "DELETE cors": deleteBucketCors,
  POST: postObject,
  "POST delete": deleteObjects,
};
export const objectOperations: Record<string, Operation | undefined> = {
  GET: getObject,
  HEAD: getObject,
  PUT: putObject,
  "PUT copy": copyObject,
  DELETE: deleteObject,
  "GET tagging": getTagging,
  "PUT tagging": putTagging,
  "DELETE tagging": deleteTagging,
  "POST uploads": createMultipartUpload,
  "PUT uploadId": uploadPart,
  "PUT uploadId copy": uploadPartCopy,
  "GET uploadId": listParts,
  "POST uploadId": completeMultipartUpload,
  "DELETE uploadId": abortMultipartUpload,
};
