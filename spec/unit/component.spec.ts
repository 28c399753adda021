import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as operations from '../../lib/cognito-sync/operations';
import { AUTHORISE_AS } from '../../lib/platform/credential';
import { ERROR_POLICIES } from '../../lib/platform/error-policy';
import { component, entries, readJson, readText, ROOT, schemas, type Form } from './descriptor';

const credentials = component.credentials.fields;
const actions = entries.filter(({ kind }) => kind === 'actions');
const triggers = entries.filter(({ kind }) => kind === 'triggers');
const table = Object.values(operations);
const fieldsOf = (id: string): Form => component.actions[id]?.fields ?? {};

const CREDENTIALS_NEEDED = {
  developer: 'Credentials: an access key of the AWS account; those of a Cognito identity are refused.',
  identity:
    "Credentials: only those of the Cognito identity itself, which the credential's field Authorise As obtains; an access key of the AWS account is refused.",
  either: 'Credentials: an access key of the AWS account, or those of the Cognito identity.',
};

describe('the component', () => {
  it('has a title, a short description and one version everywhere', () => {
    expect(component.title).toBe('Amazon Cognito Sync');
    expect(component.description.length).toBeLessThan(200);
    expect(component.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(readJson('package.json')).toMatchObject({ version: component.version });
    expect(/^## \[?(\d+\.\d+\.\d+)/m.exec(readText('CHANGELOG.md'))?.[1]).toBe(component.version);
  });

  it('has a logo of 128 × 128 pixels with transparency, small enough to travel with every descriptor', () => {
    const logo = readFileSync(join(ROOT, 'logo.png'));
    const RGBA = 6;
    expect(logo.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([logo.readUInt32BE(16), logo.readUInt32BE(20), logo[25]]).toEqual([128, 128, RGBA]);
    expect(logo.length).toBeLessThan(12 * 1024);
  });
});

describe('the credential form', () => {
  it.each([
    ['accessKeyId', 'TextFieldView', false],
    ['secretAccessKey', 'PasswordFieldView', false],
    ['sessionToken', 'PasswordFieldView', false],
    ['region', 'SelectView', false],
    ['authoriseAs', 'SelectView', false],
    ['developerProviderName', 'TextFieldView', false],
    ['roleArn', 'TextFieldView', false],
    ['externalId', 'TextFieldView', false],
    ['roleSessionName', 'TextFieldView', false],
    ['endpoint', 'TextFieldView', false],
  ])('asks for %s in a %s (required: %s)', (name, viewClass, required) => {
    expect(credentials[name]).toMatchObject({ viewClass, required });
  });

  it('begins with the access key', () => {
    expect(Object.keys(credentials).slice(0, 3)).toEqual(['accessKeyId', 'secretAccessKey', 'sessionToken']);
  });

  it('offers the regions of the service, each under a name that shows its code', () => {
    const regions = Object.entries(credentials['region']?.model ?? {});
    expect(regions.map(([code]) => code).sort()).toEqual([
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-south-1',
      'ap-southeast-1',
      'ap-southeast-2',
      'eu-central-1',
      'eu-west-1',
      'eu-west-2',
      'us-east-1',
      'us-east-2',
      'us-west-2',
    ]);
    for (const [code, label] of regions) expect(label).toMatch(new RegExp(`^.+ \\(.+\\), ${code}$`));
  });

  it('offers the ways to authorise that the connector knows, the access key first', () => {
    expect(Object.keys(credentials['authoriseAs']?.model ?? {})).toEqual(AUTHORISE_AS);
    expect(AUTHORISE_AS[0]).toBe('accessKey');
  });

  it('hides whatever is secret', () => {
    const secret = Object.entries(credentials).filter(([name]) => /secret|token/i.test(name));
    expect(secret.map(([, { viewClass }]) => viewClass)).toEqual(secret.map(() => 'PasswordFieldView'));
  });
});

const forms: [string, Form][] = [
  ['credentials', credentials],
  ...entries.map(({ id, step }): [string, Form] => [id, step.fields ?? {}]),
];

describe.each(forms)('the form of %s', (_, form) => {
  it('explains every field and puts the first on top', () => {
    for (const field of Object.values(form)) {
      expect(field).toMatchObject({
        viewClass: expect.stringMatching(/View$/) as string,
        label: expect.stringMatching(/^[A-Z]/) as string,
        required: expect.any(Boolean) as boolean,
        help: { description: expect.stringMatching(/^[A-Z].*\.$/s) as string },
      });
      if (field.viewClass === 'SelectView' && !field.required) expect(field.prompt).toBeTruthy();
    }
    const orders = Object.values(form).map(({ order }) => order);
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => b - a));
  });
});

describe.each(entries)('$id', ({ kind, id, step }) => {
  it('is built from the module of its name', async () => {
    expect(step.main).toBe(`./dist/lib/${kind}/${id}.js`);
    const module = (await import(join(ROOT, 'lib', kind, `${id}.ts`))) as { [name: string]: unknown };
    expect(module['process']).toBeInstanceOf(Function);
    for (const { model } of Object.values(step.fields ?? {})) {
      if (typeof model === 'string') expect(module[model]).toBeInstanceOf(Function);
    }
  });

  it('has a title, a description and help in plain words', () => {
    expect(step.title).toMatch(/^[A-Z]\w+ \w/);
    expect(step.description).toMatch(/^[A-Z].{10,200}\.$/);
    expect(step.help.description).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('names the schemas of its own', () => {
    const { in: input, out } = step.metadata;
    expect(out).toBe(`./lib/schemas/${id}.out.json`);
    if (kind === 'actions' || input !== undefined) expect(input).toBe(`./lib/schemas/${id}.in.json`);
  });

  it('has no field that would hide a credential', () => {
    expect(Object.keys(step.fields ?? {}).filter((name) => name in credentials)).toEqual([]);
  });
});

describe('the list of steps', () => {
  it.each(['title', 'order'] as const)('gives each its own %s', (key) => {
    for (const steps of [actions, triggers]) {
      const values = steps.map(({ step }) => step[key]);
      expect(values).toEqual([...new Set(values)]);
    }
  });

  it('shows them from the top as in the file', () => {
    for (const steps of [actions, triggers]) {
      const orders = steps.map(({ step }) => step.order);
      expect(orders).toEqual([...orders].sort((a, b) => b - a));
    }
  });

  it('runs triggers on a schedule', () => {
    for (const { step } of triggers) expect(step.type).toBe('polling');
  });

  it('offers every action the same error handling policies', () => {
    for (const { id } of actions) {
      expect(fieldsOf(id)['errorPolicy']).toEqual(fieldsOf('ListRecords')['errorPolicy']);
    }
    expect(Object.keys(fieldsOf('ListRecords')['errorPolicy']?.model ?? {})).toEqual(ERROR_POLICIES);
  });

  it('has no module and no schema that no step uses', () => {
    const used = [...entries.map(({ step }) => step.main.replace('./dist/', '').replace(/js$/, 'ts'))].sort();
    const isStep = /^(actions|triggers)\/\w+\.ts$/;
    const modules = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      isStep.test(path),
    );
    expect(modules.map((path) => `lib/${path}`).sort()).toEqual(used);
    const files = readdirSync(join(ROOT, 'lib', 'schemas')).map((file) => `./lib/schemas/${file}`);
    expect(files.sort()).toEqual(schemas.map(({ path }) => path).sort());
  });
});

describe('dist/', () => {
  const mains = entries.map(({ step }) => step.main);

  it('has one file for each step, and one to verify the credential', () => {
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
    const built = files.filter((path) => path.endsWith('.js')).map((path) => `./dist/${path}`);
    expect(built.sort()).toEqual([...mains, './dist/lib/verifyCredentials.js'].sort());
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

describe.each(table)('the action of $name', ({ name, members, authorisation }) => {
  it('exists and says which credentials and permission it needs', () => {
    const help = component.actions[name]?.help.description;
    expect(help).toContain(`${CREDENTIALS_NEEDED[authorisation]} IAM permission: cognito-sync:${name}.`);
  });

  it('takes its identity pool from the step where the operation has one', () => {
    expect(fieldsOf(name)['IdentityPoolId']?.model).toBe('IdentityPoolId' in members ? 'identityPools' : undefined);
  });

  it('offers emit behaviours where the operation has pages', () => {
    const model = fieldsOf(name)['emitBehaviour']?.model;
    expect(model && Object.keys(model)).toEqual(
      'NextToken' in members ? ['singlePage', 'fetchAll', 'fetchPage', 'emitIndividually'] : undefined,
    );
  });
});
