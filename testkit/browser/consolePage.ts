import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildPage, pageDirectory } from "../../console/buildPage";
import type { Setting } from "../../console/messages";
import { startConsole, type RunningConsole } from "../../console/server/console";
import { infoOf } from "../../console/server/info";
import { connect, withDefaults, type Stack } from "../../ops/stack";
import type { LocalCloud } from "../../local/localCloud";
import { launchChromium } from "./chromium";

export interface ConsoleUnderTest {
  isReadOnly?: boolean;
  settings?: Setting[];
}

/** A console of a stack, and a browser that looks at it. Whoever opens it closes it. */
export class ConsolePage {
  /** What the page's scripts complained of. */
  readonly complaints: string[] = [];

  private constructor(
    readonly console: RunningConsole,
    readonly browser: Browser,
  ) {}

  static async open(stack: Stack, given: ConsoleUnderTest = {}): Promise<ConsolePage> {
    await buildPage();
    const info = infoOf(stack, { isReadOnly: given.isReadOnly ?? false, opsOptions: "--local" });
    const readSettings = () => Promise.resolve(given.settings ?? []);
    const running = await startConsole({ stack, info, readSettings, pageDirectory, port: 0 });
    try {
      return new ConsolePage(running, await launchChromium());
    } catch (error) {
      await running.stop();
      throw error;
    }
  }

  /** A page that was let in by the address, with cookies of its own. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => this.complaints.push(message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    await page.goto(this.console.address);
    await page.getByRole("navigation", { name: "Views" }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.console.stop();
  }
}

/** A local cloud as the operator's commands and the console see it. */
export function stackOf({ outputs, endpoints, credentials }: LocalCloud): Stack {
  return connect("local run", withDefaults(outputs), { endpoints, credentials });
}
