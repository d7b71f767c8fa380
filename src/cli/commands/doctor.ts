import type { Config } from '../options/config.js';
import { checkCacheDir } from '../doctor/check-cache.js';
import { checkFfmpeg } from '../doctor/check-ffmpeg.js';
import { checkMachine } from '../doctor/check-machine.js';
import { checkModel } from '../doctor/check-model.js';
import { checkPorts } from '../doctor/check-port.js';
import { checkCertificate, checkKeysFile, checkTraces } from '../doctor/check-surroundings.js';
import { checkWeaviate } from '../doctor/check-weaviate.js';

const SEEN = { ok: ' ok ', warning: 'note', problem: 'FAIL' } as const;

/** `handspring doctor`: what of this deployment will not work, and what to change. The exit code: 1 if there is a problem. */
export async function doctor(config: Config, write: (line: string) => void): Promise<number> {
  const model = await checkModel(config);
  const findings = [
    model.finding,
    await checkCacheDir(config),
    ...checkMachine(config, model.bytes),
    ...(await checkFfmpeg(config)),
    ...(await checkPorts(config)),
    ...(await checkCertificate(config)),
    ...(await checkKeysFile(config)),
    ...(await checkTraces(config)),
    ...(await checkWeaviate(config, model.name)),
  ];
  for (const { state, what, advice } of findings) {
    write(`${SEEN[state]}  ${what}`);
    if (advice !== undefined) write(`      → ${advice}`);
  }
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}
