/** What an encoder takes for one row: dense numbers, such as the pixels of an image, or token ids. */
export type Row = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** What an encoder's rows are, for whoever packs them into batches. Plain data: it may be posted to a thread. */
export type EncoderInput =
  /** Rows of float32 numbers, all of one shape: the batch's shape without its first dimension. */
  | { readonly kind: 'dense'; readonly shape: readonly number[] }
  /** Rows of token ids, of any length up to the context's. */
  | {
      readonly kind: 'tokens';
      /** Most tokens in a row. */
      readonly contextLength: number;
      /** What short rows are filled up with. */
      readonly padId: number;
      /** Length every row is padded to, for models that were trained so; otherwise rows are padded to their batch's longest. */
      readonly padTo: number | undefined;
    };

export interface EncodedBatch {
  /** One vector per row, in the order of the rows; `undefined` where the model gave a number that is not finite. */
  readonly vectors: readonly (Float32Array | undefined)[];
  /** Time inside the model, in milliseconds. */
  readonly encodeMs: number;
}

/** One model file at work: batches of rows in, one vector per row out. */
export interface Encoder {
  /** Batches that may be under way at once. */
  readonly lanes: number;
  /**
   * The vectors of a batch. The rows' buffers are given away: they are empty afterwards.
   * @throws HandspringError `encoder_failed` if the batch could not be run; `not_ready` while the file is being loaded.
   */
  encode(rows: readonly Row[]): Promise<EncodedBatch>;
  close(): Promise<void>;
}

/** What a loaded encoder is, as told by its own file and its first runs. */
export interface EncoderFacts {
  readonly name: string;
  /** Length of the vectors. */
  readonly dimensions: number;
  readonly loadMs: number;
  /** The first run, which a process pays for once. */
  readonly warmUpMs: number;
  /** What the sample row takes after that, alone: the encoder's cost beside that of others. */
  readonly rowMs: number;
}
