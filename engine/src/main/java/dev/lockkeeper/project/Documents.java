package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the documents of a project are kept.
 *
 * @param folder the folder; within it {@code schema} holds the dictionary
 * @param exclude schemas that they do not tell of
 * @param pictures the folder of its pictures; null when it keeps none
 */
public record Documents(
        Path folder, Set<String> exclude, @Nullable Path pictures) {
    public Documents {
        exclude = Set.copyOf(exclude);
    }
}
