import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** What the last stage of a Dockerfile leaves: its files below a folder of this machine, and how it is run. */
export interface Image {
  /** The file or folder of this machine that stands for an absolute path of the image. */
  at(file: string): string;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly exposed: readonly string[];
  readonly volumes: readonly string[];
}

interface Stage {
  readonly root: string;
  workdir: string;
  user: string;
  entrypoint: string[];
  healthcheck: string[];
  readonly exposed: string[];
  readonly volumes: string[];
}

/** Instructions of a Dockerfile in order: continued lines joined, comments left out. */
function* instructionsOf(text: string): Generator<[name: string, rest: string]> {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  for (const line of joined.split('\n').filter((each) => each.trim())) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    yield [name, rest];
  }
}

/**
 * Replays a Dockerfile without Docker: each stage is a folder, COPY copies, RUN runs in the stage's working directory, where its absolute
 * paths (`/data`) lie below the folder. The base image is this machine.
 * @throws Error for an instruction that it does not know.
 */
export function replay(dockerfile: string, context: string, folder: string): Image {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  const current = () => {
    if (!stage) throw new Error('FROM must come first');
    return stage;
  };
  for (const [name, rest] of instructionsOf(fs.readFileSync(dockerfile, 'utf8'))) {
    if (name === 'FROM') {
      const alias = / AS (\w+)$/i.exec(rest)?.[1] ?? String(stages.size);
      stage = {
        root: path.join(folder, alias),
        workdir: '/',
        user: 'root',
        entrypoint: [],
        healthcheck: [],
        exposed: [],
        volumes: [],
      };
      fs.mkdirSync(stage.root);
      stages.set(alias, stage);
    } else apply(current(), name, rest, { stages, context });
  }
  const { root, ...image } = current();
  return { ...image, at: (file) => path.join(root, file) };
}

function apply(stage: Stage, name: string, rest: string, from: { stages: Map<string, Stage>; context: string }): void {
  switch (name) {
    case 'WORKDIR':
      stage.workdir = rest;
      fs.mkdirSync(path.join(stage.root, rest), { recursive: true });
      return;
    case 'COPY': {
      const [, alias] = /^--from=(\w+) /.exec(rest) ?? [];
      const source = alias ? from.stages.get(alias)?.root : from.context;
      if (source === undefined) throw new Error(`COPY: there is no stage ${alias}`);
      const paths = rest.replace(/^--from=\w+ /, '').split(/\s+/);
      const target = path.join(stage.root, path.resolve(stage.workdir, paths.pop() ?? ''));
      for (const each of paths) {
        // A folder is copied as its contents; a file into a folder that is there or ends with a slash.
        const into =
          fs.statSync(path.join(source, each)).isDirectory() || !rest.endsWith('/') ? target : path.join(target, each);
        fs.cpSync(path.join(source, each), into, { recursive: true });
      }
      return;
    }
    case 'RUN': {
      const script = rest.replace(/ (\/data)\b/g, ` ${stage.root}$1`).replace(/chown node:node/, 'true');
      execFileSync('sh', ['-c', script], { cwd: path.join(stage.root, stage.workdir), stdio: 'pipe' });
      return;
    }
    case 'USER':
      stage.user = rest;
      return;
    case 'EXPOSE':
      stage.exposed.push(rest);
      return;
    case 'VOLUME':
      stage.volumes.push(rest);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(rest) as string[];
      return;
    default:
      throw new Error(`${name} is not known here`);
  }
}
