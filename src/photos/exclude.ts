import ignore from 'ignore';

/** Folders in which storage devices and systems keep thumbnails and what was deleted, as patterns. */
const NOT_THE_USERS = ['@eaDir/', '@__thumb/', '\\#recycle/', '@Recycle/', '$RECYCLE.BIN/', 'lost+found/'];

/** Says of a path below the root whether it is left out, and a folder with all that is in it. */
export type Exclusion = (path: string, isFolder: boolean) => boolean;

/**
 * What patterns leave out, as `.gitignore` has them: `*.tmp`, `private/`, `/2019/raw`; a pattern that begins with `!` takes in
 * again what one before it left out. Folders of thumbnails and of deleted files that storage devices make are left out first.
 */
export function excludeBy(patterns: readonly string[] = []): Exclusion {
  // Paths come from a walk of folders, so none leads out of the root; the library would refuse names such as `..x` too.
  const matcher = ignore({ allowRelativePaths: true }).add([...NOT_THE_USERS, ...patterns]);
  return (path, isFolder) => path !== '' && matcher.ignores(isFolder ? `${path}/` : path);
}
