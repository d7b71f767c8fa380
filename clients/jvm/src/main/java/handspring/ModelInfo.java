package handspring;

import java.util.Set;

/**
 * The model behind a server.
 *
 * @param name the catalogue's, such as {@code starter}
 * @param dimensions length of the vectors
 * @param modalities what there is a tower for, such as {@code image} and {@code text}, in alphabetical order
 */
public record ModelInfo(String name, int dimensions, Set<String> modalities) {}
