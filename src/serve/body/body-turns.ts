import { Turns } from '../../core/turns.js';

/**
 * What the main thread does for bodies: one of megabytes takes it some ten milliseconds until its photo is handed on, and many
 * arrive at once.
 */
export const bodyTurns = new Turns();
