/** What a system says where a file cannot be written, whatever the reason. */
const UNWRITABLE = /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOTDIR|EEXIST|EFBIG|EIO|ERR_ACCESS_DENIED)$/;

/** … and where it is for want of room. */
const FULL = /^(ENOSPC|EDQUOT|EFBIG)$/;

/** An error that names CACHE_DIR in place of the system's where its folder cannot be written; any other as it is. */
export function namingCacheDir(error: unknown, files: string): unknown {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  // Node's mkdir answers ENOENT for a folder below a read-only one.
  if (!UNWRITABLE.test(code) && syscall !== 'mkdir') return error;
  const [wanted, remedy] = FULL.test(code)
    ? [`with room for ${files}`, 'free some space, or set CACHE_DIR to another disk']
    : [`that ${files} can be written into`, 'see who may write there, or set CACHE_DIR to another folder'];
  return new Error(`CACHE_DIR: expected a folder ${wanted}, received ${message}; ${remedy}`, { cause: error });
}
