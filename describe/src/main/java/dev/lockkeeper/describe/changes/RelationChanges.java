package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Exclusion;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Policy;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Trigger;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What two states of one table or view have apart.
 *
 * @param lineage whether the second state came of the first one by statements
 */
record RelationChanges(Telling telling, Relation before, Relation after, boolean lineage) {
    void tell() {
        String name = after.name().toString();
        String kind = after.kind().word();
        telling.changed("relation", name, "kind", before.kind().word(), kind, true);
        telling.comment(kind, name, before.comment(), after.comment());
        telling.said(
                kind,
                name,
                "logged",
                before.logged(),
                after.logged(),
                false,
                after.logged() ? "survives a crash now" : "is empty after a crash now");
        telling.changed(kind, name, "parents", names(before.parents()), names(after.parents()), true);
        telling.changed(kind, name, "partitioning", text(before.partitioning()), text(after.partitioning()), true);
        telling.changed(kind, name, "server", before.server(), after.server(), false);
        telling.changed(
                kind, name, "options", String.join(", ", before.options()), String.join(", ", after.options()), false);
        telling.changed(kind, name, "replica identity", before.replicaIdentity(), after.replicaIdentity(), false);
        boolean view = after.kind() == Relation.Kind.VIEW || after.kind() == Relation.Kind.MATERIALIZED_VIEW;
        Map<String, String> renamed =
                new ColumnChanges(telling, name, view, lineage).tell(before.columns(), after.columns());
        telling.changed(kind, name, "query", before.definition(), after.definition(), false);
        rules(renamed);
        access(kind, name);
    }

    private void rules(Map<String, String> renamed) {
        Function<String, String> applied = text -> Renames.applied(text, renamed);
        each("key", before.keys(), after.keys(), Key::name, Key::definition, true, (name, was, now) -> {
            telling.changed("key", name, "definition", applied.apply(was.definition()), now.definition(), true);
            telling.comment("key", name, was.comment(), now.comment());
        });
        each(
                "foreign key",
                before.foreignKeys(),
                after.foreignKeys(),
                ForeignKey::name,
                ForeignKey::definition,
                true,
                (name, was, now) -> {
                    telling.changed(
                            "foreign key", name, "definition", applied.apply(was.definition()), now.definition(), true);
                    telling.held("foreign key", name, was.validated(), now.validated(), was.enforced(), now.enforced());
                    telling.comment("foreign key", name, was.comment(), now.comment());
                });
        each("check", before.checks(), after.checks(), Check::name, Check::expression, true, (name, was, now) -> {
            telling.changed("check", name, "condition", applied.apply(was.expression()), now.expression(), true);
            telling.held("check", name, was.validated(), now.validated(), was.enforced(), now.enforced());
            telling.comment("check", name, was.comment(), now.comment());
        });
        each(
                "exclusion",
                before.exclusions(),
                after.exclusions(),
                Exclusion::name,
                Exclusion::definition,
                true,
                (name, was, now) -> {
                    telling.changed(
                            "exclusion", name, "definition", applied.apply(was.definition()), now.definition(), true);
                    telling.comment("exclusion", name, was.comment(), now.comment());
                });
        Pairs<Index> pairs = Pairs.of(before.indexes(), after.indexes(), Index::name);
        // those of keys come and go with them
        pairs.removed().stream()
                .filter(one -> !one.constraint())
                .forEach(one -> telling.removed("index", own(one.name()), one.definition(), false));
        pairs.added().stream()
                .filter(one -> !one.constraint())
                .forEach(one -> telling.added("index", own(one.name()), one.definition(), one.unique()));
        for (Pairs.Pair<Index> pair : pairs.both()) {
            String name = own(pair.after().name());
            telling.changed(
                    "index",
                    name,
                    "definition",
                    applied.apply(pair.before().definition()),
                    pair.after().definition(),
                    pair.after().unique());
            telling.said(
                    "index",
                    name,
                    "valid",
                    pair.before().valid(),
                    pair.after().valid(),
                    false,
                    pair.after().valid() ? "is valid now" : "is not valid");
            telling.comment("index", name, pair.before().comment(), pair.after().comment());
        }
    }

    private void access(String kind, String name) {
        telling.said(
                kind,
                name,
                "row security",
                before.rowSecurity(),
                after.rowSecurity(),
                after.rowSecurity(),
                after.rowSecurity()
                        ? "shows rows by policies alone now"
                        : "shows every row to whoever may read it now");
        telling.said(
                kind,
                name,
                "forced row security",
                before.forcedRowSecurity(),
                after.forcedRowSecurity(),
                after.forcedRowSecurity(),
                after.forcedRowSecurity()
                        ? "binds its owner to policies now"
                        : "no longer binds its owner to policies");
        Pairs<Policy> policies = Pairs.of(before.policies(), after.policies(), Policy::name);
        // whoever saw rows by one that permits sees them no longer
        policies.removed().forEach(one -> telling.removed("policy", own(one.name()), text(one), one.permissive()));
        policies.added().forEach(one -> telling.added("policy", own(one.name()), text(one), !one.permissive()));
        for (Pairs.Pair<Policy> pair : policies.both()) {
            String policy = own(pair.after().name());
            telling.changed("policy", policy, "definition", text(pair.before()), text(pair.after()), true);
            telling.comment(
                    "policy", policy, pair.before().comment(), pair.after().comment());
        }
        each(
                "trigger",
                before.triggers(),
                after.triggers(),
                Trigger::name,
                Trigger::definition,
                false,
                (trigger, was, now) -> {
                    telling.changed("trigger", trigger, "definition", was.definition(), now.definition(), false);
                    telling.said(
                            "trigger",
                            trigger,
                            "enabled",
                            was.enabled(),
                            now.enabled(),
                            false,
                            now.enabled() ? "is enabled now" : "is disabled now");
                    telling.comment("trigger", trigger, was.comment(), now.comment());
                });
        telling.grants(kind, name, before.grants(), after.grants());
    }

    private interface Both<T> {
        void tell(String name, T was, T now);
    }

    /** @param demanding whether a new one may refuse what was let through before */
    private <T> void each(
            String kind,
            List<T> before,
            List<T> after,
            Function<T, String> name,
            Function<T, String> what,
            boolean demanding,
            Both<T> both) {
        Pairs<T> pairs = Pairs.of(before, after, name);
        pairs.removed().forEach(one -> telling.removed(kind, own(name.apply(one)), what.apply(one), false));
        pairs.added().forEach(one -> telling.added(kind, own(name.apply(one)), what.apply(one), demanding));
        pairs.both().forEach(pair -> both.tell(own(name.apply(pair.after())), pair.before(), pair.after()));
    }

    private String own(String part) {
        return after.name() + "." + part;
    }

    private static @Nullable String names(List<ObjectName> names) {
        return names.isEmpty() ? null : names.stream().map(ObjectName::toString).collect(Collectors.joining(", "));
    }

    private static @Nullable String text(@Nullable Partitioning one) {
        return one == null ? null : one.strategy() + " (" + one.key() + ")";
    }

    private static String text(Policy policy) {
        return (policy.permissive() ? "" : "restrictive ") + policy.command() + " for "
                + String.join(", ", policy.roles())
                + (policy.using() == null ? "" : " using (" + policy.using() + ")")
                + (policy.check() == null ? "" : " with check (" + policy.check() + ")");
    }
}
