/** S3's errors that the local S3 gives: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const errors = {
  AccessDenied: [403, "Access Denied"],
  BadDigest: [
    400,
    "The Content-MD5 or checksum value that you specified did not match what the server received.",
  ],
  BadRequest: [400, "Object tags cannot be greater than 10"],
  BucketAlreadyOwnedByYou: [409, "Your previous request to create the named bucket succeeded."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed size"],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed object size."],
  IncompleteBody: [400, "The request body is shorter or longer than the client said."],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InvalidAccessKeyId: [403, "The local run knows no such access key."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidObjectState: [403, "The action is not valid for the object's storage class."],
  InvalidPart: [400, "One or more of the specified parts could not be found, or its ETag did not match."],
  InvalidPartOrder: [400, "The list of parts was not in ascending order."],
  InvalidPolicyDocument: [400, "The content of the form does not meet the conditions in a policy document."],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "An object is copied to itself only to change its metadata."],
  InvalidTag: [
    400,
    "A tag's key or value is too long or has a character that none may have, or a key comes twice.",
  ],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedPOSTRequest: [400, "The body of your POST request is not well-formed multipart/form-data."],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our schema."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist"],
  NoSuchLifecycleConfiguration: [404, "The lifecycle configuration does not exist"],
  NoSuchPublicAccessBlockConfiguration: [404, "The public access block configuration was not found"],
  NoSuchTagSet: [404, "The TagSet does not exist"],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchCORSConfiguration: [404, "The CORS configuration does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchUpload: [404, "The specified multipart upload does not exist."],
  NoSuchVersion: [404, "The specified version does not exist."],
  NotImplemented: [501, "The local S3 does not have this function."],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  SignatureDoesNotMatch: [403, "The request signature does not match the signature you provided."],
} as const;

/** An answer other than success. */
export class S3Error extends Error {
  readonly status: number;

  constructor(
    readonly code: keyof typeof errors,
    readonly headers: Record<string, string | undefined> = {},
    message: string = errors[code][1],
  ) {
    super(message);
    this.status = errors[code][0];
  }
}
