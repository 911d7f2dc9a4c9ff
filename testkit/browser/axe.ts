import { source } from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to AA, and what axe takes for good practice besides. https://github.com/dequelabs/axe-core/blob/develop/doc/API.md */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Of axe's answer, what is told. */
interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** What axe finds wrong with a page as it is just now, a line for each element; empty when there is nothing. */
export async function findingsOf(page: Page): Promise<string[]> {
  // Told to the browser and not as an element of the page's, so that its Content-Security-Policy does not apply.
  await page.evaluate(`typeof axe === "undefined" && (() => { ${source} })()`);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ["violations"] }).then((found) => found.violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => {
      const summary = failureSummary.replaceAll(/\s*\n\s*/g, " ");
      return `${id} (${help}): ${target.join(" ")}: ${summary}`;
    }),
  );
}
