/** The element that matches `selector` and is a `kind`; the page is broken without it. */
export function need<T extends Element>(selector: string, kind: new () => T, root: ParentNode = document): T {
  const element = root.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`page: expected ${kind.name} at ${selector}`);
}
