/**
 * Vectors of texts, images and sounds from a Handspring server. {@link handspring.HandspringClient} is where to begin.
 */
package handspring;
