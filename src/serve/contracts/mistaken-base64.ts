interface Mistake {
  readonly looks: RegExp;
  /** What was received instead, and what to do. */
  readonly is: string;
}

/** What programs send where the base64 of a file is to be. The first that fits is told. */
const MISTAKES: readonly Mistake[] = [
  {
    looks: /^\s*data:/i, // one that says base64 where it should is none
    is: 'a data: URI of another form than data:image/jpeg;base64,…',
  },
  {
    looks: /^\s*(?:[\w.+-]+\/[\w.+-]+)?;?base64,/i,
    is: 'the end of a data: URI: send it from "data:" on, or what comes after the comma',
  },
  { looks: /^\s*blob:/i, is: 'an address that only one page of one browser knows: send what it leads to' },
  {
    looks: /^\s*(?:file:|[a-z]:[\\/]|(?:~|\.{0,2})[\\/][^\r\n]*\.[a-z0-9]{2,5}\s*$)/i,
    is: 'the path of a file: send what is in it',
  },
  {
    looks:
      /^[^\r\n/:,;]{1,250}\.(?:jpe?g|png|webp|gif|tiff?|bmp|avif|hei[cf]|wav|mp3|flac|ogg|m4a|mp4|mov|webm|csv)\s*$/i,
    is: 'the name of a file: send what is in it',
  },
  {
    looks: /^\s*[a-z][a-z0-9+.-]*:\/\//i,
    is: 'an address: send what it leads to, as addresses are taken on other routes only, where IMAGE_URLS allows them',
  },
  {
    looks: /^\s*(?:\[object \w+\]|undefined|null|none|nan|true|false|<[\w.]+ [^>]*>?)\s*$/i,
    is: 'what a program prints in place of a value: send what is in the file',
  },
  { looks: /^\s*b(['"])/, is: "bytes as Python prints them: decode('ascii') makes a string of them" },
  { looks: /^\s*\\?["']/, is: 'base64 in quotes of its own' },
  { looks: /^\s*\[?\s*\d{1,3}\s*(?:,\s*\d{1,3}\s*){3,}/, is: 'numbers: encode the bytes as base64' },
  {
    looks: /^\s*(?:0x|\\x)?(?:ffd8ff|89504e47|47494638|52494646|49492a00|4d4d002a)/i,
    is: 'bytes as hexadecimal digits: encode them as base64',
  },
  {
    looks: /^(?:\u00ff\u00d8\u00ff|\ufffd{2}|\ufffd?PNG|\u0089PNG|GIF8|RIFF.{4}W|II\*\0|MM\0\*|<\?xml|<svg)/s,
    is: 'bytes or text that are not encoded: encode them as base64',
  },
  {
    looks: /^[\w+/-]*%[0-9a-f]{2}/i,
    is: 'base64 with percent signs, as addresses have it: send it as it was before',
  },
  {
    looks: /^(?:LzlqL|aVZCT1J3MEtHZ|UjBsR09E|VWtsR1|ZGF0YTppbWFnZ)/,
    is: 'base64 of base64: encode the file once',
  },
];

/** Names and what is printed are not longer. */
const LONGEST = 260;
/** What of a longer one is looked at. */
const BEGINNING = 64;

/** What a string is that was to be a file in base64, if it is one of the usual mistakes: a long one is told by its beginning. */
export function mistakenFor(text: string): string | undefined {
  const seen = text.length <= LONGEST ? text : text.slice(0, BEGINNING);
  return MISTAKES.find(({ looks }) => looks.test(seen))?.is;
}

/** As `mistakenFor`, of what was decoded already. */
export function mistakenBytes(bytes: Uint8Array): string | undefined {
  const head = bytes.length <= LONGEST ? bytes : bytes.subarray(0, (BEGINNING / 4) * 3);
  return mistakenFor(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('base64'));
}
