package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Naming;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** FN04. It looks where a project asks for it, at names that a migration gives. Names that the server has cut to 63 bytes are left alone. */
public final class ObjectName implements Rule {
    private static final int LONGEST = 63;
    private static final Map<String, Naming.Kind> CONSTRAINTS = Map.of(
            "p", Naming.Kind.PRIMARY_KEY,
            "u", Naming.Kind.UNIQUE,
            "f", Naming.Kind.FOREIGN_KEY,
            "c", Naming.Kind.CHECK,
            "x", Naming.Kind.EXCLUSION);
    private static final Map<String, Naming.Kind> KINDS = Map.of(
            "table", Naming.Kind.TABLE,
            "table column", Naming.Kind.COLUMN,
            "index", Naming.Kind.INDEX,
            "sequence", Naming.Kind.SEQUENCE,
            "trigger", Naming.Kind.TRIGGER,
            "view", Naming.Kind.VIEW,
            "materialized view", Naming.Kind.VIEW,
            "function", Naming.Kind.FUNCTION,
            "type", Naming.Kind.TYPE);

    private final Naming naming;

    public ObjectName(Naming naming) {
        this.naming = naming;
    }

    @Override
    public RuleText text() {
        return new RuleText(
                "FN04",
                "object not named as the project wants it",
                Severity.NOTE,
                """
                Where names follow a pattern, an error message or a plan that names an index or a constraint tells at once of which table and column it is. The \
                patterns are regular expressions, one for each kind, in which <table>, <columns> and <references> stand for the names.""",
                "rename it while only this migration knows it",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint primary key, a int);",
                                "create index concurrently fast on t (a);",
                                "create index concurrently t_a_idx on t (a);"),
                        new RuleText.Example(
                                "",
                                "create table \"Orders\" (id bigint primary key, \"Name\" text);",
                                "create table orders (id bigint primary key, name text check (name <> ''));")));
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> constraints = done.effects(Effect.Change.CREATED, "table constraint")
                    .map(one -> one.table() + " " + one.now().get("conname"))
                    .collect(Collectors.toSet());
            done.seen().effects().stream()
                    .filter(one -> one.change() == Effect.Change.CREATED || one.change() == Effect.Change.RENAMED)
                    .filter(one -> !one.now().is("relispartition") || one.type().equals("table"))
                    .filter(one -> !(one.type().equals("index")
                            && constraints.contains(
                                    one.table() + " " + one.now().get("relname"))))
                    .forEach(one -> judge(migration, done, one, findings));
        }
        for (NewColumn column : NewColumn.in(migration)) {
            judge(column.done(), Naming.Kind.COLUMN, column.part().name(), column.name(), column.part(), findings);
        }
    }

    private void judge(Rehearsed migration, Done done, Effect one, Findings findings) {
        Naming.Kind kind = one.type().equals("table constraint")
                ? CONSTRAINTS.get(String.valueOf(one.now().get("contype")))
                : KINDS.get(one.type());
        String name = Taken.name(one.now());
        if (kind != null && kind != Naming.Kind.COLUMN && !name.isEmpty()) {
            Part part = Stream.of(Part.Kind.INDEX, Part.Kind.CONSTRAINT)
                    .filter(of -> of == Part.Kind.INDEX
                            ? one.type().equals("index")
                            : one.type().equals("table constraint"))
                    .flatMap(of -> migration.parts(of, String.valueOf(one.table())))
                    .filter(found -> found.name().equals(name))
                    .findFirst()
                    .orElse(null);
            judge(done, kind, name, one.object(), part, findings);
        }
    }

    private void judge(
            Done done, Naming.Kind kind, String name, String object, @Nullable Part part, Findings findings) {
        String table = part == null ? null : Meant.bare(part.table());
        String columns = part == null ? null : part.traits().get("columns");
        String references = part == null ? null : part.traits().get("references");
        boolean cut = name.getBytes(StandardCharsets.UTF_8).length >= LONGEST;
        if (!cut && !naming.fits(kind, name, table, columns, references == null ? null : Meant.bare(references))) {
            findings.add(
                    done.place(),
                    object,
                    "the name of the " + kind.key() + " " + object + " does not fit " + naming.pattern(kind));
        }
    }
}
