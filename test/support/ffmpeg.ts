import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFfmpeg } from '../../src/open/find-ffmpeg.js';

/** The ffmpeg of this machine, if there is one; the gate installs it. */
export const FFMPEG = findFfmpeg('auto');

/**
 * What ffmpeg makes by its own sources and encoders, such as a tone in AAC; through a file, as some formats write their sizes
 * last.
 */
export function makeMedia(options: readonly string[], input?: Uint8Array): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'handspring-media-'));
  try {
    const file = path.join(folder, 'made');
    const all = ['-hide_banner', '-loglevel', 'error', '-y', ...options, file];
    const { stderr, status } = spawnSync(FFMPEG!.program, all, { input });
    if (status !== 0) throw new Error(`ffmpeg: ${stderr.toString()}`);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
