import path from 'node:path';
import { expect } from 'chai';
import { OPTIONS } from '../../src/cli/options/config.js';
import type { Option } from '../../src/cli/options/config.js';
import { duration } from '../../src/cli/options/option-values.js';
import { CHART, VALUE_FILES, ofKind, podsOf, readManifests, renderChart, variable } from './chart.js';
import type { Container, Manifest } from './chart.js';
import { DEPLOY, PYTHON, run, runWell } from '../support/deploy-tools.js';

const VALIDATOR = path.join(DEPLOY, '..', 'test', 'deploy', 'validate_manifests.py');
/** The oldest release that the chart allows, one between, and the newest whose schemas can be had. */
const KUBERNETES_VERSIONS = ['1.30', '1.33', '1.37'];
const SERVER_VARIABLES = (Object.values(OPTIONS) as Option<unknown>[])
  .filter(({ commands }) => commands.includes('serve'))
  .map(({ env }) => env);

for (const file of VALUE_FILES) {
  describe(`the chart with ${path.basename(file)}`, () => {
    let rendered: string;
    let manifests: Manifest[];
    before(async () => {
      rendered = await renderChart(['--values', file]);
      manifests = readManifests(rendered);
    });

    it('passes Helm’s lint', async () => {
      await runWell('helm', ['lint', '--strict', CHART, '--values', file]);
    });

    it(`is what the schemas of Kubernetes ${KUBERNETES_VERSIONS.join(', ')} and its extensions expect`, async () => {
      const printed = await runWell(PYTHON, [VALIDATOR, ...KUBERNETES_VERSIONS], rendered);
      expect(printed).to.equal(`${manifests.length} checked, 0 wrong\n`);
    });

    it('gives a pod more time to stop than the service takes to drain', () => {
      const { spec } = podsOf(manifests);
      const [container] = spec.containers;
      const before = container.lifecycle?.preStop.sleep.seconds ?? 0;
      const drainMs = duration(0)(variable(container, 'SHUTDOWN_TIMEOUT') ?? '');
      expect(spec.terminationGracePeriodSeconds).to.be.greaterThan(before + drainMs / 1000);
    });

    it('runs nothing in a container but its own program, as the image has no other', () => {
      const { spec } = podsOf(manifests);
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect(container, container.name).to.not.have.property('command');
        expect(JSON.stringify(container), container.name).to.not.include('"exec"');
      }
    });

    it('runs every container without root, without capabilities and on a read-only file system', () => {
      const { spec } = podsOf(manifests);
      expect(spec.securityContext).to.deep.include({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect(container.securityContext, container.name).to.deep.equal({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(variable(container, 'CACHE_DIR')).to.equal('/cache');
      }
    });

    it('keeps Kubernetes from setting variables, and sets only those the service knows', () => {
      const { spec } = podsOf(manifests);
      expect(spec.enableServiceLinks).to.equal(false);
      const names = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ env }) =>
        env.map(({ name }) => name),
      );
      expect(names.filter((name) => !SERVER_VARIABLES.includes(name))).to.deep.equal([]);
    });

    it('selects its own pods wherever it selects', () => {
      const { labels } = podsOf(manifests);
      for (const { kind, spec } of manifests) {
        const selector = selectorOf(kind, spec);
        if (selector === undefined) continue;
        const target = kind === 'ServiceMonitor' ? ofKind(manifests, 'Service').metadata.labels : labels;
        expect(Object.keys(selector), kind).to.not.be.empty;
        expect(target, kind).to.include(selector);
      }
    });

    it('leaves the number of replicas to one master', () => {
      const scalers = manifests.filter(({ kind }) => /Autoscaler|ScaledObject/.test(kind));
      const { metadata, spec } = ofKind(manifests, 'Deployment');
      expect(scalers.length + ('replicas' in spec ? 1 : 0)).to.equal(1);
      for (const scaler of scalers)
        expect(scaler.spec['scaleTargetRef']).to.have.property('name', metadata.name);
    });

    it('fetches a model before the start or not at all', () => {
      const { spec } = podsOf(manifests);
      const [container] = spec.containers;
      expect(variable(container, 'OFFLINE')).to.equal('on');
      for (const init of spec.initContainers ?? []) {
        expect(init.args).to.deep.equal(['models', 'pull', variable(container, 'MODEL')]);
        expect(variable(init, 'OFFLINE')).to.equal(undefined);
        expect(variable(init, 'MODALITIES')).to.equal(variable(container, 'MODALITIES'));
      }
    });

    it('lets pods out to the hub and to the collector where they have to go there, and nowhere else', () => {
      const { spec } = podsOf(manifests);
      const hub = spec.initContainers !== undefined;
      const collector = variable(spec.containers[0], 'OTEL_EXPORTER_OTLP_ENDPOINT') !== undefined;
      const names = hub || collector ? 1 : 0;
      for (const policy of manifests.filter(({ kind }) => kind === 'NetworkPolicy')) {
        expect(policy.spec['policyTypes']).to.include('Egress'); // so that none said is none allowed
        expect(policy.spec['egress'] ?? [], 'egress').to.have.length(names + Number(hub) + Number(collector));
      }
    });

    it('mounts every volume, and no other', () => {
      const { spec } = podsOf(manifests);
      const mounted = spec.containers[0].volumeMounts.map(({ name }) => name);
      expect(mounted).to.have.members(spec.volumes.map(({ name }) => name));
    });
  });
}

describe('the chart', () => {
  const refused: [title: string, setting: string, reason: RegExp][] = [
    ['a misspelt value', 'replicas=3', /additional properties 'replicas' not allowed/],
    [
      'a variable that Kubernetes might set',
      'env.HANDSPRING_PORT=1',
      /invalid propertyName 'HANDSPRING_PORT'/,
    ],
    [
      'a variable that another value sets',
      'env.SHUTDOWN_TIMEOUT=5m',
      /invalid propertyName 'SHUTDOWN_TIMEOUT'/,
    ],
    ['an autoscaler that is not there', 'autoscaling.kind=vpa', /must be one of 'none', 'hpa', 'keda'/],
  ];
  for (const [title, setting, reason] of refused) {
    it(`refuses ${title}`, async () => {
      const { code, output } = await run('helm', ['template', 'photos', CHART, '--set-string', setting]);
      expect(code).to.not.equal(0);
      expect(output).to.match(reason);
    });
  }

  it('keeps a pod that is to go for as long as load balancers need to learn of it', async () => {
    const preStopWith = async (seconds: number) => {
      const manifests = readManifests(await renderChart(['--set', `shutdown.endpointSeconds=${seconds}`]));
      return podsOf(manifests).spec.containers[0].lifecycle;
    };
    expect(await preStopWith(7)).to.deep.equal({ preStop: { sleep: { seconds: 7 } } });
    // Before Kubernetes 1.32 a sleep of nothing is an error.
    expect(await preStopWith(0)).to.equal(undefined);
  });

  it('waits for the model at least as long as it is told', async () => {
    const { spec } = podsOf(readManifests(await renderChart(['--set', 'startupSeconds=61'])));
    const { periodSeconds = 0, failureThreshold = 0 } = spec.containers[0].startupProbe ?? {};
    expect(periodSeconds * failureThreshold).to.be.within(61, 63);
  });

  for (const [title, settings, place] of [
    ['beside the models of the image, not over them', [], '/cache/derived'],
    ['with the models that are fetched', ['modelSource=init'], '/cache'],
    ['on the volume that is named', ['cache.existingClaim=models'], '/cache'],
  ] as const) {
    it(`keeps what the service makes of a model ${title}`, async () => {
      const args = settings.flatMap((setting) => ['--set', setting]);
      const { spec } = podsOf(readManifests(await renderChart(args)));
      for (const { volumeMounts } of [...(spec.initContainers ?? []), ...spec.containers])
        expect(volumeMounts.find(({ name }) => name === 'cache')).to.have.property('mountPath', place);
    });
  }

  const idle: [title: string, settings: readonly string[], reason: RegExp][] = [
    [
      'to scale by a metric that nobody scrapes',
      ['autoscaling.kind=keda'],
      /autoscaling\.kind: expected serviceMonitor\.enabled/,
    ],
    [
      'a port for operators that nobody reaches',
      ['opsPort=9464', 'serviceMonitor.enabled=true'],
      /opsPort: expected networkPolicy\.metricsFrom/,
    ],
    ['the service’s port for operators too', ['opsPort=8080'], /opsPort/],
    ['the service’s port for gRPC too', ['grpcPort=8080'], /grpcPort/],
    [
      'a port for gRPC that is another one',
      ['grpcPort=9464', 'opsPort=9464'],
      /grpcPort: expected another port than opsPort and service\.port/,
    ],
    [
      'to be scraped behind a certificate that Prometheus does not know',
      ['tls.existingSecret=photos-tls', 'serviceMonitor.enabled=true'],
      /tls\.existingSecret: expected opsPort/,
    ],
  ];
  for (const [title, settings, reason] of idle) {
    it(`refuses ${title}`, async () => {
      const rendering = renderChart(settings.flatMap((setting) => ['--set', setting]));
      const outcome = await rendering.catch((error: Error) => error.message);
      expect(outcome)
        .to.match(/^helm template .* ended with 1/)
        .and.to.match(reason);
    });
  }

  it('gives the service its keys as a file that follows the secret', async () => {
    const { spec } = podsOf(
      readManifests(await renderChart(['--set', 'keys.existingSecret=callers', '--set', 'keys.key=a.json'])),
    );
    const [container] = spec.containers;
    expect(variable(container, 'KEYS_FILE')).to.equal('/keys/keys.json');
    expect(container.volumeMounts).to.deep.include({ name: 'keys', mountPath: '/keys', readOnly: true });
    expect(spec.volumes.find(({ name }) => name === 'keys')).to.deep.equal({
      name: 'keys',
      secret: {
        secretName: 'callers',
        defaultMode: 0o440,
        items: [{ key: 'a.json', path: 'keys.json' }],
      },
    });
  });

  it('opens a port for operators to Prometheus alone, and outside the Service', async () => {
    const manifests = readManifests(
      await renderChart([
        '--set',
        'opsPort=9464',
        '--set',
        'serviceMonitor.enabled=true',
        '--set',
        'networkPolicy.metricsFrom[0].podSelector.matchLabels.app=prometheus',
      ]),
    );
    const [container] = podsOf(manifests).spec.containers;
    expect(variable(container, 'OPS_PORT')).to.equal('9464');
    expect(container.ports).to.deep.equal([
      { name: 'http', containerPort: 8080 },
      { name: 'ops', containerPort: 9464 },
    ]);
    expect(ofKind(manifests, 'Service').spec['ports']).to.have.length(1);
    expect(ofKind(manifests, 'ServiceMonitor').spec['endpoints']).to.deep.equal([
      { targetPort: 'ops', path: '/metrics', interval: '15s' },
    ]);
    expect(ofKind(manifests, 'NetworkPolicy').spec['ingress']).to.deep.equal([
      { from: [{ podSelector: {} }], ports: [{ port: 'http', protocol: 'TCP' }] },
      {
        from: [{ podSelector: { matchLabels: { app: 'prometheus' } } }],
        ports: [{ port: 'ops', protocol: 'TCP' }],
      },
    ]);
  });

  it('opens a port for gRPC to callers, in the pods and in the Service', async () => {
    const manifests = readManifests(await renderChart(['--set', 'grpcPort=50052']));
    const [container] = podsOf(manifests).spec.containers;
    expect(variable(container, 'GRPC_PORT')).to.equal('50052');
    expect(container.ports).to.deep.include({ name: 'grpc', containerPort: 50052 });
    expect(ofKind(manifests, 'Service').spec['ports']).to.deep.equal([
      { name: 'http', port: 8080, targetPort: 'http', appProtocol: 'http' },
      { name: 'grpc', port: 50052, targetPort: 'grpc', appProtocol: 'kubernetes.io/h2c' },
    ]);
    expect(ofKind(manifests, 'NetworkPolicy').spec['ingress']).to.deep.equal([
      {
        from: [{ podSelector: {} }],
        ports: [
          { port: 'http', protocol: 'TCP' },
          { port: 'grpc', protocol: 'TCP' },
        ],
      },
    ]);
  });

  it('gives the service a certificate that follows its secret, and probes it with https', async () => {
    const settings = ['tls.existingSecret=photos-tls', 'grpcPort=50052'];
    const manifests = readManifests(await renderChart(settings.flatMap((setting) => ['--set', setting])));
    const { volumes, containers } = podsOf(manifests).spec;
    const [container] = containers;
    expect(variable(container, 'TLS_CERT')).to.equal('/tls/tls.crt');
    expect(variable(container, 'TLS_KEY')).to.equal('/tls/tls.key');
    expect(container.volumeMounts).to.deep.include({ name: 'tls', mountPath: '/tls', readOnly: true });
    expect(volumes.find(({ name }) => name === 'tls')).to.deep.equal({
      name: 'tls',
      secret: { secretName: 'photos-tls', defaultMode: 0o440 },
    });
    expect(schemesOf(container)).to.deep.equal(['HTTPS', 'HTTPS', 'HTTPS']);
    const ports = ofKind(manifests, 'Service').spec['ports'] as { appProtocol: string }[];
    expect(ports.map(({ appProtocol }) => appProtocol)).to.deep.equal(['https', 'https']);
    const plain = podsOf(readManifests(await renderChart([]))).spec.containers[0];
    expect(schemesOf(plain)).to.deep.equal(['HTTP', 'HTTP', 'HTTP']);
  });

  for (const [endpoint, port] of [
    ['http://collector:4318', 4318],
    ['http://collector/otlp', 80],
    ['https://collector', 443],
  ] as const) {
    it(`lets traces out to port ${port} for ${endpoint}`, async () => {
      const manifests = readManifests(await renderChart(['--set', `tracing.endpoint=${endpoint}`]));
      const [container] = podsOf(manifests).spec.containers;
      expect(variable(container, 'OTEL_EXPORTER_OTLP_ENDPOINT')).to.equal(endpoint);
      const [, traces] = ofKind(manifests, 'NetworkPolicy').spec['egress'] as unknown[];
      expect(traces).to.deep.equal({ ports: [{ port, protocol: 'TCP' }] });
    });
  }

  it('lets Prometheus in only where it is named', async () => {
    const peer = 'networkPolicy.metricsFrom[0].podSelector.matchLabels.app=prometheus';
    const { spec } = ofKind(readManifests(await renderChart(['--set', peer])), 'NetworkPolicy');
    expect(spec['ingress']).to.deep.equal([
      {
        from: [{ podSelector: {} }, { podSelector: { matchLabels: { app: 'prometheus' } } }],
        ports: [{ port: 'http', protocol: 'TCP' }],
      },
    ]);
  });
});

function schemesOf({ startupProbe, livenessProbe, readinessProbe }: Container): (string | undefined)[] {
  return [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet.scheme);
}

function selectorOf(kind: string, spec: Manifest['spec']): Record<string, string> | undefined {
  const selector = (spec?.['selector'] ?? spec?.['podSelector']) as Record<string, unknown> | undefined;
  if (selector === undefined) return undefined;
  return (kind === 'Service' ? selector : selector['matchLabels']) as Record<string, string>;
}
