import type { AccessRequest, Authorizer } from "../../../local/services/authorizer";

/** A call that was judged, however often it was made. */
export interface RecordedCall {
  request: AccessRequest;
  /** Why it was denied. */
  denial: string | undefined;
  count: number;
}

/** Remembers each call that an authorizer judges. */
export class CallRecord {
  readonly calls = new Map<string, RecordedCall>();
  /** What could not be judged. */
  readonly errors: unknown[] = [];

  /** A judge that remembers. What it cannot judge is denied. */
  remembering(authorizer: Authorizer): Authorizer {
    return async (request) => {
      const denial = await authorizer(request).catch((error: unknown) => {
        this.errors.push(error);
        return `since it cannot be judged (${String(error)})`;
      });
      const { action, resource, context } = request;
      const key = JSON.stringify([roleOf(request), action, resource, context, denial]);
      const { count } = this.calls.get(key) ?? { count: 0 };
      this.calls.set(key, { request, denial, count: count + 1 });
      return denial;
    };
  }

  get all(): RecordedCall[] {
    return [...this.calls.values()];
  }

  get denied(): RecordedCall[] {
    return this.all.filter(({ denial }) => denial !== undefined);
  }
}

/** The role, whatever its session is called, or the service. */
export function roleOf({ principal, context }: AccessRequest): string {
  return context["aws:PrincipalArn"] ?? principal;
}
