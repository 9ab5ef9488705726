package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by their natural keys, all of some cells in one message for each level of what they refer to. What was found is kept
 * until it is told to {@link #forget}. Not thread-safe.
 */
final class Finder {
    private final RowSession session;
    private final Tables tables;
    private final Spelling spelling;
    /** By their canonical text: the rows that were found, at most two. */
    private final Map<String, List<@Nullable String>> known = new HashMap<>();

    Finder(RowSession session, Tables tables, Spelling spelling) {
        this.session = session;
        this.tables = tables;
        this.spelling = spelling;
    }

    /** From now on rows may be there that were not. */
    void forget() {
        known.clear();
    }

    /** Looks for what the cells of rows refer to. */
    void prepare(List<RowSet.Line> lines) {
        Map<String, Cell.Found> wanted = new LinkedHashMap<>();
        lines.forEach(line -> line.cells().values().forEach(cell -> collect(cell, wanted)));
        while (!wanted.isEmpty()) {
            List<Cell.Found> ready = wanted.values().stream()
                    .filter(found -> found.by().values().stream()
                            .allMatch(part ->
                                    !(part instanceof Cell.Found inner) || known.containsKey(inner.canonical())))
                    .toList();
            ask(ready);
            ready.forEach(found -> wanted.remove(found.canonical()));
        }
    }

    private void collect(Cell cell, Map<String, Cell.Found> wanted) {
        if (cell instanceof Cell.Found found && !known.containsKey(found.canonical())) {
            found.by().values().forEach(part -> collect(part, wanted));
            wanted.put(found.canonical(), found);
        }
    }

    private void ask(List<Cell.Found> ready) {
        List<Cell.Found> asked = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        for (Cell.Found found : ready) {
            Optional<String> question = question(found);
            if (question.isEmpty()) {
                known.put(found.canonical(), List.of());
            } else {
                asked.add(found);
                message.append(question.get()).append(';');
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        try {
            List<List<@Nullable String[]>> answers = session.queryAll(message.toString());
            for (int i = 0; i < asked.size(); i++) {
                List<@Nullable String> values = new ArrayList<>();
                answers.get(i).forEach(row -> values.add(row[0]));
                known.put(asked.get(i).canonical(), values);
            }
        } catch (SqlFailure e) {
            throw Refused.problem(
                            e,
                            "the server does not look for a row that is referred to",
                            asked.get(0).place())
                    .asException(e);
        }
    }

    /** Empty when it refers to a row that is not there. */
    private Optional<String> question(Cell.Found found) {
        Relation relation = relation(found);
        Map<String, @Nullable String> by = new LinkedHashMap<>();
        for (Map.Entry<String, Cell> part : found.by().entrySet()) {
            if (part.getValue() instanceof Cell.Found inner) {
                List<@Nullable String> values = known.getOrDefault(inner.canonical(), List.of());
                if (values.size() != 1) {
                    return Optional.empty();
                }
                by.put(part.getKey(), values.get(0));
            } else {
                Column column = relation.column(part.getKey()).orElseThrow();
                by.put(part.getKey(), spelling.text(part.getValue(), column));
            }
        }
        return Optional.of("select " + Bound.asText(Quote.identifier(String.valueOf(found.take()))) + " from "
                + relation.name().quoted() + " where " + Bound.has(by) + " limit 2");
    }

    private Relation relation(Cell.Found found) {
        return tables.find(String.valueOf(found.table()))
                .orElseThrow(() -> new IllegalStateException("no table " + found.table()));
    }

    /** The text of a cell; empty when it refers to a row that is not there, or not for certain. */
    Optional<@Nullable String[]> value(Cell cell, Column column) {
        if (cell instanceof Cell.Found found) {
            List<@Nullable String> values = known.getOrDefault(found.canonical(), List.of());
            return values.size() == 1 ? Optional.of(new @Nullable String[] {values.get(0)}) : Optional.empty();
        }
        return Optional.of(new @Nullable String[] {spelling.text(cell, column)});
    }

    /** Why a cell has no value. */
    LockkeeperException missing(Cell.Found found) {
        for (Cell part : found.by().values()) {
            if (part instanceof Cell.Found inner
                    && known.getOrDefault(inner.canonical(), List.of()).size() != 1) {
                return missing(inner);
            }
        }
        int rows = known.getOrDefault(found.canonical(), List.of()).size();
        return Problem.of(
                        Code.SEED_ROW,
                        rows == 0
                                ? "the row of " + found.table() + " that is referred to is not there"
                                : "more than one row of " + found.table() + " is meant")
                .at(found.place())
                .help(
                        rows == 0
                                ? "bring it before this one, in this file or in one that comes earlier"
                                : "name the columns of a unique key of " + found.table())
                .note("kept: nothing")
                .asException();
    }
}
