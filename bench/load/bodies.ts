/** One request of the contract, ready to be sent. */
export interface Body {
  readonly bytes: Buffer;
  readonly items: number;
}

export type BodyMaker = () => Body;

/** Start of image, then a comment segment of eight bytes: together twelve, so that base64 can be cut after it. */
const START_AND_COMMENT = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0x00, 0x08]);
const START_BYTES = 2;

/**
 * Requests of images, each image other than all before it: a counter in a JPEG comment changes the file and not the
 * picture, so that no cache can answer.
 */
export function createImageBodies(jpegs: readonly Buffer[], perRequest = 1): BodyMaker {
  const rests = jpegs.map((jpeg) => Buffer.from(jpeg.subarray(START_BYTES).toString('base64')));
  let count = 0;
  const image = () => {
    const head = Buffer.concat([START_AND_COMMENT, Buffer.alloc(6)]);
    head.writeUIntBE(++count, START_AND_COMMENT.length, 6);
    return [
      Buffer.from(`"${head.toString('base64')}`),
      rests[count % rests.length] ?? Buffer.alloc(0),
      QUOTE,
    ];
  };
  return () => {
    const images = Array.from({ length: perRequest }, image);
    const list = images.flatMap((pieces, at) => (at === 0 ? pieces : [COMMA, ...pieces]));
    return { bytes: Buffer.concat([OPEN_IMAGES, ...list, CLOSE]), items: perRequest };
  };
}

export function createTextBodies(nextText: () => string, perRequest = 1): BodyMaker {
  return () => {
    const texts = Array.from({ length: perRequest }, nextText);
    return { bytes: Buffer.from(JSON.stringify({ texts })), items: perRequest };
  };
}

const OPEN_IMAGES = Buffer.from('{"images":[');
const CLOSE = Buffer.from(']}');
const COMMA = Buffer.from(',');
const QUOTE = Buffer.from('"');
