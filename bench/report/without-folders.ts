/** A text in which the paths of this machine are cut to their last part: results are for others to read. */
export function withoutFolders(text: string): string {
  return text.replace(/(^|[\s'"(=,])(?:[A-Za-z]:)?(?:[\\/][^\s\\/'"(),]+)+[\\/]/g, '$1');
}
