package dev.lockkeeper.source;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All migrations of a component, in the order of their versions.
 *
 * @param convention the convention that was named or found
 * @param detected whether the convention was found out instead of named
 * @param warnings what a person should know, such as files that match nothing
 */
public record Migrations(
        String component, Convention convention, boolean detected, List<Migration> all, List<Problem> warnings) {
    public Migrations {
        all = List.copyOf(all);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a folder.
     *
     * @throws LockkeeperException with all problems of the folder: unreadable files, duplicate versions, tokens without
     *     a value, an unclear convention
     */
    public static Migrations read(Folder folder) {
        List<Problem> warnings = new ArrayList<>();
        List<Problem> errors = new ArrayList<>();
        FolderListing listing = FolderListing.of(folder);
        warnings.addAll(listing.warnings());
        errors.addAll(listing.errors());
        List<Migration> migrations = new ArrayList<>();
        for (FolderListing.Pair pair : listing.pairs()) {
            try {
                migrations.add(read(folder, listing.convention(), pair, errors, warnings));
            } catch (LockkeeperException e) {
                errors.addAll(e.problems());
            }
        }
        if (!errors.isEmpty()) {
            throw new LockkeeperException(errors);
        }
        boolean detected = folder.convention() == null;
        return new Migrations(folder.component(), listing.convention(), detected, migrations, warnings);
    }

    public Optional<Migration> find(Version version) {
        return all.stream().filter(m -> m.version().equals(version)).findFirst();
    }

    private static Migration read(
            Folder folder,
            Convention convention,
            FolderListing.Pair pair,
            List<Problem> errors,
            List<Problem> warnings) {
        SourceText whole = text(pair.up());
        SourceText up = whole;
        SourceText down = pair.down() == null ? null : text(pair.down());
        if (convention == Convention.TRAILING_ROLLBACK) {
            Optional<TrailingRollback.Parts> parts = TrailingRollback.split(whole);
            up = parts.map(TrailingRollback.Parts::up).orElse(whole);
            down = parts.map(TrailingRollback.Parts::down).orElse(null);
        }
        Tokens tokens = folder.tokens();
        String upFile = ScriptReader.display(pair.up());
        String downFile = pair.down() == null ? upFile : ScriptReader.display(pair.down());
        return new Migration(
                pair.version(),
                pair.description(),
                new Script(upFile, up.text(), tokens.render(up, errors, warnings::add)),
                down == null ? null : new Script(downFile, down.text(), tokens.render(down, errors, warnings::add)));
    }

    private static SourceText text(Path file) {
        return SourceText.whole(ScriptReader.display(file), ScriptReader.read(file));
    }
}
