import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import {
  denialText,
  requestOf,
  requestOfService,
  type AccessRequest,
  type Authorizer,
  type Caller,
  type Need,
  type ServiceCall,
} from "./authorizer";

/** What requests to the local services are signed with; it opens nothing anywhere else. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface DoorOptions {
  /** The origins of web pages that may call, such as `http://127.0.0.1:8080`; without any, no page may. */
  allowedOrigins?: readonly string[];
}

/** What a server says of a request that the door would not let in. */
export interface Exceptions {
  /** Whether the page that it comes from may call all the same. */
  allowsPage?: (request: IncomingMessage) => boolean;
  /** Whether it is signed in its body alone, where the server looks at the signature itself. */
  isSignedInside?: (request: IncomingMessage) => boolean;
}

/**
 * Keeps everybody out of the local servers but the local cloud's own processes: any page that is open in a browser of
 * this machine reaches 127.0.0.1, with a form, or under a name of its own that it has had point there. So a request must
 * name this machine as its host, come from no page (or from one that is allowed), and be signed with an access key that
 * nobody can guess. It is looked at before anything of its body is read.
 */
export class Door {
  /** Made anew for each local cloud. */
  readonly credentials: Credentials = {
    accessKeyId: `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("hex"),
  };
  /** Asked before each call of a role's or service's; without one, whoever is let in may do everything. */
  authorizer: Authorizer | undefined;
  /** The owner of the local cloud has no role, and may do everything. */
  private readonly callers = new Map<string, Caller | undefined>([[this.credentials.accessKeyId, undefined]]);
  private readonly allowedOrigins: readonly string[];

  constructor({ allowedOrigins = [] }: DoorOptions = {}) {
    this.allowedOrigins = allowedOrigins;
  }

  /** Lets in who signs with this access key, too: as a session of a role, or with all that the owner may do. */
  admit(accessKeyId: string, caller?: Caller): void {
    this.callers.set(accessKeyId, caller);
  }

  /** What is signed with, of an access key that is let in; undefined of any other. */
  secretOf(accessKeyId: string): string | undefined {
    return this.callers.has(accessKeyId) ? this.credentials.secretAccessKey : undefined;
  }

  /** Why who signs with this access key may not do what needs all this; undefined when it may be done. */
  async denialOf(accessKeyId: string, needs: () => Need[]): Promise<string | undefined> {
    const caller = this.callers.get(accessKeyId);
    if (this.authorizer === undefined || caller === undefined) return undefined;
    return this.denialAmong(needs().map((need) => requestOf(caller, need)));
  }

  /** Why services of AWS's may not do all this on their own; undefined when they may. */
  async denialOfServices(calls: ServiceCall[]): Promise<string | undefined> {
    return this.denialAmong(calls.map(requestOfService));
  }

  /** Stands before what the server does with requests; whatever listens for them must do so already. */
  guard(server: Server, exceptions: Exceptions = {}): void {
    // Not every server listens for the second one: Node answers `Expect: 100-continue` by itself then.
    for (const event of ["request", "checkContinue"]) {
      const listeners = server.listeners(event);
      if (listeners.length === 0) continue;
      server.removeAllListeners(event);
      server.on(event, (request: IncomingMessage, response: ServerResponse) => {
        const refusal = this.refusalOf(request, exceptions);
        if (refusal !== undefined) refuse(request, response, refusal);
        else for (const listener of listeners) listener.call(server, request, response);
      });
    }
  }

  private async denialAmong(requests: AccessRequest[]): Promise<string | undefined> {
    for (const request of requests) {
      const why = await this.authorizer?.(request);
      if (why !== undefined) return denialText(request, why);
    }
    return undefined;
  }

  private refusalOf(
    request: IncomingMessage,
    { allowsPage, isSignedInside }: Exceptions,
  ): Refusal | undefined {
    const { host, origin } = request.headers;
    const port = request.socket.localPort ?? 0;
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
      return { code: "AccessDenied", message: `The local run answers to 127.0.0.1:${port} alone.` };
    if (origin !== undefined && !this.allowedOrigins.includes(origin) && allowsPage?.(request) !== true)
      return { code: "AccessDenied", message: "The local run answers to no web page." };
    // Browsers ask so before they send what a page has signed. https://fetch.spec.whatwg.org/#cors-preflight-fetch
    if (origin !== undefined && request.method === "OPTIONS") return undefined;
    if (!this.callers.has(accessKeyIn(request)) && isSignedInside?.(request) !== true)
      return { code: "InvalidAccessKeyId", message: "The local run knows no such access key." };
    return undefined;
  }
}

/**
 * The access key that a request is signed with, in its header or, presigned, in its address; empty of an unsigned one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function accessKeyIn({ headers, url = "" }: IncomingMessage): string {
  if (headers.authorization !== undefined) return accessKeyOf(headers.authorization);
  const query = new URLSearchParams(url.split("?")[1]);
  return (query.get("X-Amz-Credential") ?? "").split("/")[0] ?? "";
}

/** The access key in an Authorization header; empty when there is none. */
export function accessKeyOf(authorization: string | string[] | undefined): string {
  return /Credential=([^/]+)\//.exec(String(authorization))?.[1] ?? "";
}

interface Refusal {
  code: "AccessDenied" | "InvalidAccessKeyId";
  message: string;
}

/** Answers in the words of the protocol that was spoken, so that an SDK tells its user why. */
function refuse({ headers }: IncomingMessage, response: ServerResponse, { code, message }: Refusal): void {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const isJson = headers["x-amz-target"] !== undefined;
  const isQuery = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const body = isJson
    ? JSON.stringify({ __type: code, message })
    : isQuery
      ? `<ErrorResponse>${error}</ErrorResponse>`
      : error;
  response.writeHead(403, {
    "content-type": isJson ? "application/json" : "application/xml",
    // What is still to come of the request is not wanted.
    connection: "close",
  });
  response.end(body);
}
