package dev.lockkeeper.source;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the migrations of a component lie and how to read them.
 *
 * @param component the name of the component
 * @param path the folder
 * @param convention how the files are named; null to find out
 * @param tokens what to replace
 */
public record Folder(String component, Path path, @Nullable Convention convention, Tokens tokens) {
    public Folder {
        Objects.requireNonNull(component, "component");
        Objects.requireNonNull(path, "path");
    }
}
