import type { Page } from 'playwright-core';

/** What a page complains of, gathered: errors of its scripts, and those that it writes to its console. */
export function gatherProblems(
  page: Page,
  into: string[],
  passOver: (text: string) => boolean = () => false,
): void {
  page.on('pageerror', (error) => into.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !passOver(message.text())) into.push(message.text());
  });
}
