import type { Stack } from "../../ops/stack";
import type { Reading } from "../messages";
import { problemOf } from "./problems";

/** What a promise gives, or why it gives nothing: never rejects. */
export async function reading<T>(stack: Stack, value: Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await value };
  } catch (error) {
    return { problem: problemOf(error, stack) };
  }
}
