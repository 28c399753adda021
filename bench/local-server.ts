import { readFileSync } from 'node:fs';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { sign } from 'aws4';

/** What the local Cognito Sync itself takes for a signed ListRecords of 10 records. */
export interface ServerFigures {
  /** Of the server's process, user and system, per call. */
  readonly cpuUs: number;
  /** That one core of this machine could answer. */
  readonly callsPerCoreSecond: number;
  /** That were answered, beside the clients on the same machine. */
  readonly callsPerSecond: number;
}

const CALLS = 6_000;
const CONNECTIONS = 10;
/** Of the clock in /proc/<pid>/stat, on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Sends signed requests, made before the measurement, to a server that holds 10 records for them. */
export async function serverFigures(endpoint: string, pid: number, dataset: string): Promise<ServerFigures> {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const keys = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
  const { path, headers } = sign(
    { service: 'cognito-sync', region: 'us-east-1', host, method: 'GET', path: dataset },
    keys,
  );
  const get = () =>
    new Promise<void>((resolve, reject) => {
      const request = http.get(
        { agent, hostname, port, path: path!, headers: headers as http.OutgoingHttpHeaders },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`The local server answered ${response.statusCode}`));
          response.resume();
          response.on('end', resolve);
        },
      );
      request.on('error', reject);
    });
  const run = async (calls: number) => {
    let left = calls;
    const connection = async () => {
      while (left-- > 0) await get();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  };
  await run(1_000);
  const cpu = cpuSeconds(pid);
  const started = performance.now();
  await run(CALLS);
  const seconds = (performance.now() - started) / 1000;
  const cpuUs = ((cpuSeconds(pid) - cpu) * 1e6) / CALLS;
  agent.destroy();
  return { cpuUs, callsPerCoreSecond: Math.round(1e6 / cpuUs), callsPerSecond: Math.round(CALLS / seconds) };
}
