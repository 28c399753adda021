import { randomBytes } from 'node:crypto';
import { readComponent } from './component';
import { Credential } from './credential';
import { dataRoutes } from './data-routes';
import { faultRoutes } from './fault-routes';
import { flowRoutes } from './flow-routes';
import { listen, type PageFile } from './http';
import { Local } from './local';
import { ObjectStorage } from './object-storage';
import { stepRoutes, type Workbench } from './routes';
import { Runs } from './runs';
import { Struck } from './struck';

export interface Options {
  /** Folder of the component. */
  readonly root: string;
  /** The compiled module of the process of a run. */
  readonly child: string;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly port?: number;
}

export interface RunningWorkbench {
  /** With the token in its fragment, which browsers do not send. */
  readonly address: string;
  readonly token: string;
  readonly port: number;
  readonly local: Local;
  readonly stop: () => Promise<void>;
}

/** Starts the workbench with a fresh local server behind it. */
export async function startWorkbench({ root, child, files, port: wanted }: Options): Promise<RunningWorkbench> {
  const token = randomBytes(32).toString('base64url');
  const struck = new Struck();
  const storage = await ObjectStorage.start();
  const runs = new Runs(child, struck, storage.env);
  runs.prepare();
  const local = await Local.start(struck);
  const component = readComponent(root);
  const credential = new Credential(() => local.credential, Object.keys(component.credentialFields));
  const bench: Workbench = { root, component, credential, runs, local, storage };
  const routes = { ...stepRoutes(bench), ...faultRoutes(local), ...dataRoutes(local, storage), ...flowRoutes(bench) };
  const { port, stop } = await listen({ files, token, routes }, wanted);
  return {
    address: `http://127.0.0.1:${port}/#${token}`,
    token,
    port,
    local,
    stop: async () => {
      runs.stop();
      await stop();
      await local.stop();
      await storage.stop();
    },
  };
}
