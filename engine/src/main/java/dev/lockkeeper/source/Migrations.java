package dev.lockkeeper.source;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All migrations of a component, in the order of their versions.
 *
 * @param convention the convention that was named or found
 * @param evidence why that convention was taken, such as which file shows it; null when it was named
 * @param project what a {@code sqitch.plan} calls its project; null with other conventions
 * @param all with strictly rising versions
 * @param repeatables the scripts without a version
 * @param warnings what a person should know, such as files that match nothing
 */
public record Migrations(
        String component,
        Convention convention,
        @Nullable String evidence,
        @Nullable String project,
        List<Migration> all,
        RepeatableOrder repeatables,
        List<Problem> warnings) {
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
                migrations.add(read(folder, listing.found().convention(), pair, errors, warnings));
            } catch (LockkeeperException e) {
                errors.addAll(e.problems());
            }
        }
        List<Repeatable> repeatables = new ArrayList<>();
        listing.repeatables().forEach((name, file) -> {
            try {
                // they depend on one another by their words, so they are held, however large they are
                SourceText text = SourceText.whole(file.display(), ScriptReader.read(file));
                Sections.Part part = new Sections.Held(text);
                repeatables.add(new Repeatable(
                        name, part.script(file.display(), folder.tokens(), false, errors, warnings::add)));
            } catch (LockkeeperException e) {
                errors.addAll(e.problems());
            }
        });
        if (!errors.isEmpty()) {
            throw new LockkeeperException(errors);
        }
        FolderListing.Found found = listing.found();
        return new Migrations(
                folder.component(),
                found.convention(),
                found.evidence(),
                listing.project(),
                migrations,
                RepeatableOrder.of(repeatables),
                warnings);
    }

    /**
     * The same migrations for another history and with other values of their tokens; no file is read again. What there is
     * to warn of was told by the reading.
     *
     * @throws LockkeeperException with every token that has no value
     */
    public Migrations render(String otherComponent, Tokens tokens) {
        List<Problem> errors = new ArrayList<>();
        List<Problem> told = new ArrayList<>();
        List<Migration> rendered = new ArrayList<>();
        for (Migration m : all) {
            Script down = m.down();
            rendered.add(new Migration(
                    m.version(),
                    m.description(),
                    m.up().render(tokens, errors, told),
                    down == null ? null : down.render(tokens, errors, told)));
        }
        List<Repeatable> scripts = repeatables.all().stream()
                .map(r -> new Repeatable(r.name(), r.script().render(tokens, errors, told)))
                .sorted(Comparator.comparing(Repeatable::name))
                .toList();
        if (!errors.isEmpty()) {
            throw new LockkeeperException(errors);
        }
        return new Migrations(
                otherComponent, convention, evidence, project, rendered, RepeatableOrder.of(scripts), List.of());
    }

    /** Whether an up script names a token. */
    public boolean mention(String token) {
        return all.stream().anyMatch(m -> m.up().mentions(token));
    }

    /** Whether the convention was found out instead of named. */
    public boolean detected() {
        return evidence != null;
    }

    /** The version as its file has it: a number may stand for the only file whose name begins with it. */
    public Version exact(Version version) {
        return version.among(all.stream().map(Migration::version).toList());
    }

    public Optional<Migration> find(Version version) {
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = all.get(middle).version().compareTo(version);
            if (order == 0) {
                return Optional.of(all.get(middle));
            }
            low = order < 0 ? middle + 1 : low;
            high = order > 0 ? middle - 1 : high;
        }
        return Optional.empty();
    }

    private static Migration read(
            Folder folder,
            Convention convention,
            FolderListing.Pair pair,
            List<Problem> errors,
            List<Problem> warnings) {
        Sections sections = sections(convention, pair);
        if (sections.up() instanceof Sections.Held held && TitledSections.mayBeIn(held)) {
            TitledSections.requireNone(held);
        }
        Sections.Part down = sections.down();
        Tokens tokens = folder.tokens();
        String upFile = pair.up().display();
        String downFile = pair.down() == null ? upFile : pair.down().display();
        return new Migration(
                pair.version(),
                pair.description(),
                sections.up().script(upFile, tokens, sections.upAlone(), errors, warnings::add),
                down == null ? null : down.script(downFile, tokens, sections.downAlone(), errors, warnings::add));
    }

    private static Sections sections(Convention convention, FolderListing.Pair pair) {
        Sections.Part whole = Sections.Part.of(pair.up());
        Marks marks = convention.marks();
        if (marks != null) {
            return marks.split(whole);
        }
        if (convention == Convention.TRAILING_ROLLBACK) {
            return TrailingRollback.split(whole).orElse(Sections.of(whole, null));
        }
        ScriptFile down = pair.down();
        return new Sections(
                whole,
                down == null ? null : Sections.Part.of(down),
                convention.declinesTransaction(pair.up()),
                down != null && convention.declinesTransaction(down));
    }
}
