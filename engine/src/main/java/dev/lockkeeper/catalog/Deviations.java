package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Deviation.State;
import dev.lockkeeper.problem.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What two databases have apart.
 *
 * @param list the gravest first
 * @param unclaimed objects that the first has not and that may be of somebody else, kind and name
 * @param elsewhere schemas of the second that were not looked into
 */
public record Deviations(List<Deviation> list, List<String> unclaimed, Set<String> elsewhere) {
    public Deviations {
        list = List.copyOf(list);
        unclaimed = List.copyOf(unclaimed);
    }

    /**
     * Compares two databases of the same major version. Reads only the lists and schemas whose digests differ.
     *
     * @param wanted as it should be
     * @param roles the roles whose own properties count
     */
    public static Deviations of(Side wanted, Side found, Scope scope, Set<String> roles) {
        Map<String, Set<String>> unequal = wanted.inventory().unequal(found.inventory(), scope.places());
        List<Placed> was = new ArrayList<>(counting(wanted.rows(unequal), scope));
        Set<String> elsewhere = elsewhere(found, scope);
        List<Placed> is = new ArrayList<>(counting(found.rows(unequal), scope));
        is.removeIf(fact -> scope.isBetweenOthers(fact, elsewhere));
        was.addAll(withoutDeployers(wanted.beside(roles), scope));
        is.addAll(withoutDeployers(found.beside(roles), scope));
        Map<String, String> schemas = new HashMap<>();
        Stream.concat(was.stream(), is.stream())
                .forEach(f -> schemas.putIfAbsent(f.row().identity(), f.schema()));
        return of(
                new Changes(
                        was.stream().map(Placed::row).toList(),
                        is.stream().map(Placed::row).toList()),
                schemas,
                scope,
                elsewhere);
    }

    /** Only what is in another comparison too, as that tells it. */
    public Deviations alsoIn(Deviations other) {
        Set<String> here = new TreeSet<>();
        list.forEach(d -> here.add(d.difference().kind() + " " + d.difference().object()));
        return new Deviations(
                other.list().stream()
                        .filter(d -> here.contains(
                                d.difference().kind() + " " + d.difference().object()))
                        .toList(),
                unclaimed,
                elsewhere);
    }

    private static Deviations of(Changes changes, Map<String, String> schemas, Scope scope, Set<String> elsewhere) {
        List<Change> told = new ArrayList<>(changes.told());
        told.removeIf(change -> change.thing().equals("extension-member") && changes.anyParentOf(change));
        Fixes fixes = new Fixes(changes, told);
        told.sort(fixes.order());
        Severities severities = new Severities();
        List<Deviation> list = new ArrayList<>();
        List<String> unclaimed = new ArrayList<>();
        for (Change change : told) {
            @Nullable String fix = fixes.of(change);
            String schema = schemas.getOrDefault(change.identity(), "");
            if (!scope.alone() && change.leftOver() && !change.any().isOfServer() && standsAlone(change)) {
                unclaimed.add(change.any().kind() + " " + Telling.object(change.any()));
                continue;
            }
            list.add(deviation(change, fix, severities.of(change), schema));
        }
        return new Deviations(list, unclaimed, elsewhere);
    }

    private static Deviation deviation(Change change, @Nullable String fix, Severity severity, String schema) {
        Difference difference = Telling.of(change, fix);
        if (change.any().isOfServer() && change.missing()) {
            String came = "as it came with the server";
            String other = "changed";
            return new Deviation(
                    new Difference(
                            difference.object(),
                            difference.kind(),
                            change.leftOver() ? came : other,
                            change.leftOver() ? other : came,
                            null),
                    change.thing().equals("pg_description") ? severity : Severity.SECURITY,
                    State.CHANGED,
                    schema);
        }
        if (change.thing().equals("pg_db_role_setting")
                && String.valueOf(change.any().field("of")).indexOf('.') >= 0) {
            // what a program keeps in a setting of its own may be a key
            difference = new Difference(
                    difference.object(),
                    difference.kind(),
                    change.leftOver() ? null : "set",
                    change.lost() ? null : change.leftOver() ? "set" : "set to something else",
                    fix);
        }
        difference = new Difference(
                difference.object(),
                difference.kind(),
                Secrets.masked(difference.before()),
                Secrets.masked(difference.after()),
                difference.fix());
        State state = change.lost() ? State.MISSING : change.leftOver() ? State.EXTRA : State.CHANGED;
        return new Deviation(difference, severity, state, schema);
    }

    /** Whether it is part of nothing but a schema. */
    private static boolean standsAlone(Change change) {
        return change.any().parents().stream()
                .allMatch(p -> p.startsWith("pg_namespace ") || p.equals(change.identity()));
    }

    private static List<Placed> counting(List<Placed> facts, Scope scope) {
        return facts.stream().filter(scope::counts).toList();
    }

    private static List<Placed> withoutDeployers(List<Placed> facts, Scope scope) {
        return facts.stream().filter(fact -> !scope.isOfDeployer(fact)).toList();
    }

    /** Schemas that hold more than themselves. */
    private static Set<String> elsewhere(Side found, Scope scope) {
        Set<String> others = new TreeSet<>();
        found.inventory().digests().keySet().stream()
                .filter(key -> !key.list().equals("pg_namespace") && !scope.isSeen(key.schema()))
                .forEach(key -> others.add(key.schema()));
        return others;
    }
}
