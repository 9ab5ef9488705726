package dev.lockkeeper.fix;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.sql.Statement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the safer ways of one migration into its own files, or into those of one that follows it. For one use. */
final class MigrationFix {
    /** What has a way that can be written without a person, for many statements. */
    static final Set<String> RULES = Set.of("LK01", "LK02", "LK03", "LK05", "LK06", "LK09", "LK13", "LK15");

    /** The one that finds tables locked one after the other, which migrations of their own part. */
    static final String ORDER = "LK39";

    private final Rehearsed seen;
    private final Migration migration;
    private final Convention convention;
    private final List<Left> left = new ArrayList<>();
    private final List<Finding> mended = new ArrayList<>();
    private final Map<Path, String> texts = new HashMap<>();
    private final Map<Path, List<Edit>> edits = new LinkedHashMap<>();
    private final Map<Integer, Way.Safer> ways = new HashMap<>();

    MigrationFix(Rehearsed seen, Convention convention) {
        this.seen = seen;
        this.migration = seen.migration();
        this.convention = convention;
    }

    /**
     * What is to be written.
     *
     * @param mended the findings that are gone then
     * @param left those that stay
     * @param files the files that change
     * @param follower the migration that follows; null where all of it happens in place
     */
    record Outcome(
            List<Finding> mended,
            List<Left> left,
            List<EditedFile> files,
            @Nullable Follower follower) {}

    /**
     * A migration that is made.
     *
     * @param suffix what its name has behind that of its original
     * @param down null when its original has none
     */
    record Follower(String suffix, String up, @Nullable String down) {}

    /** That a migration as a whole cannot be mended; its message is the reason. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String reason) {
            super(reason);
        }
    }

    /**
     * Writes what can be written.
     *
     * @param findings of {@link #RULES} and {@link #ORDER}
     * @param down the down script as a rehearsal saw it after the up script; null when there is none, or when it failed
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable}
     */
    Outcome of(List<Finding> findings, @Nullable Rehearsed down) {
        @Nullable Follower follower = null;
        try {
            follower = mend(findings, down);
        } catch (Unfit reason) {
            mended.forEach(one -> left.add(new Left(one, String.valueOf(reason.getMessage()))));
            mended.clear();
            edits.clear();
        }
        List<EditedFile> files = new ArrayList<>();
        edits.forEach((path, changes) -> files.add(new EditedFile(path, texts.get(path), changes)));
        return new Outcome(List.copyOf(mended), List.copyOf(left), files, follower);
    }

    private @Nullable Follower mend(List<Finding> findings, @Nullable Rehearsed down) throws Unfit {
        Script up = migration.up();
        Script script = migration.down();
        Script.Commands commands = up.commands();
        if (commands.isLarge() || (script != null && script.commands().isLarge())) {
            mended.addAll(findings);
            throw new Unfit("the file is larger than 4 MiB");
        }
        ScriptText text = text(up);
        choose(findings, text);
        List<Finding> orders =
                findings.stream().filter(one -> one.rule().equals(ORDER)).toList();
        if (ways.isEmpty()) {
            return orders.isEmpty() ? null : separate(orders, text, down);
        }
        orders.forEach(
                one -> left.add(new Left(one, "its statements change: fix looks at it again when that is written")));
        if (commands.dividesTransactions()) {
            throw new Unfit("the script begins and ends transactions itself");
        }
        boolean statementByStatement = commands.byStatement().isPresent();
        takeDependents();
        Sheet sheet = new Sheet(text, ways);
        if (sheet.isMarked()) {
            throw new Unfit("a mark that says where the statement begins stands above it");
        }
        if (statementByStatement || sheet.hasNoOther()) {
            edit(up, sheet.inPlace(statementByStatement));
            mendDown(down);
            return null;
        }
        edit(up, sheet.takenOut());
        return new Follower(
                "online", sheet.moved(sheet.needsLine()), script == null ? null : splitDown(script, down, false));
    }

    /** Leaves what comes before a table is locked second, and gives the rest as a migration of its own. */
    private @Nullable Follower separate(List<Finding> orders, ScriptText text, @Nullable Rehearsed down) throws Unfit {
        Script script = migration.down();
        mended.addAll(orders);
        Done second = seen.statements().stream()
                .filter(done -> orders.stream().anyMatch(one -> one.place().equals(done.place())))
                .findFirst()
                .orElseThrow(() -> new Unfit("its statement is not seen"));
        if (migration.up().commands().dividesTransactions()) {
            throw new Unfit("the script begins and ends transactions itself");
        }
        int from = second.seen().statement().ordinal();
        text.statements().stream()
                .filter(one -> one.ordinal() >= from && !Sheet.isSetting(one) && !Sheet.isPair(one))
                .forEach(one -> ways.put(one.ordinal(), Way.Safer.unchanged()));
        Sheet sheet = new Sheet(text, ways);
        if (sheet.isMarked()) {
            throw new Unfit("a mark that says where a statement begins stands above one that would move");
        }
        edit(migration.up(), sheet.takenOut());
        return new Follower("next", sheet.movedAsItIs(), script == null ? null : splitDown(script, down, true));
    }

    /** Finds the way of each statement, or why there is none. */
    private void choose(List<Finding> findings, ScriptText text) {
        for (Done done : seen.statements()) {
            List<Finding> here = findings.stream()
                    .filter(one -> one.place().equals(done.place()) && RULES.contains(one.rule()))
                    .toList();
            if (here.isEmpty()) {
                continue;
            }
            Way way = way(done, text, here);
            if (way instanceof Way.Safer safer) {
                ways.put(done.seen().statement().ordinal(), safer);
                mended.addAll(here);
            } else if (way instanceof Way.ByHand hand) {
                here.forEach(one -> left.add(new Left(one, hand.reason())));
            }
        }
    }

    private Way way(Done done, ScriptText text, List<Finding> here) {
        Statement statement = done.seen().statement();
        if (IndexWays.concerns(statement)) {
            return IndexWays.of(done, text);
        }
        if (done.begins("alter", "table")) {
            return TableWays.of(
                    seen, done, text, here.stream().map(Finding::rule).collect(Collectors.toSet()));
        }
        return new Way.ByHand("code or another kind of statement does it");
    }

    /** What needs an object that is made later now has to come later too. */
    private void takeDependents() {
        Set<Touched> made = new HashSet<>();
        for (Done done : seen.statements()) {
            int ordinal = done.seen().statement().ordinal();
            if (!ways.containsKey(ordinal) && !Collections.disjoint(made, Touched.by(done))) {
                ways.put(ordinal, Way.Safer.unchanged());
            }
            if (ways.containsKey(ordinal)) {
                done.seen().effects().stream()
                        .filter(one -> one.change() == Effect.Change.CREATED)
                        .forEach(one -> made.add(new Touched(one.type(), one.object())));
            }
        }
    }

    /** Takes out of the down script what takes back what has moved, and gives it. */
    private String splitDown(Script script, @Nullable Rehearsed down, boolean asItIs) throws Unfit {
        if (down == null) {
            throw new Unfit("its down script fails: lockkeeper smoke tells why");
        }
        if (script.commands().dividesTransactions()) {
            throw new Unfit("its down script begins and ends transactions itself");
        }
        List<Done> moving = new ArrayList<>(seen.statements());
        moving.removeIf(done -> !ways.containsKey(done.seen().statement().ordinal()));
        List<Done> left = new ArrayList<>(seen.statements());
        left.removeAll(moving);
        Set<Touched> moved = Touched.by(moving);
        Set<Touched> staying = Touched.by(left);
        Set<Touched> covered = new HashSet<>();
        Map<Integer, Way.Safer> taken = new HashMap<>();
        ScriptText text = text(script);
        for (Done done : down.statements()) {
            Set<Touched> touched = Touched.by(done);
            if (Collections.disjoint(touched, moved)) {
                continue;
            }
            if (!moved.containsAll(touched) || !Collections.disjoint(touched, staying)) {
                throw new Unfit("line " + done.place().line()
                        + " of its down script takes back more than what would move to a migration of its own");
            }
            covered.addAll(touched);
            taken.put(done.seen().statement().ordinal(), asItIs ? Way.Safer.unchanged() : concurrently(done, text));
        }
        if (!covered.containsAll(moved)) {
            throw new Unfit("its down script has no statement that takes it back");
        }
        Sheet sheet = new Sheet(text, taken);
        if (sheet.hasNoOther()) {
            throw new Unfit("its down script would have nothing left that takes back the rest of the migration");
        }
        if (sheet.isMarked()) {
            throw new Unfit("a mark that says where the statement begins stands above the one that takes it back");
        }
        edit(script, sheet.takenOut());
        return asItIs ? sheet.movedAsItIs() : sheet.moved(false);
    }

    private static Way.Safer concurrently(Done done, ScriptText text) {
        return IndexWays.concerns(done.seen().statement()) && IndexWays.of(done, text) instanceof Way.Safer safer
                ? safer
                : Way.Safer.unchanged();
    }

    /** A down script of indexes alone lets others go on as well. */
    private void mendDown(@Nullable Rehearsed down) {
        Script script = migration.down();
        if (script == null || down == null) {
            return;
        }
        ScriptText text = text(script);
        Map<Integer, Way.Safer> found = new HashMap<>();
        down.statements().forEach(done -> found.put(done.seen().statement().ordinal(), concurrently(done, text)));
        found.values().removeIf(way -> !way.alone());
        Sheet sheet = new Sheet(text, found);
        if (!found.isEmpty() && sheet.hasNoOther()) {
            edit(script, sheet.inPlace(false));
        }
    }

    private ScriptText text(Script script) {
        return ScriptText.of(script, texts.computeIfAbsent(Path.of(script.file()), ScriptReader::read), convention);
    }

    private void edit(Script script, List<Edit> changes) {
        edits.computeIfAbsent(Path.of(script.file()), key -> new ArrayList<>()).addAll(changes);
    }
}
