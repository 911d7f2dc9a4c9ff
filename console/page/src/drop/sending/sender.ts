import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import type { Problem, SignedPart, UploadedPart, UploadInHand } from "../../../../messages";
import { post, problemOf } from "../../server/api";
import { stack } from "../../server/stream";
import { forget, keep } from "./kept";
import { sendPart } from "./sendPart";
import type { Upload } from "./upload";

/** What becomes of uploads that were started. */
export interface Listener {
  partStored(): void;
  stored(upload: Upload): void;
  failed(upload: Upload, problem: Problem): void;
}

/** Requests at once, of all files together; browsers send no more to one host. */
const requestsAtOnce = 6;

/**
 * Sends files to the bucket in parts. Uppy has a file only while it is sent: one that was paused, cut or reloaded is added
 * anew with the upload that it has at S3, and Uppy asks S3 for the parts that are there.
 */
export class Sender {
  /** By Uppy's own names for their files. */
  private readonly sending = new Map<string, Upload>();
  private readonly uppy = new Uppy({ id: "uploads", logger: { debug() {}, warn() {}, error() {} } });

  constructor(listener: Listener) {
    const uploadOf = (file: { id: string }) => this.uploadOf(file.id);
    this.uppy.use(AwsS3, {
      shouldUseMultipart: true,
      limit: requestsAtOnce,
      // What goes wrong is judged by the listener, which knows of all files.
      retryDelays: [],
      createMultipartUpload: (file) => begin(uploadOf(file)),
      listParts: (file) => post<UploadedPart[]>("/api/uploads/parts", { ...uploadOf(file).inHand }),
      signPart: (_, { uploadId, key, partNumber }) =>
        post<SignedPart>("/api/uploads/sign", { uploadId, key, partNumber }),
      uploadPartBytes: sendPart,
      completeMultipartUpload: async (file, { uploadId, key, parts }) => {
        uploadOf(file).state.value = { step: "finishing", sinceMs: Date.now() };
        await post("/api/uploads/complete", { uploadId, key, parts });
        return {};
      },
      // Uppy would throw away what was sent whenever something goes wrong.
      abortMultipartUpload: () => Promise.resolve(),
    });
    this.uppy.on("upload-progress", (file, { bytesUploaded }) => {
      const upload = file && this.sending.get(file.id);
      if (upload) upload.sentBytes.value = bytesUploaded;
    });
    this.uppy.on("s3-multipart:part-uploaded", () => {
      listener.partStored();
    });
    this.uppy.on("upload-success", (file) => {
      if (file)
        this.end(file.id, (upload) => {
          listener.stored(upload);
        });
    });
    this.uppy.on("upload-error", (file, error) => {
      if (file)
        this.end(file.id, (upload) => {
          listener.failed(upload, problemOf(error));
        });
    });
  }

  /** Sends a file from where it is. */
  start(upload: Upload): void {
    const { file, id, inHand } = upload;
    const name = this.uppy.addFile({
      ...{ name: file.name, type: file.type },
      // Uppy remembers by it which upload at S3 a file has, also one that S3 has thrown away.
      data: file.slice(0, file.size, file.type),
      // Two files that look the same are two to Uppy by this alone.
      meta: { relativePath: String(id) },
    });
    this.sending.set(name, upload);
    if (inHand !== undefined) this.uppy.setFileState(name, { s3Multipart: inHand } as object);
    upload.state.value = { step: "sending", sinceMs: Date.now(), sentBefore: upload.sentBytes.value };
    void this.uppy.upload();
  }

  /** Sends no more of a file; S3 keeps what it has. */
  stop(upload: Upload): void {
    for (const [name, sending] of this.sending) {
      if (sending !== upload) continue;
      this.sending.delete(name);
      this.uppy.removeFile(name);
    }
  }

  /** Takes a file from Uppy, once Uppy itself is done with it. */
  private end(name: string, tell: (upload: Upload) => void): void {
    const upload = this.sending.get(name);
    if (upload === undefined) return;
    queueMicrotask(() => {
      if (!this.sending.delete(name)) return;
      this.uppy.removeFile(name);
      tell(upload);
    });
  }

  private uploadOf(name: string): Upload {
    const upload = this.sending.get(name);
    if (upload === undefined) throw new Error("This upload was stopped.");
    return upload;
  }
}

/** The upload at S3: one for each file, however often it is stopped and started. */
function begin(upload: Upload): Promise<UploadInHand> {
  const { file, key } = upload;
  const { size, lastModified, type } = file;
  upload.begun ??= post<UploadInHand>("/api/uploads", { key, bytes: size, contentType: type }).then(
    (inHand) => {
      upload.inHand = inHand;
      keep({ ...inHand, bucket: stack.value?.bucketName ?? "", size, lastModified });
      return inHand;
    },
    (error: unknown) => {
      upload.begun = undefined;
      throw error;
    },
  );
  return upload.begun;
}

/** Has S3 throw away what it has of an upload. Throws ProblemError. */
export async function throwAway({ key, uploadId }: UploadInHand): Promise<void> {
  await post("/api/uploads/abort", { key, uploadId } satisfies UploadInHand);
  forget({ key, uploadId });
}
