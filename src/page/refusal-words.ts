export interface ImageRefusal {
  /** The service's own words, *expected X, received Y*. */
  readonly message: string;
  /** Why a file was refused, in one word of the service's. */
  readonly kind: string | undefined;
}

/** Why a file is left out, in words for people. Kinds that are not known keep the service's own. */
export function toRefusalWords({ message, kind }: ImageRefusal): string {
  switch (kind) {
    case 'empty':
      return 'The file is empty.';
    case 'unknown_format':
      return 'This is not a file that Handspring can read.';
    case 'unsupported':
      return `This is ${received(message)}, which Handspring cannot read. A photo can be exported as JPEG, a sound as MP3.`;
    case 'truncated':
      return 'The photo is incomplete: the end of its file is missing.';
    case 'corrupt':
      return 'The photo is damaged.';
    case 'broken':
      return 'The sound or video is damaged.';
    case 'too_long':
      return `It is too long: ${received(message)}.`;
    case 'too_many_pixels':
      return 'The photo has more pixels than fit in the memory there is.';
    case 'too_large':
      return 'The file is too large.';
    default:
      return message;
  }
}

function received(message: string): string {
  return /received (.+)$/.exec(message)?.[1] ?? 'something';
}
