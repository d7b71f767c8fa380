import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DEPLOY, runWell } from '../support/deploy-tools.js';

export const CHART = path.join(DEPLOY, 'helm', 'handspring');

/** Files of values, each a way to install the chart. */
export const VALUE_FILES = readdirSync(path.join(CHART, 'ci')).map((name) => path.join(CHART, 'ci', name));

export interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Record<string, unknown>;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly enableServiceLinks: boolean;
  readonly securityContext: Record<string, unknown>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly [source: string]: unknown }[];
}

type Labels = Readonly<Record<string, string>>;

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Labels };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

/** What Helm makes of the chart, as the text it would send to Kubernetes; of a flag that is given twice the last counts. */
export function renderChart(args: readonly string[]): Promise<string> {
  const fixed = ['template', 'photos', CHART, '--namespace', 'prod', '--kube-version', '1.30.0'];
  return runWell('helm', [...fixed, ...args]);
}

export function readManifests(rendered: string): Manifest[] {
  return parseAllDocuments(rendered)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** The only manifest of a kind. */
export function ofKind(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  if (!found || others.length > 0)
    throw new Error(`expected one ${kind}, received ${others.length + Number(found !== undefined)}`);
  return found;
}

/** The Deployment's pods. */
export function podsOf(manifests: readonly Manifest[]): { readonly labels: Labels; readonly spec: PodSpec } {
  const { template } = ofKind(manifests, 'Deployment').spec;
  if (!template) throw new Error('a Deployment without pods');
  return { labels: template.metadata.labels, spec: template.spec };
}

/** A variable's value as the container gets it: of two entries the last. */
export function variable(container: Container, name: string): string | undefined {
  return container.env.findLast((entry) => entry.name === name)?.value;
}
