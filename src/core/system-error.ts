/** What the codes mean that a wrong path of the user's own leads to. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to it',
  EISDIR: 'it is a folder',
  ELOOP: 'links that lead to one another',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'a longer name than the file system takes',
  ENOENT: 'there is none',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a file where a folder is expected',
  EROFS: 'it can only be read',
};

/** What the system answered, for people: `links that lead to one another (ELOOP)`; its bare code where there are no words for it. */
export function meaningOf(error: unknown): string {
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  const meaning = MEANINGS[code];
  return meaning === undefined ? code : `${meaning} (${code})`;
}

/** The message of an error; of one of the file system the path that it is about, and in words what is wrong with it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', path } = error as NodeJS.ErrnoException;
  const isSystems = path !== undefined && error.message.startsWith(`${code}: `);
  return isSystems && code in MEANINGS ? `${path || 'a path'}: ${meaningOf(error)}` : error.message;
}
