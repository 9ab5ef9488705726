package dev.lockkeeper.check;

import dev.lockkeeper.observation.ChangedRows;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Rewrite;
import dev.lockkeeper.observation.Scan;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.sql.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A statement of a migration and what it did to what was there before the migration. Relations that the migration itself has
 * made are left out: nobody else uses them yet.
 *
 * @param seen all that was observed, by the names that hold after the statement
 * @param made what the migration has made up to the end of this statement
 * @param held the locks that earlier statements of its transaction have left to it, by the names of the relations
 */
public record Done(Observation seen, Made made, Map<String, Lock> held) {
    public Done {
        held = Map.copyOf(held);
    }

    public Place place() {
        return seen.place();
    }

    /** Whether its text begins with these words, written small. */
    public boolean begins(String... words) {
        List<String> all = seen.statement().words();
        return all.size() >= words.length && all.subList(0, words.length).equals(List.of(words));
    }

    /** Whether a relation was there before the migration. */
    public boolean existed(String relation) {
        return !made.has(relation);
    }

    /** Whether it runs outside of a transaction because it is to let others go on. */
    public boolean isConcurrent() {
        if (seen.isTransactional() || begins("do") || begins("call")) {
            return false;
        }
        Reading reading = Reading.of(seen.statement().sql());
        return IntStream.range(0, reading.size())
                .anyMatch(at -> reading.word(at).equals("concurrently"));
    }

    /** Whether an effect concerns a table that was there before the migration, as its column, constraint, index or the like. */
    public boolean concernsOld(Effect effect) {
        String table = effect.table();
        return table != null && existed(table);
    }

    /** What it locked, indexes included. */
    public Stream<Lock> locks() {
        return seen.locks().stream().filter(lock -> existed(lock.relation()));
    }

    /** The tables and other relations but indexes that it locked in this mode or a stronger one. */
    public Stream<Lock> locks(LockMode least) {
        return locks().filter(lock -> !lock.isOnIndex() && lock.mode().compareTo(least) >= 0);
    }

    /** The lock that it took on a relation; empty for none, and where an earlier statement had taken one as strong. */
    public Optional<Lock> lock(String relation) {
        return locks().filter(lock -> lock.relation().equals(relation)).findFirst();
    }

    /** Whether its transaction has a lock of this mode or a stronger one on a relation when it has run. */
    public boolean holds(String relation, LockMode least) {
        return Stream.concat(seen.locks().stream(), held.values().stream())
                .anyMatch(
                        lock -> lock.relation().equals(relation) && lock.mode().compareTo(least) >= 0);
    }

    /** The locks on tables that its transaction has when it has run and that keep others from writing. */
    public Stream<Lock> blocking() {
        return Stream.concat(locks(), held.values().stream().filter(lock -> existed(lock.relation())))
                .filter(lock -> !lock.isOnIndex() && lock.mode().blocksWrites());
    }

    public Stream<Scan> scans() {
        return seen.scans().stream().filter(scan -> existed(scan.relation()));
    }

    public boolean scans(String table) {
        return scans().anyMatch(scan -> scan.relation().equals(table));
    }

    /** Tables that were copied as a whole, indexes left out. */
    public Stream<Rewrite> rewrites() {
        return seen.rewrites().stream().filter(one -> !one.emptied() && !one.isIndex() && existed(one.relation()));
    }

    public boolean rewrites(String table) {
        return rewrites().anyMatch(one -> one.relation().equals(table));
    }

    /** Tables that were emptied without a look at their rows. */
    public Stream<Rewrite> emptied() {
        return seen.rewrites().stream().filter(one -> one.emptied() && !one.isIndex() && existed(one.relation()));
    }

    public Stream<ChangedRows> rows() {
        return seen.rows().stream().filter(one -> existed(one.relation()));
    }

    /** The tables that its effects concern: those themselves, and those of columns, indexes, constraints and the like. */
    public Set<String> concerned() {
        return seen.effects().stream()
                .map(effect -> effect.table() == null ? effect.object() : effect.table())
                .collect(Collectors.toSet());
    }

    /** The table of which a table is a partition or child; empty for another one, and one that its effects do not concern. */
    public Optional<String> parent(String table) {
        return seen.effects().stream()
                .filter(effect ->
                        table.equals(effect.table()) || effect.object().equals(table))
                .flatMap(effect -> Optional.ofNullable(effect.traits().get("parent")).stream())
                .findFirst();
    }

    /** Whether it drops an object. */
    public boolean drops(String object) {
        return seen.effects().stream()
                .anyMatch(effect -> effect.change() == Effect.Change.DROPPED
                        && effect.object().equals(object));
    }

    /** What became of objects of this type, as the server calls it, such as {@code table constraint}. */
    public Stream<Effect> effects(Effect.Change change, String type) {
        return seen.effects().stream()
                .filter(effect -> effect.change() == change && effect.type().equals(type));
    }

    /** What its text tells; nothing is new there. */
    public Clause clause() {
        return Clause.of(seen.statement(), place(), Set.of());
    }

    /** Old objects that are not there any more. */
    public Stream<Effect> lost() {
        return seen.effects().stream()
                .filter(effect -> effect.change() == Effect.Change.DROPPED && effect.old() && existed(effect.object()));
    }

    /** Old objects of this type that are not there any more. */
    public Stream<Effect> lost(String type) {
        return lost().filter(effect -> effect.type().equals(type));
    }

    /** Old objects of this type that are another way now, or made anew under their name. */
    public Stream<Effect> changed(String type) {
        return effects(Effect.Change.CHANGED, type).filter(effect -> effect.old() && existed(effect.object()));
    }

    /** Whether these words follow one another anywhere in it, be it in the code that it runs. */
    public boolean says(String... words) {
        return Pattern.compile("\\b" + String.join("\\s+", words) + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(seen.statement().sql())
                .find();
    }
}
