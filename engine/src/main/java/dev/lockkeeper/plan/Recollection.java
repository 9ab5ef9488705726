package dev.lockkeeper.plan;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.Deed;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a history says was done, with the very scripts that did it.
 *
 * @param component whose history
 * @param deeds as the record has them
 * @param scripts in the order in which they ran
 * @param others other components of the same record that have anything applied
 * @param pending how many scripts would run with the next apply
 * @param warnings of files that are not what was applied
 */
public record Recollection(
        String component,
        List<Deed> deeds,
        List<Replayed> scripts,
        List<String> others,
        long pending,
        List<Problem> warnings) {
    public Recollection {
        deeds = List.copyOf(deeds);
        scripts = List.copyOf(scripts);
        others = List.copyOf(others);
        warnings = List.copyOf(warnings);
    }

    /**
     * Finds the script of each deed: the file when it is what was applied, else what the record keeps.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code drift-unknown} when neither is
     */
    static Recollection of(Migrations migrations, HistoryTable table, Session session, Tokens tokens, long pending) {
        List<Deed> deeds = table.deeds(session);
        List<Replayed> scripts = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        for (Deed deed : deeds) {
            Script file = file(migrations, deed);
            Script script = file != null && file.checksum().is(deed.checksum())
                    ? file
                    : recorded(table, session, deed, file, tokens, warnings);
            requireSame(script, deed);
            scripts.add(new Replayed(script, deed.by(), deed.at(), deed.certain()));
        }
        return new Recollection(migrations.component(), deeds, scripts, table.others(session), pending, warnings);
    }

    private static @Nullable Script file(Migrations migrations, Deed deed) {
        return deed.version() == null
                ? migrations.repeatables().all().stream()
                        .filter(r -> r.name().equals(deed.name()))
                        .map(Repeatable::script)
                        .findFirst()
                        .orElse(null)
                : migrations
                        .find(Objects.requireNonNull(deed.version()))
                        .map(m -> m.up())
                        .orElse(null);
    }

    private static Script recorded(
            HistoryTable table,
            Session session,
            Deed deed,
            @Nullable Script file,
            Tokens tokens,
            List<Problem> warnings) {
        String kept = table.script(session, deed);
        String what = file == null ? "has no file any more" : "was edited since it was applied";
        if (kept.startsWith(Script.NOT_KEPT) || !Checksum.of(kept).is(deed.checksum())) {
            throw Problem.of(Code.DRIFT_UNKNOWN, deed.label() + " " + what + ", and the record does not keep its text")
                    .at(file == null ? null : file.place(0))
                    .help("bring the file back as it was applied, from version control")
                    .asException();
        }
        if (file == null || deed.version() != null) {
            warnings.add(Problem.of(Code.MIGRATION_ALTERED, deed.label() + " " + what)
                    .at(file == null ? null : file.place(0))
                    .because("the database is compared with what the recorded script makes"));
        }
        return Script.of("record of " + deed.label(), kept, tokens);
    }

    private static void requireSame(Script script, Deed deed) {
        if (!script.renderedChecksum().is(deed.rendered())) {
            throw Problem.of(Code.DRIFT_UNKNOWN, "it is not known what " + deed.label() + " has made")
                    .at(script.place(0))
                    .because("its tokens have other values than when it was applied")
                    .help("name the --environment that it was applied in, or give the values with --set")
                    .asException();
        }
    }
}
