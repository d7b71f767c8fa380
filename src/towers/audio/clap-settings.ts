import type { JsonObject } from '../../models/folder/json-file.js';
import type { AudioSettings, WindowSettings } from './settings.js';
import { SettingReader } from './setting-reader.js';

/** Windows of ten seconds: of a sound of more than five minutes not all is heard. */
const MOST_WINDOWS = 30;

const SHORT: Readonly<Record<string, WindowSettings['short']>> = {
  repeatpad: 'whole-repeats',
  repeat: 'repeats',
  pad: 'zeros',
};

/**
 * Settings of Hugging Face's `ClapFeatureExtractor`, read as transformers 5 does for models that were trained without fusion:
 * Slaney's triangles, decibels. Where it cuts a long sound at random, all of it is heard here, in windows.
 * @throws Error that names the setting which is missing, wrong, or asks for fusion.
 */
export function parseClapSettings(config: JsonObject): AudioSettings {
  const file = new SettingReader(config);
  file.word('feature_extractor_type', 'ClapFeatureExtractor');
  const [truncation, padding] = [config['truncation'] ?? 'fusion', config['padding'] ?? 'repeatpad'];
  if (truncation !== 'rand_trunc') {
    const received = `${JSON.stringify(truncation)}: a model with fusion of long sounds, which is not served`;
    throw new Error(`truncation: expected "rand_trunc", received ${received}`);
  }
  const short = typeof padding === 'string' ? SHORT[padding] : undefined;
  if (short === undefined)
    throw new Error(
      `padding: expected ${Object.keys(SHORT).join(', ')}, received ${JSON.stringify(padding)}`,
    );
  const rate = file.whole('sampling_rate', 1_000, 384_000);
  const size = file.whole('fft_window_size', 4, 65_536);
  if (!Number.isInteger(Math.log2(size)))
    throw new Error(`fft_window_size: expected a power of two, received ${size}`);
  return {
    spectrogram: {
      ...{ rate, frame: size, hop: file.whole('hop_length', 1, 65_536), size, window: 'periodic' },
      ...{ removeMean: false, preEmphasis: 0, centred: true, power: 2 },
      mel: {
        bands: file.whole('feature_size', 1, 1024),
        lowest: file.number('frequency_min'),
        highest: file.number('frequency_max'),
        scale: 'slaney',
      },
      log: { kind: 'decibels', value: 1e-10 },
    },
    cut: { kind: 'windows', samples: rate * file.whole('max_length_s', 1, 60), short, most: MOST_WINDOWS },
  };
}
