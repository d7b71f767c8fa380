/** What a system says where a file cannot be written, whatever the reason. */
const UNWRITABLE = /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOTDIR|EEXIST|EFBIG|EIO|ERR_ACCESS_DENIED)$/;

/** An error that names CACHE_DIR in place of the system's where its folder cannot be written; any other as it is. */
export function namingCacheDir(error: unknown, files: string): unknown {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  // Node's mkdir answers ENOENT for a folder below a read-only one.
  if (!UNWRITABLE.test(code) && syscall !== 'mkdir') return error;
  return new Error(
    `CACHE_DIR: expected a folder with room for ${files}, received ${message}; ` +
      'free some space, or set CACHE_DIR to another disk',
    { cause: error },
  );
}
