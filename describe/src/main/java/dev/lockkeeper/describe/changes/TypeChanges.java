package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.catalog.model.UserType.Composite;
import dev.lockkeeper.catalog.model.UserType.Domain;
import dev.lockkeeper.catalog.model.UserType.Enumeration;
import dev.lockkeeper.catalog.model.UserType.Range;
import java.util.List;
import java.util.function.UnaryOperator;

/** What types have apart. */
record TypeChanges(Telling telling, boolean lineage) {
    void tell(List<UserType> before, List<UserType> after) {
        Pairs<UserType> pairs = Pairs.of(before, after, UserType::name);
        pairs.removed().forEach(one -> telling.removed(kind(one), one.name().toString(), what(one), true));
        pairs.added().forEach(one -> telling.added(kind(one), one.name().toString(), what(one), false));
        pairs.both().forEach(pair -> tell(pair.before(), pair.after()));
    }

    private void tell(UserType before, UserType after) {
        String name = after.name().toString();
        telling.changed("type", name, "kind", kind(before), kind(after), true);
        if (before instanceof Enumeration was && after instanceof Enumeration now) {
            labels(name, was.labels(), now.labels());
        } else if (before instanceof Domain was && after instanceof Domain now) {
            domain(name, was, now);
        } else if (before instanceof Composite was && after instanceof Composite now) {
            new ColumnChanges(telling, name, false, lineage).tell(was.fields(), now.fields());
        } else if (before instanceof Range was && after instanceof Range now) {
            telling.changed(
                    "range",
                    name,
                    "subtype",
                    was.subtype().spelled(),
                    now.subtype().spelled(),
                    true);
            telling.changed(
                    "range",
                    name,
                    "multirange",
                    was.multirange().toString(),
                    now.multirange().toString(),
                    true);
        }
        telling.comment(kind(after), name, before.comment(), after.comment());
    }

    private void labels(String name, List<String> before, List<String> after) {
        Pairs<String> pairs = Pairs.of(before, after, UnaryOperator.identity());
        pairs.removed().forEach(label -> telling.removed("value", name + "." + label, "", true));
        pairs.added().forEach(label -> telling.added("value", name + "." + label, "", false));
        if (!before.stream()
                .filter(after::contains)
                .toList()
                .equals(after.stream().filter(before::contains).toList())) {
            telling.changed(
                    "enumeration", name, "order of values", String.join(", ", before), String.join(", ", after), true);
        }
    }

    private void domain(String name, Domain was, Domain now) {
        telling.changed(
                "domain",
                name,
                "type",
                was.base().spelled(),
                now.base().spelled(),
                !ColumnChanges.widens(was.base(), now.base()));
        telling.said(
                "domain",
                name,
                "not null",
                was.required(),
                now.required(),
                now.required(),
                now.required() ? "refuses null now" : "may be null now");
        telling.changed("domain", name, "default", was.defaulted(), now.defaulted(), false);
        telling.changed("domain", name, "collation", was.collation(), now.collation(), false);
        Pairs<Check> pairs = Pairs.of(was.checks(), now.checks(), Check::name);
        pairs.removed().forEach(one -> telling.removed("check", name + "." + one.name(), one.expression(), false));
        pairs.added().forEach(one -> telling.added("check", name + "." + one.name(), one.expression(), true));
        for (Pairs.Pair<Check> pair : pairs.both()) {
            String check = name + "." + pair.after().name();
            telling.changed(
                    "check",
                    check,
                    "condition",
                    pair.before().expression(),
                    pair.after().expression(),
                    true);
            telling.held(
                    "check",
                    check,
                    pair.before().validated(),
                    pair.after().validated(),
                    pair.before().enforced(),
                    pair.after().enforced());
            telling.comment(
                    "check", check, pair.before().comment(), pair.after().comment());
        }
    }

    private static String kind(UserType type) {
        if (type instanceof Enumeration) {
            return "enumeration";
        }
        if (type instanceof Domain) {
            return "domain";
        }
        return type instanceof Composite ? "composite type" : "range";
    }

    private static String what(UserType type) {
        if (type instanceof Enumeration one) {
            return String.join(", ", one.labels());
        }
        if (type instanceof Domain one) {
            return one.base().spelled();
        }
        return type instanceof Range one ? one.subtype().spelled() : "";
    }
}
