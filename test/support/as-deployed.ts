/**
 * What the image and the systemd unit set for glibc (a test holds the three together), and so what is measured. Its own
 * default is eight heaps for each core: each goes on growing for long, by the gaps that images of all sizes leave in it.
 */
export const AS_DEPLOYED = { MALLOC_ARENA_MAX: '2' } as const;
