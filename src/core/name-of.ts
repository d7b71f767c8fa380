/** What a value is, in the words of error messages: `nothing`, `a list`, `a number`, `an object`, `an object of class Map`. */
export function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { name = '' } = (Object.getPrototypeOf(value) as object | null)?.constructor ?? {};
  return name === '' || name === 'Object' ? 'an object' : `an object of class ${name}`;
}
