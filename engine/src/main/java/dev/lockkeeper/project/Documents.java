package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where the documents of a project are kept.
 *
 * @param folder the folder; within it {@code schema} holds the dictionary
 * @param exclude schemas that they do not tell of
 */
public record Documents(Path folder, Set<String> exclude) {
    public Documents {
        exclude = Set.copyOf(exclude);
    }
}
