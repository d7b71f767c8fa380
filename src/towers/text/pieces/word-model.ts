/** One pre-tokenized word in, its token ids appended to `ids`. */
export type WordModel = (word: string, ids: number[]) => void;
