/** The fields of a message that anyone may have put into the queue; none of what is no JSON object. */
export function parseObject(json: string): Record<string, unknown> {
  try {
    return objectOrEmpty(JSON.parse(json));
  } catch {
    return {};
  }
}

export function objectOrEmpty(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
