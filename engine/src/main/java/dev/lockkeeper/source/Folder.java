package dev.lockkeeper.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the migrations of a component lie and how to read them.
 *
 * @param component the name of the component
 * @param roots the folders, at least one; what lies in them is read as if it lay in one
 * @param convention how the files are named; null to find out
 * @param tokens what to replace
 */
public record Folder(
        String component, List<Root> roots, @Nullable Convention convention, Tokens tokens) {
    public Folder {
        Objects.requireNonNull(component, "component");
        roots = List.copyOf(roots);
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("migrations lie in at least one folder");
        }
    }

    /** A folder of the disk. */
    public Folder(String component, Path path, @Nullable Convention convention, Tokens tokens) {
        this(component, List.of(Root.of(path)), convention, tokens);
    }
}
