import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { CRYPTO, sealedText } from '../flow/support/cipher';
import { COMPONENT_ROOT, Sailor } from '../flow/support/sailor';
import { AMQP_URL, World, type Step } from '../flow/support/world';
import { recorder, type Recorder } from '../support/recorder';

const INSTALL_MS = 3 * 60_000;
const SECRET_ID = 'secret-1';
const where = {
  IdentityPoolId: defaultPool('us-east-1'),
  IdentityId: 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f',
  DatasetName: 'profile',
};

/** What the Hub's orchestrator says of a step, in the form that ferryman reads and does not verify. */
function orchestratorToken(action: string, fields: object): string {
  const claims = {
    flowId: 'flow',
    stepId: 'step',
    userId: 'user',
    function: action,
    apiKey: 'key',
    secretId: SECRET_ID,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'none', typ: 'JWT' }), part({ ...claims, fields }), ''].join('.');
}

/** The folder as the container has it: the component, and beside it `oih` with the Hub's runtime installed. */
describe("the connector in the Open Integration Hub's runtime", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-sync-connector-oih-'));
  let server: LocalServer;
  let hub: Recorder;
  let world: World;
  let step: Step;
  let ferryman: Sailor;

  const send = async (action: string, data: object, fields: object = {}) => {
    const messageId = randomUUID();
    const headers = { messageId, orchestratorToken: orchestratorToken(action, fields) };
    await world.publish(step.queue, Buffer.from(sealedText({ data, metadata: {}, headers: {} })), headers);
    return messageId;
  };

  beforeAll(async () => {
    for (const name of ['component.json', 'dist', 'lib', 'node_modules']) {
      fs.symlinkSync(path.join(COMPONENT_ROOT, name), path.join(folder, name));
    }
    fs.mkdirSync(path.join(folder, 'oih'));
    for (const name of ['adapter.js', 'package.json', 'package-lock.json']) {
      fs.copyFileSync(path.join(COMPONENT_ROOT, 'oih', name), path.join(folder, 'oih', name));
    }
    execFileSync('npm', ['ci', '--no-audit', '--ignore-scripts'], { cwd: path.join(folder, 'oih'), stdio: 'pipe' });

    server = await startServer();
    // The Hub's services: a secret with the credential, and no snapshot.
    hub = await recorder(({ target }, response) => {
      const credential = { ...DEFAULT_KEY, endpoint: server.endpoint };
      const secret = { data: { type: 'MIXED', value: { payload: JSON.stringify(credential) } } };
      response.setHeader('content-type', 'application/json');
      response.statusCode = target === `/secrets/${SECRET_ID}` ? 200 : 404;
      response.end(JSON.stringify(response.statusCode === 200 ? secret : {}));
    });
    world = await World.create();
    step = await world.step({ action: 'any' });
    ferryman = new Sailor({
      root: folder,
      preload: './oih/adapter.js',
      script: path.join(folder, 'oih/node_modules/@openintegrationhub/ferryman/runGlobal.js'),
      env: {
        API_RETRIES_COUNT: '0',
        ELASTICIO_COMP_ID: 'component',
        ELASTICIO_API_URI: hub.endpoint,
        ELASTICIO_AMQP_URI: AMQP_URL,
        ELASTICIO_LISTEN_MESSAGES_ON: step.queue,
        ELASTICIO_BACKCHANNEL_EXCHANGE: world.prefix,
        ELASTICIO_NODE_EXCHANGE: world.prefix,
        ELASTICIO_SNAPSHOTS_EXCHANGE: world.prefix,
        ELASTICIO_OUTPUT_ROUTING_KEY: step.key('data'),
        ELASTICIO_ERROR_ROUTING_KEY: step.key('error'),
        ELASTICIO_STATE_ROUTING_KEY: step.key('state'),
        ELASTICIO_REBOUND_ROUTING_KEY: step.key('rebound'),
        ELASTICIO_SNAPSHOT_ROUTING_KEY: step.key('snapshot'),
        ELASTICIO_REBOUND_INITIAL_EXPIRATION: '200',
        ELASTICIO_SECRET_SERVICE_BASE_URL: hub.endpoint,
        ELASTICIO_SNAPSHOTS_SERVICE_BASE_URL: hub.endpoint,
        ELASTICIO_MESSAGE_CRYPTO_IV: CRYPTO.iv,
        ELASTICIO_MESSAGE_CRYPTO_PASSWORD: CRYPTO.password,
      },
    });
  }, INSTALL_MS);

  afterAll(async () => {
    ferryman.kill('SIGKILL');
    await ferryman.ended();
    await world.close();
    await hub.stop();
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  });

  it('reads a message and emits one in `data`', async () => {
    await send('ListRecords', where);
    const { message } = await step.data.next();
    expect(message).toMatchObject({ data: { Records: [], Count: 0, DatasetExists: false } });
    expect(message).not.toHaveProperty('body');
  });

  it('serves several actions of a flow in one process', async () => {
    await send('ListDatasets', { IdentityPoolId: where.IdentityPoolId, IdentityId: where.IdentityId });
    expect((await step.data.next()).message).toMatchObject({ data: { Datasets: [], Count: 0 } });
  });

  it('reports an error with its name and message', async () => {
    await send('ListRecords', { ...where, DatasetName: '..' });
    const { error } = await step.errors.next();
    expect(error).toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/^ListRecords: .*DatasetName/),
    });
  });

  it('has a message delivered again when AWS is down', async () => {
    server.faults.next({ kind: '503' });
    await send('ListRecords', where, { errorPolicy: 'rebound' });
    expect((await step.rebounds.next()).headers).toMatchObject({ reboundIteration: 1 });
    expect((await step.data.next()).message).toMatchObject({ data: { Count: 0 } });
  });

  it('logs no secret and ends when asked to', async () => {
    await expect(ferryman.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(ferryman.log).not.toContain(DEFAULT_KEY.secretAccessKey);
    expect(await step.waiting()).toBe(0);
  });
});
