import { readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../../weaviate/child.js';
import { freePorts } from '../../weaviate/ports.js';
import { DEPLOY, TOOL_ENV } from './deploy-tools.js';

/** One request as nginx's log has it. */
export interface LoggedRequest {
  readonly path: string;
  readonly status: number;
  /** The replicas it was given to, in turn: whether a connection was made, and the status, 502 for none. */
  readonly tries: readonly {
    readonly address: string;
    readonly connected: boolean;
    readonly status: number;
  }[];
}

export interface LoadBalancer {
  readonly url: string;
  readonly port: number;
  log(): LoggedRequest[];
  stop(): Promise<void>;
}

export interface LoadBalancerOptions {
  readonly listenHost?: string;
  /** A port of its own for TLS, with these files. */
  readonly tls?: { readonly port: number; readonly certificate: string; readonly key: string };
}

/** Debian's nginx with this project's configuration, in front of replicas on these ports of this machine. */
export async function startLoadBalancer(
  replicaPorts: readonly number[],
  { listenHost = '127.0.0.1', tls }: LoadBalancerOptions = {},
): Promise<LoadBalancer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nginx-'));
  await chmod(folder, 0o755); // its workers are another user's
  const [port = 0] = await freePorts(1);
  await cp(path.join(DEPLOY, 'nginx'), folder, { recursive: true });
  await writeFile(path.join(folder, 'nginx.conf'), mainConfig(folder));
  await edit(folder, 'handspring.conf', (text) =>
    text.replace(/listen 8080\b/, `listen ${listenHost}:${port}`),
  );
  if (tls) await edit(folder, 'handspring.conf', (text) => withTls(text, listenHost, tls));
  await edit(folder, 'handspring-replicas.conf', (text) => withPorts(text, replicaPorts));
  const child = Child.start('nginx', 'nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'], {
    env: TOOL_ENV,
  });
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/meta`).then(
      () => true,
      () => false,
    ))
  ) {
    if (!child.isRunning) throw child.ended(await child.exited);
    await sleep(20);
  }
  return {
    url,
    port,
    log: () =>
      readFileSync(path.join(folder, 'access.log'), 'utf8').split('\n').filter(Boolean).map(parseLine),
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a system's own nginx.conf would have around the project's file, all in one folder. */
function mainConfig(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  return [
    'daemon off;',
    `pid ${folder}/nginx.pid;`,
    'events { worker_connections 4096; }',
    'http {',
    "  log_format tries '$uri|$status|$upstream_addr|$upstream_connect_time|$upstream_status';",
    `  access_log ${folder}/access.log tries;`,
    ...temporary,
    '  include handspring.conf;',
    '}',
  ].join('\n');
}

/** The list of replicas with its servers' settings, once for each port. */
function withPorts(list: string, ports: readonly number[]): string {
  const [example = ''] = list.split('\n');
  return ports.map((port) => example.replace(/^server \S+/, `server 127.0.0.1:${port}`)).join('\n');
}

/** The lines for TLS as whoever needs them would uncomment them, with their own files. */
function withTls(
  config: string,
  listenHost: string,
  { port, certificate, key }: NonNullable<LoadBalancerOptions['tls']>,
): string {
  return config
    .replace(/# (?=listen 443 ssl|ssl_)/g, '')
    .replace('listen 443 ssl', `listen ${listenHost}:${port} ssl`)
    .replace('/etc/nginx/tls/fullchain.pem', certificate)
    .replace('/etc/nginx/tls/privkey.pem', key);
}

async function edit(folder: string, name: string, change: (text: string) => string): Promise<void> {
  const file = path.join(folder, name);
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${name} is not as expected`);
  await writeFile(file, changed);
}

function parseLine(line: string): LoggedRequest {
  const [uri = '', status = '', addresses = '', connects = '', statuses = ''] = line.split('|');
  // With commas within one location of nginx, with colons between two.
  const [list = [], connected = [], codes = []] = [addresses, connects, statuses].map((field) =>
    field.split(/, | : /),
  );
  const tries = list.map((address, at) => ({
    address,
    connected: connected[at] !== '-',
    status: Number(codes[at]),
  }));
  return { path: uri, status: Number(status), tries };
}
