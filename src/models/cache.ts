import { homedir } from 'node:os';
import { join } from 'node:path';

/** The parts of a process and its environment that decide where caches go. */
export interface CacheHome {
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  /** `XDG_CACHE_HOME`. */
  readonly xdgCacheHome?: string | undefined;
  /** `LOCALAPPDATA`, on Windows. */
  readonly localAppData?: string | undefined;
}

/**
 * Where models are kept unless `CACHE_DIR` says otherwise: `$XDG_CACHE_HOME/handspring` or `~/.cache/handspring`,
 * `~/Library/Caches/handspring` on macOS, `%LOCALAPPDATA%\handspring\Cache` on Windows.
 */
export function defaultCacheDir({ platform, homeFolder, xdgCacheHome, localAppData }: CacheHome): string {
  // The XDG specification has relative values ignored.
  if (xdgCacheHome?.startsWith('/')) return join(xdgCacheHome, 'handspring');
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Caches', 'handspring');
  if (platform === 'win32')
    return join(localAppData ?? join(homeFolder, 'AppData', 'Local'), 'handspring', 'Cache');
  return join(homeFolder, '.cache', 'handspring');
}

/**
 * The user's home folder. `/` for a user that has none, who runs by number and without `HOME`: what container engines set
 * as well. Such a user can seldom write there; what then fails names CACHE_DIR.
 */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/**
 * The folder of one model at one revision. The revision is the one asked for, so that `main` keeps its place when the
 * repository moves on: its lock file says which commit it stands for.
 */
export function modelFolder(cacheDir: string, repository: string, revision: string): string {
  return join(cacheDir, 'models', `${repository.replace('/', '--')}@${revision}`);
}
