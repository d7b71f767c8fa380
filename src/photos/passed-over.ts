/** Why the walk passes a file or folder over. Those of kinds that are not taken have the names of their towers. */
export const PASSED_OVER = {
  other: 'of another kind by name',
  image: 'a photo, and there is no image tower',
  audio: 'a sound, and there is no audio tower',
  video: 'a video, and there is no video tower',
  ffmpeg: 'only ffmpeg reads it, and there is none (FFMPEG)',
  link: 'a link, which is not followed',
  hidden: 'hidden',
  excluded: 'excluded',
  special: 'no file',
} as const;

export type PassedReason = keyof typeof PASSED_OVER;

/** How many there are by reason. */
export type PassedCounts = Partial<Record<PassedReason, number>>;

const NOUNS: Readonly<Record<PassedReason, string>> = {
  other: 'of another kind by name',
  image: 'photos without an image tower',
  audio: 'sounds without an audio tower',
  video: 'videos without a video tower',
  ffmpeg: 'that only ffmpeg reads, which is not there',
  link: 'links',
  hidden: 'hidden',
  excluded: 'excluded',
  special: 'no files',
};

/** The counts as people read them: `5 passed over (3 of another kind by name, 2 links)`. */
export function describePassed(counts: PassedCounts): string {
  const known = (Object.keys(NOUNS) as PassedReason[]).flatMap((reason) => {
    const count = counts[reason] ?? 0;
    return count > 0 ? [{ count, text: `${count} ${NOUNS[reason]}` }] : [];
  });
  const total = known.reduce((sum, { count }) => sum + count, 0);
  return `${total} passed over${total > 0 ? ` (${known.map(({ text }) => text).join(', ')})` : ''}`;
}
