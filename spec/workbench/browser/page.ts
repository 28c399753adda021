import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { startWorkbench, type WorkbenchProcess } from '../support/workbench';

const PICTURES = path.resolve(__dirname, '../../../coverage/workbench');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What a page must never do, as it happens. */
interface Watched {
  readonly problems: string[];
}

export interface Opened extends Watched {
  readonly page: Page;
  readonly bench: WorkbenchProcess;
}

interface Scenario {
  readonly scheme?: 'light' | 'dark';
}

/** A workbench and a browser for the tests of a file; each test has a page of its own and a local server without data. */
export function workbenchInBrowser() {
  let bench: WorkbenchProcess;
  let browser: Browser;
  beforeAll(async () => {
    [bench, browser] = await Promise.all([startWorkbench(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await bench?.end();
  });

  /** A test in the browser; one that fails leaves a picture in coverage/workbench. */
  return (title: string, test: (opened: Opened) => Promise<void>, { scheme = 'light' }: Scenario = {}) => {
    it(title, async () => {
      await bench.call('data/reset');
      await bench.call('credential', { mode: 'local', forget: true });
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: scheme });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      // Shorter than the test's, so that a failure names what it waited for.
      context.setDefaultTimeout(8_000);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        // The browser notes each call that is refused; whether it should have been is the test's to say.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          problems.push(message.text());
      });
      await page.addInitScript(watchTasks);
      try {
        await page.goto(bench.link);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await test({ page, bench, problems });
        expect(problems).toEqual([]);
      } catch (error) {
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: path.join(PICTURES, `${title.replace(/[^\w-]+/g, '-').slice(0, 100)}.png`) });
        throw error;
      } finally {
        await context.close();
      }
    });
  };
}

/** Runs in the page before anything else: notes tasks that take 50 ms or more. */
function watchTasks(): void {
  const global = globalThis as unknown as { longest: number };
  global.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) global.longest = Math.max(global.longest, duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** The longest task of the page since the last look, in ms; 0 below 50. */
export async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const global = globalThis as unknown as { longest: number };
    const { longest } = global;
    global.longest = 0;
    return longest;
  });
}

/** What axe-core finds, brought in by the debugger, so that the page's policy stays on. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Colours on their way to others would be measured half-way; a cursor blinks for ever.
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    return Promise.all(ending.map(({ finished }) => finished));
  });
  const session = await page.context().newCDPSession(page);
  const evaluate = (expression: string) =>
    session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  await evaluate(AXE);
  const { result } = await evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target.join(' ') + ': ' + failureSummary)))`,
  );
  await session.detach();
  return result.value as string[];
}

/** Whether anything is wider than the window, or than the part of the page that it scrolls in. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('.scroll, dialog, .step-panel, .toolbar')].some(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    ),
  );
