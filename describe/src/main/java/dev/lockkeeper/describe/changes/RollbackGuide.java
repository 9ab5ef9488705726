package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Drop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What each down script does, from the script and from what a server saw while it ran, newest first.
 *
 * @param title the name of the project
 * @param left schemas that are not told of
 */
public record RollbackGuide(String title, Set<String> left) {
    /** Where it lies, beside the folder of the dictionary. */
    public static final String PATH = "rollback.md";

    /**
     * The page.
     *
     * @param components the migrations of each, in their order
     */
    public Page page(List<List<Walked>> components) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Paragraph(
                Line.of("Newest first. Each down script ran on a throw-away PostgreSQL without rows,"
                                + " after all that come before it here; what is said of schemas and locks was seen there. Rows:"
                                + " what is lost is read from what the script drops and writes; ")
                        .code("lockkeeper smoke")
                        .text(" proves it with rows in the tables.")));
        for (List<Walked> component : components) {
            blocks.addAll(sections(component, 0, component.size(), components.size() > 1));
        }
        return new Page(PATH, "", Line.of("Rollback of " + title), blocks);
    }

    /**
     * What it says of some migrations of a component, the newest first.
     *
     * @param from the place of the first in the order of the component
     * @param to the place behind the last
     * @param several whether commands have to name the component
     */
    List<Block> sections(List<Walked> component, int from, int to, boolean several) {
        List<Block> blocks = new ArrayList<>();
        for (int i = to - 1; i >= from; i--) {
            String below =
                    i == 0 ? "0" : component.get(i - 1).migration().version().toString();
            section(blocks, component.get(i), below, several);
        }
        return blocks;
    }

    private void section(List<Block> blocks, Walked one, String below, boolean several) {
        Migration migration = one.migration();
        blocks.add(Told.title(
                several ? Optional.of(one.component()) : Optional.empty(),
                migration.version().toString(),
                migration.description()));
        Script down = migration.down();
        if (down == null) {
            blocks.add(new Block.Paragraph(Line.of(
                    Told.WARNING + "There is no down script: only a backup brings back what was" + " there before.")));
            return;
        }
        blocks.add(new Block.Paragraph(Line.empty()
                .code("lockkeeper rollback" + (several ? " --component " + one.component() : "") + " --to " + below)));
        if (one.back() instanceof Walked.Taken taken) {
            blocks.add(Told.list(taken(one, taken, down), "Changes nothing that the dictionary tells of."));
        } else if (one.back() instanceof Walked.Failed failed) {
            blocks.add(new Block.Paragraph(Line.of(Told.WARNING + "The script failed there: ")
                    .text(failed.problem().message())));
        } else {
            blocks.add(new Block.Paragraph(Line.of(Told.WARNING
                    + "It was not tried, because the script of a later migration is missing or has failed.")));
        }
        // with the names of tokens instead of their values, some of which may be secret
        blocks.add(new Block.Sql(down.template().strip()));
    }

    private List<Block.Item> taken(Walked one, Walked.Taken taken, Script down) {
        List<ModelChange> changes = between(one.after(), taken.left());
        List<Block.Item> items = new ArrayList<>(lost(changes, down));
        between(one.before(), one.after()).stream()
                .filter(RollbackGuide::isLoss)
                .forEach(change -> items.add(Block.Item.of(Line.of(Told.WARNING)
                        .strong("Not there")
                        .text(": what " + change.kind() + " ")
                        .code(change.name())
                        .text(" held before the migration, unless the scripts have kept it"))));
        accepted(one.migration(), down).forEach(items::add);
        for (ModelChange other : between(one.before(), taken.left())) {
            items.add(Block.Item.of(
                    Line.of(Told.WARNING).strong("Not as before").text(": ").and(other.line())));
        }
        items.addAll(locks(taken.seen(), gone(one.after(), taken.left())));
        if (taken.seen().statementByStatement()) {
            items.add(Block.Item.of(Line.empty()
                    .strong("Statement by statement")
                    .text(": what it has done stays when it is interrupted; the same command goes on")));
        }
        changes.stream()
                .filter(change -> change.sort() != ModelChange.Sort.DESCRIBED)
                .filter(change -> !isLoss(change))
                .forEach(change -> items.add(Block.Item.of(change.line())));
        return items;
    }

    private List<ModelChange> between(Model before, Model after) {
        return ModelChanges.along(Documented.of(before, left), Documented.of(after, left));
    }

    /** Whether rows or values go with it. */
    private static boolean isLoss(ModelChange change) {
        return change.sort() == ModelChange.Sort.REMOVED
                && Set.of("table", "column", "foreign table").contains(change.kind());
    }

    private static List<Block.Item> lost(List<ModelChange> changes, Script down) {
        List<Block.Item> items = new ArrayList<>();
        changes.stream()
                .filter(RollbackGuide::isLoss)
                .forEach(change -> items.add(loss(change.kind() + " ", change.name(), " with all it holds")));
        down.commands().forEach(statement -> {
            for (Drop drop : Drop.of(statement)) {
                switch (drop.kind()) {
                    case ROWS -> items.add(loss("rows of ", drop.name(), ""));
                    case VALUES ->
                        items.add(loss(
                                "values of ", drop.name() + (drop.column() == null ? "" : "." + drop.column()), ""));
                    case UNKNOWN ->
                        items.add(Block.Item.of(Line.of(Told.WARNING)
                                .strong("Not known")
                                .text(": what ")
                                .code(ChangeLog.excerpt(statement))
                                .text(" takes away")));
                    default -> {
                        // what is dropped is in the difference of the models
                    }
                }
            }
        });
        return items;
    }

    private static Block.Item loss(String kind, String name, String more) {
        return Block.Item.of(Line.of(Told.WARNING)
                .strong("Lost")
                .text(": " + kind)
                .code(name)
                .text(more));
    }

    private static Stream<Block.Item> accepted(Migration migration, Script down) {
        return Stream.of(migration.up(), down)
                .flatMap(script -> script.commands().directives().losses().stream())
                .map(RollbackGuide::accepted)
                .distinct();
    }

    private static Block.Item accepted(Directive.AcceptLoss loss) {
        return Block.Item.of(Line.empty()
                .strong("Accepted")
                .text(": the loss of ")
                .code(String.join(".", loss.name()))
                .text(": " + loss.reason()));
    }

    /** The names of relations that do not stay, as the server may spell them. */
    static Set<String> gone(Model after, Model left) {
        Set<String> names = new HashSet<>();
        after.relations().stream()
                .map(Relation::name)
                .filter(name -> left.relation(name).isEmpty())
                .forEach(name -> {
                    for (String schema : List.of(name.schema(), Quote.identifier(name.schema()))) {
                        names.add(schema + "." + name.name());
                        names.add(schema + "." + Quote.identifier(name.name()));
                    }
                });
        return names;
    }

    /** The strongest lock of each table or view that stays, if others wait for it. */
    static List<Block.Item> locks(RehearsedMigration seen, Set<String> gone) {
        Map<String, LockMode> strongest = new TreeMap<>();
        for (Observation statement : seen.statements()) {
            for (Lock lock : statement.locks()) {
                boolean told = "rpmvf".indexOf(lock.kind()) >= 0 && !gone.contains(lock.relation());
                if (told && lock.mode().blocksWrites()) {
                    strongest.merge(
                            lock.relation(), lock.mode(), (one, other) -> one.compareTo(other) > 0 ? one : other);
                }
            }
        }
        List<Block.Item> items = new ArrayList<>();
        strongest.forEach((relation, mode) -> items.add(Block.Item.of(Line.empty()
                .strong("Lock")
                .text(": ")
                .code(mode.sql())
                .text(" of ")
                .code(relation)
                .text(mode.blocksReads() ? ": who reads or writes it waits" : ": who writes it waits"))));
        return items;
    }
}
