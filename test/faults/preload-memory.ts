/** Loaded before the program (`--import`): a memory limit that is only told, in MEMORY_LIMIT, where none can be set. */
process.constrainedMemory = () => Number(process.env['MEMORY_LIMIT']);
