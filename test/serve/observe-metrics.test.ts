import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createMetrics } from '../../src/serve/metrics.js';
import { observeMetrics } from '../../src/serve/observe-metrics.js';
import { metricIn } from '../support/metric.js';

describe('what the engine tells, as metrics', () => {
  const registry = new Registry();
  const observer = observeMetrics(createMetrics(registry));
  const valueOf = async (series: string) => metricIn(await registry.metrics(), series);

  it('counts what the cache had and had not, and says how large it is', async () => {
    observer.onCacheHit?.();
    observer.onCacheHit?.();
    observer.onCacheMiss?.();
    observer.onCacheBytes?.(4096);
    expect(await valueOf('handspring_cache_requests_total{outcome="hit"}')).to.equal(2);
    expect(await valueOf('handspring_cache_requests_total{outcome="miss"}')).to.equal(1);
    expect(await valueOf('handspring_cache_bytes')).to.equal(4096);
  });

  it('has a series of deaths from the first start of an encoder on, so that the first one is an increase', async () => {
    const deaths = 'handspring_encoder_restarts_total{modality="image"}';
    observer.onEncoderReady?.({ name: 'image' } as never);
    expect(await valueOf(deaths)).to.equal(0);
    observer.onEncoderDeath?.('image', new Error('it is gone'));
    expect(await valueOf(deaths)).to.equal(1);
  });

  it('counts what was refused of images and of all else', async () => {
    observer.onRefused?.('image', 'truncated');
    observer.onRefused?.('audio', 'broken');
    expect(await valueOf('handspring_images_refused_total{reason="truncated"}')).to.equal(1);
    expect(await valueOf('handspring_media_refused_total{modality="audio",reason="broken"}')).to.equal(1);
  });
});
