/**
 * What the image and the systemd unit set for glibc (a test holds the three together), and so what is measured. By itself
 * it has eight heaps for each core, and comes to put blocks of up to 32 MiB into them, as large as the pixels of most photos:
 * the gaps that these leave make each heap go on growing for long.
 */
export const AS_DEPLOYED = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '8388608' } as const;
