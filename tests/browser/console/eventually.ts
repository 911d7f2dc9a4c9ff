import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright-core";

/** Resolves once an expression is true in a page, which the page's Content-Security-Policy does not let it wait for itself. */
export async function eventually(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await page.evaluate<boolean>(expression)) return;
    await setTimeout(50);
  }
  throw new Error(`Never came true: ${expression}`);
}
