import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { component, entries, readJson, readText, ROOT } from './descriptor';

const credentials = component.credentials.fields;
describe('the component', () => {
  it('has one version everywhere', () => {
    expect(/^## \[(\d+\.\d+\.\d+)\]/m.exec(readText('CHANGELOG.md'))?.[1]).toBe(component.version);
    for (const file of ['package.json', 'package-lock.json', 'oih/package.json', 'oih/package-lock.json']) {
      expect(readJson(file)).toMatchObject({ version: component.version });
    }
  });

  it('has a logo of 128 × 128 pixels with transparency, small enough to travel with every descriptor', () => {
    const logo = readFileSync(join(ROOT, 'logo.png'));
    const RGBA = 6;
    expect(logo.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([logo.readUInt32BE(16), logo.readUInt32BE(20), logo[25]]).toEqual([128, 128, RGBA]);
    expect(logo.length).toBeLessThan(12 * 1024);
  });
});

it('masks whatever is secret in the form of the credential', () => {
  const secret = Object.entries(credentials).filter(([name]) => /secret|token/i.test(name));
  expect(secret.map(([, { viewClass }]) => viewClass)).toEqual(['PasswordFieldView', 'PasswordFieldView']);
});

describe.each(entries)('$id', ({ kind, id, step }) => {
  const fields = Object.entries(step.fields ?? {});

  it('is built from the module of its name, which fills its drop-downs', async () => {
    const module = (await import(join(ROOT, 'lib', kind, `${id}.ts`))) as { [name: string]: unknown };
    expect(module['process']).toBeInstanceOf(Function);
    for (const [, { model }] of fields) {
      if (typeof model === 'string') expect(module[model]).toBeInstanceOf(Function);
    }
  });

  it('is explained in sentences, and so is each field', () => {
    expect(step.description).toMatch(/^[A-Z].{10,200}\.$/);
    for (const { help } of [step, ...fields.map(([, field]) => field)]) {
      expect(help.description).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it('has no field of the name of one of the credential, since the platform merges both', () => {
    expect(fields.filter(([name]) => name in credentials)).toEqual([]);
  });

  it('links to its section of docs/steps.md', () => {
    const anchor = /docs\/steps\.md#([a-z0-9-]+)$/.exec(step.help.link)?.[1];
    const headings = Array.from(readText('docs/steps.md').matchAll(/^### (.*)$/gm), ([, heading]) => heading);
    expect(headings.map((heading) => heading?.toLowerCase().replaceAll(' ', '-'))).toContain(anchor);
  });
});

describe('the list of steps', () => {
  it('gives each a title of its own', () => {
    const titles = entries.map(({ step }) => step.title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  it('has every module of lib/actions and lib/triggers', () => {
    const used = entries.map(({ step }) => step.main.replace('./dist/', '').replace(/js$/, 'ts'));
    const modules = ['actions', 'triggers'].flatMap((kind) =>
      readdirSync(join(ROOT, 'lib', kind)).map((file) => `lib/${kind}/${file}`),
    );
    expect(modules.sort()).toEqual(used.sort());
  });
});

describe('dist/', () => {
  const mains = entries.map(({ step }) => step.main);

  it('has one file for each step, one to verify the credential, the local server, and that for tests', () => {
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
    const built = files.filter((path) => path.endsWith('.js')).map((path) => `./dist/${path}`);
    expect(built.sort()).toEqual(
      [...mains, './dist/lib/verifyCredentials.js', './dist/server.js', './dist/jest.js'].sort(),
    );
  });

  it('shares the one axios that is installed with the runtime', () => {
    const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
    const installed = Object.keys(packages).filter(
      (name) => !packages[name]?.dev && name.endsWith('node_modules/axios'),
    );
    expect(installed).toEqual(['node_modules/axios']);
  });

  it.each(mains)('has packages outside of %s, so that axios is the one that the runtime has loaded', (main) => {
    const required = Array.from(readText(main).matchAll(/\brequire\("([^"]+)"\)/g), ([, name]) => name);
    expect(required).toEqual(expect.arrayContaining(['aws4', 'axios', 'elasticio-node/lib/messages']));
    expect(required.filter((name) => name?.startsWith('.'))).toEqual([]);
  });
});
