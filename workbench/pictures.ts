import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { defaultPool } from '../server/options';
import { launchChromium } from '../spec/workbench/support/chromium';
import { startWorkbench, type WorkbenchProcess } from '../spec/workbench/support/workbench';

/** `npm run workbench:pictures`: makes the pictures of docs/workbench.md anew, each in light and in dark. */

const FOLDER = path.resolve(__dirname, '../docs/workbench');
const MAX_BYTES = 300_000;
const POOL = defaultPool('us-east-1');
const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';

interface Scene {
  readonly page: Page;
  readonly bench: WorkbenchProcess;
}

const write = ({ bench }: Scene, dataset: string, key: string, value: string) =>
  bench.call('data/write', { pool: POOL, identity: IDENTITY, dataset, key, value });

const PICTURES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  steps: async ({ page }) => {
    await page.getByRole('button', { name: /^Try/ }).click();
    await page.locator('.story').waitFor();
  },
  call: async ({ page }) => {
    await page.getByRole('button', { name: /^Try/ }).click();
    await page.locator('.story').waitFor();
    await page.getByRole('button', { name: 'Developer' }).click();
    await page.locator('.cm-content').waitFor();
    await page.locator('.call-summary').nth(2).click();
    await page.getByRole('heading', { name: 'Canonical request' }).scrollIntoViewIfNeeded();
  },
  data: async (scene) => {
    const { page, bench } = scene;
    await bench.call('data/seed', {
      pool: POOL,
      identities: 600,
      datasetsPerIdentity: 2,
      recordsPerDataset: 5,
      valueLength: 24,
    });
    for (const [key, value] of [
      ['theme', 'dark'],
      ['language', 'de-CH'],
      ['volume', '0.7'],
      ['theme', 'light'],
    ] as const)
      await write(scene, 'profile', key, value);
    await write(scene, 'game', 'level', '12');
    await page.keyboard.press('Alt+2');
    await page.locator('.history button').nth(1).click();
    await page.locator('.records tbody tr').nth(2).waitFor();
  },
  faults: async ({ page, bench }) => {
    await bench.call('faults/next', { kind: '429', operation: 'ListRecords' });
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('1 message').first().waitFor();
    await bench.call('faults/rate', { kind: 'latency', ms: 120, rate: 0.3 });
    await bench.call('faults/next', { kind: 'reset-after', operation: 'UpdateRecords', count: 2 });
    await page.keyboard.press('Alt+3');
    await page.locator('.records tbody tr').first().waitFor();
  },
  flow: async (scene) => {
    const { page } = scene;
    await write(scene, 'profile', 'theme', 'dark');
    await write(scene, 'profile', 'language', 'de-CH');
    await page.keyboard.press('Alt+4');
    await page.getByRole('button', { name: 'Run the flow' }).click();
    await page.getByText('Every message').waitFor();
    await page.locator('.card').nth(1).click();
    await page.locator('.cm-content').waitFor();
  },
  export: async ({ page, bench }) => {
    await bench.call('data/seed', {
      pool: POOL,
      identities: 1_500,
      datasetsPerIdentity: 2,
      recordsPerDataset: 8,
      valueLength: 64,
    });
    await page.keyboard.press('Alt+5');
    await page.getByText('0 of 1,500').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('complete').waitFor({ timeout: 60_000 });
  },
};

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const [bench, browser] = await Promise.all([startWorkbench(), launchChromium()]);
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [name, go] of Object.entries(PICTURES)) {
        await bench.call('data/reset');
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
        await page.goto(bench.link);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await go({ page, bench });
        await page.mouse.move(0, 0);
        const file = path.join(FOLDER, `${name}-${colorScheme}.png`);
        await page.screenshot({ path: file, animations: 'disabled' });
        const { size } = statSync(file);
        if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}`);
        console.log(`${path.relative(process.cwd(), file)}: ${Math.round(size / 1_000)} KB`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await bench.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
