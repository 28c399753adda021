import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '../../..');
const LINE = /^Workbench: (http:\/\/127\.0\.0\.1:(\d+)\/)#(\S+)$/;

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface WorkbenchProcess {
  /** The link of the terminal. */
  readonly link: string;
  readonly port: number;
  readonly token: string;
  /** Ends the processes of its runs, as Linux lists them. */
  endRuns(): void;
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  /** Makes a call as the page does. */
  call(name: string, input?: object): Promise<Answer>;
  /** The lines of a stream. */
  stream(name: string, input: object): Promise<any[]>;
  /** Sends any request, with the very headers given. */
  request(options: http.RequestOptions, body?: string): Promise<Answer>;
  /** Resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the workbench as `npm run workbench` does. */
export async function startWorkbench(): Promise<WorkbenchProcess> {
  const child = spawn(process.execPath, ['workbench/start.mjs'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [base, port, token] = await new Promise<string[]>((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const [, ...parts] = LINE.exec(line) ?? [];
      if (parts.length > 0) found(parts);
    });
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${errors}`)));
  });
  const request = (options: http.RequestOptions, body?: string) => send({ port: Number(port), ...options }, body);
  const call = (name: string, input: object = {}) =>
    request(
      {
        method: 'POST',
        path: `/api/${name}`,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      },
      JSON.stringify(input),
    );
  return {
    link: `${base}#${token}`,
    port: Number(port),
    token: token as string,
    endRuns: () => {
      const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      for (const pid of pids.trim().split(' ')) process.kill(Number(pid), 'SIGKILL');
    },
    lines,
    request,
    call,
    stream: async (name, input) =>
      (await call(name, input)).text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null) return child.exitCode;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

function send(options: http.RequestOptions, body?: string): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = http.request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', failed);
    request.end(body);
  });
}
