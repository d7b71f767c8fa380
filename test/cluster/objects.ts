import { strict as assert } from 'node:assert';
import type { Answer, ApiServer } from './api-server.js';

/** An object of Kubernetes, as it is sent and as it comes back. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Of a kind that has no spec. */
  readonly value?: number;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Whether it is kept, or only checked as if it were. */
export type Keeping = 'kept' | 'checked';

/** Makes a namespace whose pods have to keep to the policy `restricted`, and in which what makes other pods is told of it. */
export async function makeNamespace(api: ApiServer, name: string): Promise<void> {
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  expectStatus(await api.send('POST', '/api/v1/namespaces', namespace), 201);
}

/** Server-side apply, in which a field that the kind does not have is an error. */
export async function apply(
  api: ApiServer,
  object: KubeObject,
  namespace: string,
  keeping: Keeping = 'kept',
): Promise<Answer> {
  const folder = await folderOf(api, object, namespace);
  const dryRun = keeping === 'checked' ? '&dryRun=All' : '';
  const target = `${folder}/${object.metadata.name}?fieldManager=test&fieldValidation=Strict${dryRun}`;
  return api.send('PATCH', target, object, 'application/apply-patch+yaml');
}

/** All of a namespace that is of one of the kinds given. */
export async function list(
  api: ApiServer,
  kinds: readonly { readonly apiVersion: string; readonly kind: string }[],
  namespace: string,
): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const { apiVersion, kind } of kinds) {
    const { body } = await api.send('GET', await folderOf(api, { apiVersion, kind }, namespace));
    // A list leaves out what all in it have in common.
    found.push(...(body['items'] as KubeObject[]).map((item) => ({ ...item, apiVersion, kind })));
  }
  return found;
}

/** The pod that a controller would make of a template. */
export function podOf(object: KubeObject): KubeObject {
  const { template } = object.spec as { template: { metadata: object; spec: Record<string, unknown> } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${object.metadata.name}-0` },
    spec: template.spec,
  };
}

export function expectStatus({ status, body }: Answer, ...expected: readonly number[]): void {
  assert(expected.includes(status), `${status}: ${JSON.stringify(body['message'])}`);
}

/** Where objects of a kind lie, by what the server says it has. */
async function folderOf(
  api: ApiServer,
  { apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>,
  namespace: string,
): Promise<string> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const answer = await api.send('GET', root);
  expectStatus(answer, 200);
  const resource = (answer.body['resources'] as Resource[]).find(
    (one) => one.kind === kind && !one.name.includes('/'),
  );
  if (!resource) throw new Error(`${apiVersion}: expected a kind ${kind}`);
  return `${root}/${resource.namespaced ? `namespaces/${namespace}/` : ''}${resource.name}`;
}
