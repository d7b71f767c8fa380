import type { Page } from 'playwright-core';

export interface TestFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** The media type a file manager would give it. */
  readonly type: string;
}

/** Files dragged from outside, over `zone` and let go there, as the page sees it. */
export async function dropFiles(page: Page, zone: string, files: readonly TestFile[]): Promise<void> {
  await drag(page, 'dragenter', 'body', files);
  await page.locator(zone).waitFor({ state: 'visible' });
  await drag(page, 'dragover', zone, files);
  await drag(page, 'drop', zone, files);
}

export async function drag(
  page: Page,
  type: string,
  selector: string,
  files: readonly TestFile[],
): Promise<void> {
  await dispatch(page, 'DragEvent', type, selector, files);
}

/** An image pasted anywhere on the page. */
export async function pasteFiles(page: Page, files: readonly TestFile[]): Promise<void> {
  await dispatch(page, 'ClipboardEvent', 'paste', 'body', files);
}

async function dispatch(
  page: Page,
  kind: 'DragEvent' | 'ClipboardEvent',
  type: string,
  selector: string,
  files: readonly TestFile[],
): Promise<void> {
  const sent = files.map(({ name, bytes, type: mediaType }) => ({
    name,
    mediaType,
    base64: bytes.toString('base64'),
  }));
  // As text: this file is compiled without the browser's types.
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    for (const { name, mediaType, base64 } of ${JSON.stringify(sent)}) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name, { type: mediaType }));
    }
    const how = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
    document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new ${kind}(${JSON.stringify(type)}, how));
  })()`);
}
