import { Piscina } from 'piscina';
import { Budget } from '../../core/budget.js';
import { HandspringError } from '../../core/errors.js';
import { ownModule, threadFlags } from '../../core/own-module.js';
import type { PreparedItem } from '../../core/row-tower.js';
import type { TowerOptions } from '../../core/tower.js';
import { Turns } from '../../core/turns.js';
import { fromRefusal, isRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { toTextRows } from './long-text.js';
import type { LongTextSettings, TextRows } from './long-text.js';
import type { TokenizerSource, TokenizeSettings, TokenizeTask } from './tokenize-thread.js';
import type { Tokenizer } from './tokenizer.js';

export interface TextPreparerOptions {
  /** For the thread that loads its own tokenizer. */
  readonly source: TokenizerSource;
  readonly maxChars: number;
  readonly longText: LongTextSettings;
}

/**
 * A text of so many characters is tokenised at once, which takes a millisecond or two at worst; a longer one (100,000 take
 * up to two seconds) in a thread, so that the main thread goes on answering.
 */
const MAX_INLINE_CHARS = 1000;

/** The thread and its second copy of the tokenizer are given back after so long without long texts. */
const IDLE_MS = 60_000;

/** Texts → token ids, one text after the other, queries first. */
export class TextPreparer {
  readonly #tokenizer: Tokenizer;
  readonly #options: TextPreparerOptions;
  readonly #turns = new Turns();
  readonly #inline = new Budget({ capacity: 1 });
  readonly #inThread = new Budget({ capacity: 1 });
  #pool: Piscina<TokenizeTask, TextRows | Refusal> | undefined;

  constructor(tokenizer: Tokenizer, options: TextPreparerOptions) {
    this.#tokenizer = tokenizer;
    this.#options = options;
  }

  /**
   * @throws HandspringError `payload_too_large` for a text of too many characters or windows; `invalid_request` for a long
   * one that is not wanted, `text_too_long` for one that is wanted whole; the signal's reason.
   */
  async prepare(
    text: string,
    options: Pick<TowerOptions, 'signal' | 'urgent' | 'caller' | 'whole'>,
  ): Promise<PreparedItem<Int32Array<ArrayBuffer>>> {
    const { maxChars, longText } = this.#options;
    const { whole = false } = options;
    if (text.length > maxChars) {
      throw new HandspringError(
        'payload_too_large',
        `expected at most ${maxChars} characters (MAX_TEXT_CHARS), received ${text.length}`,
        { limit: 'MAX_TEXT_CHARS' },
      );
    }
    if (text.length > MAX_INLINE_CHARS)
      return this.#inThread.run(1, () => this.#runInThread({ text, whole }), options);
    const tokenise = () => toTextRows(text, this.#tokenizer, longText, whole);
    return this.#inline.run(1, () => this.#turns.run(tokenise), options);
  }

  /** Lets the text under way end: Node 20 aborts the process if a thread is ended while it loads its module. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }

  async #runInThread(task: TokenizeTask): Promise<TextRows> {
    const { source, longText } = this.#options;
    this.#pool ??= new Piscina({
      filename: ownModule(new URL('./tokenize-thread.js', import.meta.url)).href,
      execArgv: threadFlags(),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      workerData: { source, longText } satisfies TokenizeSettings,
    });
    const outcome = await this.#pool.run(task);
    if (isRefusal(outcome)) throw fromRefusal(outcome);
    return outcome;
  }
}
