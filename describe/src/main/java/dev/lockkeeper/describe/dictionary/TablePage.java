package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Exclusion;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Trigger;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page of a table or foreign table. */
record TablePage(Places places, Labels labels, Relation table) {
    private static final Pattern SPECIAL_KEY = Pattern.compile("WITHOUT OVERLAPS|INCLUDE \\(");
    private static final Pattern SPECIAL_REFERENCE = Pattern.compile("MATCH FULL|PERIOD |SET (?:NULL|DEFAULT) \\(");

    /**
     * The page.
     *
     * @param more blocks before the notes, which only some forms of the dictionary have
     * @param notes what people have written into it
     */
    Page page(List<Block> more, String notes) {
        Facts facts = new Facts().comment(table.comment());
        Line about = about();
        if (!about.isEmpty()) {
            facts.add(new Block.Paragraph(about));
        }
        facts.add(new ColumnRows(places, labels, table).table());
        longDefinitions(facts);
        facts.list(2, "Keys and rules", rules());
        lists(facts, 2);
        more.forEach(facts::add);
        facts.add(new Block.Notes(notes));
        return new Page(
                Places.table(table.name()),
                table.name().schema(),
                Line.of(table.name().toString()),
                facts.blocks());
    }

    /** What a table and a view both have. */
    void lists(Facts facts, int level) {
        facts.list(
                level,
                "Indexes",
                table.indexes().stream()
                        .filter(index -> !index.constraint() || !index.valid())
                        .map(this::index)
                        .toList());
        facts.list(
                level, "Policies", table.policies().stream().map(Facts::policy).toList());
        facts.list(
                level, "Triggers", table.triggers().stream().map(this::trigger).toList());
        facts.list(level, "Grants", grants());
    }

    private Line about() {
        List<Line> parts = new ArrayList<>();
        if (table.kind() != Relation.Kind.TABLE) {
            parts.add(Line.of(table.kind().word() + " of ").code(Objects.requireNonNullElse(table.server(), "")));
        }
        labels.owner(table.name()).ifPresent(owner -> parts.add(Line.empty().code("owner: " + owner)));
        labels.keep(table.name()).ifPresent(keep -> parts.add(Line.empty().code("keep: " + keep)));
        if (table.partitioning() != null) {
            parts.add(Line.of("partitioned by ")
                    .code(table.partitioning().strategy() + " ("
                            + table.partitioning().key() + ")"));
        }
        for (ObjectName parent : table.parents()) {
            parts.add(Line.of("inherits from ").and(places.relation(parent)));
        }
        if (table.rowSecurity()) {
            parts.add(Line.of(table.forcedRowSecurity() ? "RLS on, for its owner too" : "RLS on"));
        }
        if (!table.logged()) {
            parts.add(Line.of("unlogged: empty after a crash"));
        }
        if (!table.replicaIdentity().equals("DEFAULT")) {
            parts.add(Line.of("replica identity ").code(table.replicaIdentity()));
        }
        table.options().forEach(option -> parts.add(Line.empty().code(option)));
        Line about = Line.empty();
        for (Line part : parts) {
            about = about.isEmpty() ? part : about.text(" · ").and(part);
        }
        return about;
    }

    private void longDefinitions(Facts facts) {
        for (Column column : table.columns()) {
            if (ColumnRows.isLong(column)) {
                facts.add(new Block.Paragraph(Line.empty().code(column.name()).text(":")));
                facts.add(new Block.Sql(Objects.requireNonNull(column.defaulted())));
            }
        }
    }

    private List<Block.Item> rules() {
        List<Block.Item> items = new ArrayList<>();
        List<Key> primaryFirst = table.keys().stream()
                .sorted(Comparator.comparing(key -> !key.primary()))
                .toList();
        for (Key key : primaryFirst) {
            Line line = Line.empty()
                    .strong(key.primary() ? "primary" : "unique")
                    .text(" ")
                    .code(key.name());
            line = line.text(" (")
                    .codes(key.columns())
                    .text(")" + (key.nullsDistinct() ? "" : ", nulls count as equal"));
            items.add(entry(
                    key.deferrable() ? line.text(", deferrable") : line, key.definition(), SPECIAL_KEY, key.comment()));
        }
        table.foreignKeys().forEach(key -> items.add(foreign(key)));
        for (Check check : table.checks()) {
            Line line = Line.empty().strong("check").text(" ").code(check.name());
            items.add(Facts.item(
                    line.text(held(check.validated(), check.enforced())),
                    Facts.bare(check.expression()),
                    check.comment()));
        }
        for (Exclusion one : table.exclusions()) {
            items.add(Facts.item(
                    Line.empty().strong("exclusion").text(" ").code(one.name()), one.definition(), one.comment()));
        }
        return items;
    }

    private Block.Item foreign(ForeignKey key) {
        Line line = Line.empty()
                .strong("foreign")
                .text(" ")
                .code(key.name())
                .text(" (")
                .codes(key.columns())
                .text(") → ")
                .and(places.relation(key.target()))
                .text(" (")
                .codes(key.targetColumns())
                .text(")");
        line = key.onDelete().equals("NO ACTION") ? line : line.text(", on delete " + key.onDelete());
        line = key.onUpdate().equals("NO ACTION") ? line : line.text(", on update " + key.onUpdate());
        line = key.deferrable() ? line.text(", deferrable") : line;
        line = line.text(held(key.validated(), key.enforced()));
        return entry(line, key.definition(), SPECIAL_REFERENCE, key.comment());
    }

    /** With the definition where the line does not say everything. */
    private static Block.Item entry(Line line, String definition, Pattern special, @Nullable String comment) {
        return special.matcher(definition).find()
                ? Facts.item(line, definition, comment)
                : Block.Item.of(Facts.told(line, comment));
    }

    static String held(boolean validated, boolean enforced) {
        return !enforced ? ", not enforced" : validated ? "" : ", rows from before it are not checked";
    }

    private Block.Item index(Index index) {
        Line line = index.unique() ? Line.empty().strong("unique").text(" ") : Line.empty();
        line = line.code(index.name());
        return Facts.item(index.valid() ? line : line.text(", not valid"), shortened(index), index.comment());
    }

    /** The definition from USING on: what comes before, the entry and the page say already. */
    private String shortened(Index index) {
        Pattern start = Pattern.compile("CREATE (?:UNIQUE )?INDEX " + spelled(index.name()) + " ON (?:ONLY )?"
                + spelled(table.name().schema()) + "\\." + spelled(table.name().name()) + " USING ");
        Matcher matcher = start.matcher(index.definition());
        return matcher.lookingAt() ? index.definition().substring(matcher.end()) : index.definition();
    }

    private static String spelled(String name) {
        return "(?:" + Pattern.quote(name) + "|" + Pattern.quote(Quote.identifier(name)) + ")";
    }

    private Block.Item trigger(Trigger trigger) {
        Line line = Line.empty().code(trigger.name());
        ObjectName routine = trigger.routine();
        if (routine != null) {
            line = line.text(" calls ").and(places.routine(routine));
        }
        return Facts.item(trigger.enabled() ? line : line.text(", disabled"), trigger.definition(), trigger.comment());
    }

    private List<Block.Item> grants() {
        List<Block.Item> items = new ArrayList<>(Facts.grants(table.grants()));
        Map<Grant, List<String>> columns = new LinkedHashMap<>();
        table.columns()
                .forEach(column -> column.grants()
                        .forEach(grant -> columns.computeIfAbsent(grant, g -> new ArrayList<>())
                                .add(column.name())));
        columns.forEach((grant, names) ->
                items.add(Block.Item.of(Facts.granted(grant).text(" of ").codes(names))));
        return items;
    }
}
