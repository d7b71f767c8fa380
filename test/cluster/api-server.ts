import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { Child } from '../../weaviate/child.js';
import { freePorts } from '../../weaviate/ports.js';
import { TOOL_ENV, runWell } from '../support/deploy-tools.js';
import { makeFolder } from '../support/folder.js';

const READY_WITHIN_MS = 60_000;
const LOOPBACK = '127.0.0.1';

export interface Answer {
  readonly status: number;
  /** What the server says beside its answer: of policies, of what is deprecated. */
  readonly warnings: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * An API server of Kubernetes with its etcd: it checks and keeps objects, and as there is neither a controller nor a node, nothing
 * comes of them. Both listen on loopback alone, and one token, made for this run, opens it.
 */
export class ApiServer {
  /** For tools: where it is, its certificate and the token. */
  readonly kubeconfig: string;

  readonly #port: number;
  readonly #token: string;
  readonly #certificate: string;
  readonly #close: () => Promise<void>;

  private constructor(options: {
    readonly folder: string;
    readonly port: number;
    readonly token: string;
    readonly certificate: string;
    readonly close: () => Promise<void>;
  }) {
    this.kubeconfig = path.join(options.folder, 'kubeconfig');
    this.#port = options.port;
    this.#token = options.token;
    this.#certificate = options.certificate;
    this.#close = options.close;
  }

  static async start(): Promise<ApiServer> {
    const token = randomBytes(32).toString('hex');
    const { folder, remove } = await makeFolder({ 'tokens.csv': `${token},admin,admin,system:masters\n` });
    const key = path.join(folder, 'service-accounts.pem');
    await runWell('openssl', ['genrsa', '-out', key, '2048']);
    const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
    const etcdUrl = `http://${LOOPBACK}:${etcdPort}`;
    const peerUrl = `http://${LOOPBACK}:${peerPort}`;
    const etcd = start('etcd', {
      'data-dir': path.join(folder, 'etcd'),
      'listen-client-urls': etcdUrl,
      'advertise-client-urls': etcdUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': `default=${peerUrl}`,
      'unsafe-no-fsync': 'true',
    });
    const server = start('kube-apiserver', {
      'etcd-servers': etcdUrl,
      'bind-address': LOOPBACK,
      'advertise-address': LOOPBACK,
      'secure-port': String(port),
      'cert-dir': folder,
      'token-auth-file': path.join(folder, 'tokens.csv'),
      'anonymous-auth': 'false',
      'authorization-mode': 'RBAC',
      'endpoint-reconciler-type': 'none',
      'service-cluster-ip-range': '10.43.0.0/24',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': key,
      'service-account-signing-key-file': key,
      // Nobody here makes the accounts that it asks for.
      'disable-admission-plugins': 'ServiceAccount',
    });
    const certificateFile = path.join(folder, 'apiserver.crt');
    const children = [server, etcd];
    const close = async () => {
      for (const child of children) await child.stop();
      await remove();
    };
    try {
      const certificate = await poll('certificate', children, async () => {
        return (await readFile(certificateFile, 'utf8')) || undefined;
      });
      const api = new ApiServer({ folder, port, token, certificate, close });
      await poll('readiness', children, async () => {
        return (await api.send('GET', '/readyz')).status === 200 || undefined;
      });
      await writeFile(api.kubeconfig, kubeconfigOf(port, token, certificateFile), { mode: 0o600 });
      return api;
    } catch (error) {
      await close();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.#close();
  }

  /** Sends a body as JSON, which is YAML too. */
  send(method: string, target: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        host: LOOPBACK,
        port: this.#port,
        path: target,
        method,
        ca: this.#certificate,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': contentType },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            warnings: [response.headers.warning ?? []].flat(),
            body: asObject(text),
          }),
        );
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function start(program: string, flags: Readonly<Record<string, string>>): Child {
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return Child.start(program, program, args, { env: TOOL_ENV });
}

/** What `probe` finds at last; as long as it finds nothing, or cannot look, it is asked again. */
async function poll<T>(
  what: string,
  children: readonly Child[],
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const found = await probe().catch(() => undefined);
    if (found !== undefined) return found;
    for (const child of children) if (!child.isRunning) throw child.ended(await child.exited);
    if (Date.now() > until) throw new Error(`kube-apiserver: no ${what} within ${READY_WITHIN_MS / 1000} s`);
    await sleep(200);
  }
}

function kubeconfigOf(port: number, token: string, certificateFile: string): string {
  const cluster = { server: `https://${LOOPBACK}:${port}`, 'certificate-authority': certificateFile };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { token } }],
  });
}

/** An answer of health checks is a word and no JSON. */
function asObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { message: text };
  }
}
