import { accessibilityProblems, workbenchInBrowser } from './page';

describe('the view Steps', () => {
  const scenario = workbenchInBrowser();
  const tab = (name: string) => ({ name: new RegExp(`^${name}`) });

  scenario('opens with Upsert Records filled in, and takes the token out of the address', async ({ page, bench }) => {
    expect(page.url()).toBe(`http://127.0.0.1:${bench.port}/`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Upsert Records');
    expect(await page.getByLabel('Dataset Name').first().inputValue()).toBe('profile');
    expect(await page.getByText('Nothing has run yet').first().isVisible()).toBe(true);
    expect(
      await page.evaluate(() => [Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]),
    ).toEqual([['workbench-token'], [], '']);
  });

  scenario('has all triggers and actions of component.json', async ({ page, bench }) => {
    const { steps } = JSON.parse((await bench.call('start')).text) as { steps: { title: string }[] };
    const shown = await page.getByRole('navigation', { name: 'Steps' }).getByRole('listitem').allTextContents();
    expect(shown).toEqual(steps.map(({ title }) => title));
  });

  scenario('shows a write whose answer was lost: one write, a reset, SyncCount 1, and a sentence', async ({ page }) => {
    await page.getByRole('button', { name: 'Try: line dies after write' }).click();
    const story = page.locator('.story');
    await story.waitFor();
    expect(await story.textContent()).toMatch(/Written once\..*The dataset’s SyncCount is 1\./s);
    const struck = page.locator('.call').filter({ has: page.locator('.struck') });
    expect(await struck.count()).toBe(1);
    expect(await struck.locator('.call-summary').textContent()).toMatch(/RESETPOSTUpdateRecordsreset-after/);
  });

  scenario('shows what was sent, how it was signed, and what was answered, without a secret', async ({ page }) => {
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByRole('tab', tab('Calls')).click();
    await page.locator('.call-summary').nth(2).click();
    const sent = await page.getByRole('region', { name: 'Sent' }).textContent();
    expect(sent).toMatch(/^POST \/identitypools\/.* HTTP\/1\.1/);
    expect(sent).toContain('Signature=[hidden]');
    expect(sent).toMatch(/\[SyncSessionToken \d+\]/);
    expect(await page.getByText('verified').isVisible()).toBe(true);
    expect(await page.getByRole('region', { name: 'String to sign' }).textContent()).toMatch(/^AWS4-HMAC-SHA256/);
    expect(await page.getByRole('region', { name: 'Answered' }).textContent()).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  scenario('shows absent, blank and null apart in the form', async ({ page }) => {
    const name = page.getByLabel('Identity ID').first();
    const member = page.locator('.member').filter({ has: name }).first();
    await name.fill('');
    expect(await member.getAttribute('class')).toContain('blank');
    await member.hover();
    await page.getByRole('button', { name: 'Set Identity ID to null' }).click();
    expect(await member.getAttribute('class')).toContain('null');
    await page.getByRole('button', { name: 'Developer' }).click();
    await page.locator('.cm-content').waitFor();
    expect(await page.locator('.cm-content').textContent()).toContain('"IdentityId": null');
    await page.getByRole('button', { name: 'Integrator' }).click();
    await member.hover();
    await page.getByRole('button', { name: 'Leave out Identity ID' }).click();
    await page.getByRole('button', { name: /optional fields: Identity ID/ }).waitFor();
    await page.getByRole('button', { name: 'Developer' }).click();
    await page.locator('.cm-content').waitFor();
    expect(await page.locator('.cm-content').textContent()).not.toContain('IdentityId');
  });

  scenario('edits arrays as tables, in their order', async ({ page }) => {
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Key, row 3').fill('font');
    await page.getByLabel('Value, row 3').fill('serif');
    await page.getByRole('button', { name: 'Remove row 2' }).click();
    await page.getByRole('button', { name: /^Run/ }).click();
    const output = page.getByRole('region', { name: 'Body of message 1' });
    await output.waitFor();
    expect(await output.textContent()).toMatch(/"theme"[^]*"created"[^]*"font"[^]*"created"/);
  });

  scenario('says which line is no JSON, and does not switch back before it is one', async ({ page }) => {
    await page.getByRole('button', { name: 'Developer' }).click();
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{\n"a": oops');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/^Line 2: /);
    expect(await page.getByRole('button', { name: 'Integrator' }).isDisabled()).toBe(true);
    await page.getByLabel('Fill in an example').selectOption('Example 1');
    await page.getByRole('button', { name: 'Integrator' }).click();
    expect(await page.getByLabel('Dataset Name').first().inputValue()).toBe('profile');
  });

  scenario('runs from the editor by Ctrl+Enter, without adding a line', async ({ page }) => {
    await page.getByRole('button', { name: 'Developer' }).click();
    const editor = page.locator('.cm-content');
    const before = await editor.textContent();
    await editor.click();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Body of message 1' }).waitFor();
    expect(await editor.textContent()).toBe(before);
  });

  scenario('evaluates a JSONata mapping, and runs the step with what it makes', async ({ page }) => {
    await page.getByRole('button', { name: 'Mapping' }).click();
    await page.locator('[aria-label="JSONata expression"].cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('$merge([$, {"DatasetName": "mapped"');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    const made = page.getByRole('region', { name: 'What the mapping makes' });
    await made.waitFor();
    expect(await made.textContent()).toContain('"DatasetName": "mapped"');
    await page.getByRole('button', { name: /^Run/ }).click();
    const output = page.getByRole('region', { name: 'Body of message 1' });
    await output.waitFor();
    expect(await output.textContent()).toContain('"DatasetName": "mapped"');
  });

  scenario('finds the choices of a drop-down by the step', async ({ page }) => {
    await page.getByRole('button', { name: 'Find the choices of Identity Pool' }).click();
    const field = page.getByRole('combobox', { name: 'Identity Pool' });
    await page.waitForFunction(() => document.querySelectorAll('#step-IdentityPoolId option').length > 1);
    await field.selectOption({ index: 1 });
    expect(await field.inputValue()).toBe('us-east-1:00000000-0000-4000-8000-000000000001');
  });

  scenario('lets one type where a drop-down is refused, with the words of the connector', async ({ page, bench }) => {
    await bench.call('faults/rate', { kind: 'error', rate: 1 });
    await page.getByRole('button', { name: 'Find the choices of Identity Pool' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/^Identity Pool: /);
    await page.getByRole('textbox', { name: 'Identity Pool', exact: true }).fill('us-east-1:typed');
  });

  scenario('shows an error as the platform does, and a rebound as a state of its own', async ({ page, bench }) => {
    await bench.call('faults/rate', { kind: '503', rate: 1 });
    await page.getByLabel('Error Handling Policy').selectOption('fail');
    await page.getByRole('button', { name: /^Run/ }).click();
    const failure = page.locator('.failure-text');
    await failure.waitFor();
    expect(await failure.textContent()).toMatch(/^UpsertRecords: ServiceUnavailable: .*\(HTTP 503, request id /);
    await page.getByLabel('Error Handling Policy').selectOption('emit');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('The error was emitted as a message').first().waitFor();
    await page.getByLabel('Error Handling Policy').selectOption('rebound');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('Rebound: to be delivered again later').first().waitFor();
    await page.getByRole('tab', { name: 'Error' }).click();
    expect(await failure.textContent()).toContain('HTTP 503');
  });

  scenario('delivers the same message again: the second time changes nothing', async ({ page }) => {
    await page.getByRole('button', { name: /^Run/ }).click();
    const facts = page.locator('.message .facts');
    await facts.waitFor();
    const id = await facts.locator('dd').first().textContent();
    await page.getByRole('button', { name: 'Deliver again' }).click();
    await page.getByText('"unchanged"').first().waitFor();
    expect(await facts.locator('dd').first().textContent()).toBe(id);
    expect(await page.getByRole('region', { name: 'Body of message 1' }).textContent()).toContain('"Written": false');
  });

  scenario('stops a step that hangs, by Escape', async ({ page, bench }) => {
    await bench.call('faults/next', { kind: 'hang' });
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('Running · 1 call').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped · 1 call').waitFor();
  });

  scenario(
    'runs a trigger again from its snapshot, shows what changed in it, edits and resets it',
    async ({ page, bench }) => {
      const write = (value: string) =>
        bench.call('data/write', {
          pool: 'us-east-1:00000000-0000-4000-8000-000000000001',
          identity: 'us-east-1:87654321-4321-4321-4321-210987654321',
          dataset: 'profile',
          key: 'theme',
          value,
        });
      await write('dark');
      await page.getByRole('button', { name: 'Get New and Updated Records', exact: true }).click();
      await page.getByRole('button', { name: /^Run Ctrl/ }).click();
      await page.getByText('1 message').first().waitFor();
      await write('light');
      await page.getByRole('tab', tab('Snapshot')).click();
      await page.getByRole('button', { name: 'Run again' }).click();
      const changes = page.getByRole('table', { name: 'What the last run changed' });
      await changes.getByRole('cell', { name: '2', exact: true }).waitFor();
      expect(await changes.getByRole('row').filter({ hasText: 'lastSyncCount' }).textContent()).toBe('lastSyncCount12');
      expect(await page.getByText(/of the platform’s 5,000 bytes/).isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.locator('[aria-label="Snapshot, as JSON"].cm-content').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.getByText('There is no snapshot').waitFor();
    },
  );

  scenario('copies a command that does the same, against the running local server', async ({ page }) => {
    await page.getByRole('button', { name: 'Copy as command' }).click();
    await page.getByText('Copied.').waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const { execSync } = await import('node:child_process');
    const output = execSync(command.replace('npm run -s step --', 'npx ts-node scripts/step.ts'), { encoding: 'utf8' });
    expect(JSON.parse(output)).toMatchObject({ DatasetName: 'profile', Written: true });
  });

  scenario('copies what the mapping makes, not its sample, as a command', async ({ page }) => {
    await page.getByRole('button', { name: 'Mapping' }).click();
    await page.locator('[aria-label="JSONata expression"].cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{"DatasetName": "mapped"');
    await page.getByRole('button', { name: 'Copy as command' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^printf %s '\{"DatasetName":"mapped"\}' \| /,
    );
  });

  scenario('delivers the message that was sent, whatever has been typed since', async ({ page }) => {
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.locator('.message .facts').waitFor();
    await page.getByLabel('Dataset Name').first().fill('another');
    await page.getByRole('button', { name: 'Deliver again' }).click();
    await page.getByText('"unchanged"').first().waitFor();
    expect(await page.getByRole('region', { name: 'Body of message 1' }).textContent()).toContain(
      '"DatasetName": "profile"',
    );
  });

  scenario('stores the files of an export, and gives them out whole', async ({ page, bench }) => {
    await bench.call('data/seed', {
      pool: 'us-east-1:00000000-0000-4000-8000-000000000001',
      identities: 3,
      datasetsPerIdentity: 1,
      recordsPerDataset: 2,
      valueLength: 8,
    });
    await page.getByRole('button', { name: 'Export Identity Pool to Files' }).click();
    await page.getByRole('button', { name: /^Run/ }).click();
    const saved = page.waitForEvent('download');
    await page
      .getByRole('region', { name: 'Attachments' })
      .getByRole('button', { name: /^Download / })
      .click();
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { Key: string }).Key)).toHaveLength(6);
    await page.getByRole('tab', tab('Calls')).click();
    await page.locator('.call-summary').last().click();
    expect(await page.getByRole('region', { name: 'Sent' }).textContent()).toMatch(
      /^POST \/objects [^]*Authorization: Bearer \[hidden\]/,
    );
  });

  scenario('shows a process that ended before its step did, and runs the step again', async ({ page, bench }) => {
    await bench.call('faults/next', { kind: 'hang' });
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('Running · 1 call').waitFor();
    bench.endRuns();
    await page.getByText('The process ended').waitFor();
    expect(await page.locator('.failure-text').textContent()).toBe(
      'The process of the step ended with SIGKILL before the step did.',
    );
    // The process that stood ready for the next run has ended too.
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('1 message').first().waitFor();
  });

  scenario('makes a stub without a call', async ({ page, bench }) => {
    await page.getByRole('button', { name: 'Generate stub sample' }).click();
    expect(await page.getByRole('region', { name: 'Stub sample' }).textContent()).toContain('"Outcome": "updated"');
    expect(JSON.parse((await bench.call('data/pools')).text).pools[0].identities).toBe(0);
  });

  scenario('verifies credentials, and says why not', async ({ page }) => {
    await page.getByRole('button', { name: 'Credential: Local server' }).click();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Verified: a signed call was answered.').waitFor();
  });

  scenario('marks own keys that go to AWS, and asks before a step writes with them', async ({ page }) => {
    await page.getByRole('button', { name: 'Credential: Local server' }).click();
    await page.getByRole('button', { name: 'Your own keys' }).click();
    await page.getByLabel('Access Key ID').fill('AKIDEXAMPLE');
    await page.getByLabel('Secret Access Key').fill('example-secret');
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await page.getByText('These keys are used now.').waitFor();
    expect(await page.getByLabel('Secret Access Key').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Credential: LIVE AWS' }).waitFor();
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByRole('dialog', { name: 'Write to AWS?' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Developer' }).click();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog', { name: 'Write to AWS?' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByText('Nothing has run yet').first().isVisible()).toBe(true);
  });

  scenario('says what to do in a tab whose token is not this start’s', async ({ page }) => {
    await page.evaluate(() => sessionStorage.setItem('workbench-token', 'of an earlier start'));
    await page.reload();
    await page.getByRole('heading', { name: 'This tab has no way in' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('Open the link from the terminal.');
  });
});

describe('a workbench that stops', () => {
  const scenario = workbenchInBrowser();

  scenario('says so on its page, and how to start it again', async ({ page, bench }) => {
    await bench.call('faults/next', { kind: 'hang' });
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('Running · 1 call').waitFor();
    await bench.end();
    await page.getByRole('heading', { name: 'The workbench does not answer' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('npm run workbench');
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
