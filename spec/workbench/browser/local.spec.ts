import { workbenchInBrowser, type Opened } from './page';

const POOL = 'us-east-1:00000000-0000-4000-8000-000000000001';
const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';
const write = ({ bench }: Opened, key: string, value: string | null) =>
  bench.call('data/write', { pool: POOL, identity: IDENTITY, dataset: 'profile', key, value });

describe('the view Data', () => {
  const scenario = workbenchInBrowser();

  scenario('shows records with counts, dates and writers, the removed ones too', async (opened) => {
    const { page } = opened;
    await write(opened, 'theme', 'dark');
    await write(opened, 'draft', 'x');
    await write(opened, 'draft', null);
    await page.keyboard.press('Alt+2');
    await page
      .getByRole('button', { name: /87654321-4321/ })
      .first()
      .click();
    const rows = page.getByRole('region', { name: 'Records of profile' }).getByRole('row');
    await rows.nth(2).waitFor();
    expect(await rows.nth(1).textContent()).toMatch(/^draftremoved3\d\d:\d\d:\d\d\.\d{3}another-client$/);
    expect(await rows.nth(2).textContent()).toMatch(/^themedark1\d\d:\d\d:\d\d\.\d{3}another-client$/);
  });

  scenario('follows what changes, live', async (opened) => {
    const { page } = opened;
    await page.keyboard.press('Alt+2');
    await page.getByText('Nothing has changed yet.').or(page.getByText('everything was reset')).first().waitFor();
    await write(opened, 'theme', 'live');
    const first = page.getByRole('region', { name: 'History' }).getByRole('listitem').first();
    await first.getByText('theme').waitFor();
    expect(await first.textContent()).toMatch(/write.*theme.*1.*by another-client/);
    await first.getByRole('button').click();
    await page.getByText('live', { exact: true }).nth(1).waitFor();
  });

  scenario('pages through seeded identities, and goes to one by its id', async ({ page }) => {
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: 'Seed…' }).click();
    await page.getByRole('button', { name: 'Seed', exact: true }).click();
    const identities = page.getByRole('region', { name: 'Identities' });
    const items = identities.getByRole('listitem');
    await items.nth(59).waitFor();
    expect(await items.count()).toBe(60);
    const first = await items.first().textContent();
    await identities.getByRole('button', { name: 'Next' }).click();
    await page.waitForFunction((text) => document.querySelector('.rows-list li')?.textContent !== text, first);
    await identities.getByRole('button', { name: 'Previous' }).click();
    await page.waitForFunction((text) => document.querySelector('.rows-list li')?.textContent === text, first);
    await identities.getByRole('searchbox').fill('us-east-1:5eed0000-0000-4000-8000-0000000000ff');
    await identities.getByText('5eed0000-0000-4000-8000-0000000000ff').waitFor();
  });

  scenario('writes as another client, moves the clock, and resets everything', async ({ page, bench }) => {
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: 'Write as another client…' }).click();
    await page.getByRole('textbox', { name: 'Identity ID' }).fill(IDENTITY);
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.getByRole('region', { name: 'Records of profile' }).getByText('light').waitFor();
    await page.getByRole('button', { name: '+1 day' }).click();
    await page.getByText('(+24 h)').waitFor();
    await page.getByRole('button', { name: 'Reset everything' }).click();
    await page.getByText('No identity yet.').waitFor();
    expect(JSON.parse((await bench.call('data/pools')).text)).toMatchObject({ pools: [{ identities: 0 }] });
    expect(await page.getByText('(+24 h)').count()).toBe(0);
  });

  scenario('sets the clock, and warns where steps can no longer follow it', async ({ page }) => {
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: 'Set…' }).click();
    await page.getByLabel('Time, in UTC').fill('2031-02-03T04:05:06');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText(/2031-02-03 04:05:\d\d/).waitFor();
    await page.getByText('The clock is more than a day off').waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByText('The clock is more than a day off').waitFor({ state: 'detached' });
  });

  scenario('says why a write is refused', async ({ page }) => {
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: 'Write as another client…' }).click();
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.getByText('identity must be text').waitFor();
  });
});

describe('the view Faults', () => {
  const scenario = workbenchInBrowser();

  scenario('adds the next few and a share, takes one away, and clears', async ({ page, bench }) => {
    await page.keyboard.press('Alt+3');
    const next = page.getByRole('region', { name: 'The next calls' });
    await next.getByLabel('Times').fill('3');
    await next.getByRole('button', { name: 'Add' }).click();
    await page.getByText('next 3').waitFor();
    const share = page.getByRole('region', { name: 'A share of all calls' });
    await share.getByLabel('Fault').selectOption('latency');
    await share.getByLabel('Milliseconds').fill('5');
    await share.getByRole('button', { name: 'Add' }).click();
    await page.getByText('20 % of calls, seed 1, 5 ms').waitFor();
    await page.getByRole('button', { name: 'Take reset-after away' }).click();
    await page.getByText('next 3').waitFor({ state: 'detached' });
    expect(JSON.parse((await bench.call('faults')).text)).toMatchObject({
      next: [],
      rate: [{ kind: 'latency', ms: 5, rate: 0.2 }],
    });
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText('No fault waits').waitFor();
  });

  scenario('names the call that a fault struck', async ({ page, bench }) => {
    await bench.call('faults/next', { kind: '429', operation: 'ListRecords' });
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('1 message').first().waitFor();
    await page.getByRole('tab', { name: /^Calls/ }).click();
    expect(await page.locator('.call').nth(1).textContent()).toMatch(/200GETListRecordsattempt 2, after \d+ ms/);
    await page.keyboard.press('Alt+3');
    await page.getByRole('cell', { name: 'call 1 of UpsertRecords' }).waitFor();
  });
});

describe('the view Flow', () => {
  const scenario = workbenchInBrowser();

  scenario('carries a message through, pins an output, saves and loads', async (opened) => {
    const { page } = opened;
    await write(opened, 'theme', 'dark');
    await page.keyboard.press('Alt+4');
    await page.getByRole('button', { name: 'Run the flow' }).click();
    await page.getByText('Every message has gone through.').waitFor();
    const cards = page.getByRole('list', { name: 'Steps of the flow' }).locator('.card');
    expect(await cards.allTextContents()).toEqual([
      '1Get New and Updated Records1 in · 1 out',
      '2Upsert Records1 in · 1 out',
      '3List Records1 in · 1 out',
    ]);
    await cards.nth(2).click();
    expect(await page.getByRole('region', { name: 'Emitted by message 1, 1' }).textContent()).toContain('"theme"');
    await cards.nth(0).click();
    await page.getByRole('button', { name: 'Pin the output' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    const file = await (await saved).path();
    await page.getByRole('button', { name: 'Remove the step' }).click();
    expect(await cards.count()).toBe(2);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Load…' }).click();
    await (
      await chooser
    ).setFiles({
      name: 'flow.json',
      mimeType: 'application/json',
      buffer: (await import('node:fs')).readFileSync(file),
    });
    await page.getByText('pinned · 1 message').waitFor();
    await page.getByRole('button', { name: 'Run the flow' }).click();
    await page.getByText('Every message has gone through.').waitFor();
    expect(await cards.nth(2).textContent()).toBe('3List Records1 in · 1 out');
  });

  scenario('leaves a failed message behind, and shows its error', async (opened) => {
    const { page, bench } = opened;
    await write(opened, 'theme', 'dark');
    await bench.call('faults/rate', { kind: 'error', rate: 1, operation: 'UpdateRecords' });
    await page.keyboard.press('Alt+4');
    await page.getByRole('button', { name: 'Run the flow' }).click();
    await page.getByText('1 in · 0 out · 1 failed').click();
    await page.getByText('Not every message has gone through: 1 failed.').waitFor();
    expect(await page.locator('.failure-text').textContent()).toMatch(/^UpsertRecords: /);
  });

  scenario('is run and stopped by keys, and says where nothing came through', async ({ page, bench }) => {
    await page.keyboard.press('Alt+4');
    await page.getByText('Nothing has run yet.').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Step 1 emitted nothing').waitFor();
    await bench.call('faults/next', { kind: 'hang' });
    await page.keyboard.press('Control+Enter');
    await page.getByText('Running…').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped.').waitFor();
  });

  scenario('has at most five steps', async ({ page }) => {
    await page.keyboard.press('Alt+4');
    const add = page.getByRole('button', { name: 'Add a step' });
    await add.click();
    await add.click();
    await add.waitFor({ state: 'detached' });
    expect(await page.locator('.card').count()).toBe(5);
  });

  scenario('says what is wrong with a file', async ({ page }) => {
    await page.keyboard.press('Alt+4');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Load…' }).click();
    const buffer = Buffer.from('{"flow":[{"step":"Nothing"}]}');
    await (await chooser).setFiles({ name: 'flow.json', mimeType: 'application/json', buffer });
    await page.getByText('Step 1 names no step of this component').waitFor();
  });
});

describe('the view Export', () => {
  const scenario = workbenchInBrowser();

  scenario('stops, resumes, and reaches every record', async ({ page, bench }) => {
    await bench.call('data/seed', {
      pool: POOL,
      identities: 400,
      datasetsPerIdentity: 2,
      recordsPerDataset: 5,
      valueLength: 8,
    });
    await bench.call('faults/rate', { kind: 'latency', ms: 5, rate: 1 });
    await page.keyboard.press('Alt+5');
    await page.getByText('0 of 400 identities').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Export', exact: true }).click();
    await page.locator('.plot .line').first().waitFor();
    await page.getByRole('button', { name: /^Stop/ }).click();
    await page.getByText('stopped').waitFor();
    await bench.call('faults/clear');
    const before = Number((await page.locator('.export-progress strong').textContent()) ?? 0);
    expect(before).toBeLessThan(400);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('complete').waitFor({ timeout: 20_000 });
    expect(await page.locator('.export-progress').textContent()).toMatch(/^400 of 400 identities · 4,000 records/);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Data' }).last().click();
    const csv = (await import('node:fs')).readFileSync(await (await saved).path(), 'utf8');
    expect(csv.split('\n')[0]).toBe('ms,identities,datasets,records,bytes');
    expect(csv.split('\n').at(-1)).toMatch(/^[\d.]+,400,800,4000,\d+$/);
  });
});
