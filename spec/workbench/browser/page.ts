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
  let started: Promise<[WorkbenchProcess, Browser]>;
  let bench: WorkbenchProcess;
  let browser: Browser;
  beforeAll(async () => {
    started = Promise.all([startWorkbench(), launchChromium()]);
    [bench, browser] = await started;
  });
  // Also where the beginning took too long, so that no process is left.
  afterAll(async () => {
    const [running, open] = await started;
    await open.close();
    await running.end();
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

/** A task of a thread, as Chromium's trace has it; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * The longest task of the page's main thread while something is done, in ms that the processor spent on it: how long it takes by
 * the clock depends on what else the machine does.
 */
export async function longestTask(page: Page, action: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser');
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const isMain = ({ pid, tid }: TraceEvent) => main.some((thread) => thread.pid === pid && thread.tid === tid);
  const tasks = traceEvents.filter((event) => event.ph === 'X' && event.tdur !== undefined && isMain(event));
  if (tasks.length === 0) throw new Error('The trace holds no task of the page');
  return Math.round(Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000);
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
