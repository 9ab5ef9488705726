package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.sql.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** CP06. Row security is CP07. What is taken from a role that another role gave it, is not seen: the row is only missing. */
public final class ChangePrivileges implements Rule {
    private static final Set<String> OWNERS = Set.of("relowner", "proowner", "nspowner", "typowner", "datdba");
    private static final List<String> POWERS = List.of(
            "rolsuper",
            "rolbypassrls",
            "rolcreaterole",
            "rolcreatedb",
            "rolreplication",
            "rolcanlogin",
            "rolinherit",
            "roleid");
    private static final Set<String> STRONG = Set.of("rolsuper", "rolbypassrls", "rolcreaterole", "rolreplication");

    private static final Set<String> MADE = Set.of(
            "function", "procedure", "aggregate", "type", "domain", "sequence", "schema", "role", "user", "group");
    /** What may stand between ON and a name. */
    private static final Set<String> KINDS = Set.of(
            "table",
            "sequence",
            "function",
            "procedure",
            "routine",
            "schema",
            "type",
            "domain",
            "database",
            "language",
            "large",
            "object",
            "foreign",
            "data",
            "wrapper",
            "server",
            "tablespace",
            "parameter");

    @Override
    public RuleText text() {
        return new RuleText(
                "CP06",
                "who may do what changes",
                Severity.WARNING,
                """
                Rights that are given are easily more than was meant, and nobody complains of these; rights that are taken, an owner \
                that changes and a function that runs as its owner are noticed by the program that fails, or that no longer should have worked.""",
                "let somebody review it who knows the roles",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "grant select on t to public;",
                                "create table n (id bigint); grant select on n to public;"),
                        new RuleText.Example(
                                "create function f() returns int language sql as 'select 1';",
                                "revoke execute on function f() from public;",
                                "create or replace function f() returns int language sql as 'select 2';"),
                        new RuleText.Example(
                                "create function f() returns int language sql as 'select 1';",
                                "alter function f() security definer;",
                                "alter function f() stable;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "alter default privileges grant select on tables to public;",
                                "alter table t set (fillfactor = 90);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            for (Effect one : done.seen().effects()) {
                if (one.type().equals("default acl")) {
                    findings.add(
                            done.place(), one.object(), "what is made later has other privileges: " + one.object());
                } else if (one.type().equals("role")) {
                    role(done, one, findings);
                } else if (one.change() == Effect.Change.CHANGED
                        && one.old()
                        && done.existed(one.object())
                        && !one.type().equals("index")
                        // it goes with its table
                        && !(one.type().equals("sequence") && one.table() != null)
                        && !one.was().values().isEmpty()) {
                    object(done, one, findings);
                }
            }
        }
    }

    private static void object(Done done, Effect one, Findings findings) {
        List<String> told = new ArrayList<>();
        Set<String> columns = new TreeSet<>(one.was().values().keySet());
        columns.addAll(one.now().values().keySet());
        for (String column : columns) {
            String was = one.was().get(column);
            String now = one.now().get(column);
            if (column.endsWith("acl")) {
                PrivilegeList before = PrivilegeList.of(column, was);
                PrivilegeList after = PrivilegeList.of(column, now);
                after.without(before).forEach(more -> told.add("given to " + more));
                before.without(after).forEach(less -> told.add("taken from " + less));
            } else if (OWNERS.contains(column) && !String.valueOf(was).equals(now)) {
                told.add("it belongs to another role");
            } else if (column.equals("prosecdef") && "true".equals(now) && "false".equals(was)) {
                told.add("it runs with the rights of its owner");
            }
        }
        if (!told.isEmpty()) {
            findings.add(done.place(), one.object(), one.object() + ": " + String.join("; ", told));
        }
    }

    private static void role(Done done, Effect role, Findings findings) {
        boolean strong =
                role.change() == Effect.Change.CREATED && STRONG.stream().anyMatch(role.now()::is);
        boolean changed = role.change() == Effect.Change.CHANGED
                && role.old()
                && POWERS.stream()
                        .anyMatch(power -> !String.valueOf(role.was().get(power))
                                .equals(String.valueOf(role.now().get(power))));
        if (strong || changed || (role.change() == Effect.Change.DROPPED && role.old())) {
            findings.add(
                    done.place(),
                    role.object(),
                    strong
                            ? role.object() + " may do nearly everything"
                            : role.object() + (changed ? " may do other things than before" : " is dropped"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            if (clause.begins("create")) {
                made.addAll(made(clause));
            } else if (clause.begins("alter", "default", "privileges")) {
                findings.add(clause.place(), null, "what is made later has other privileges");
            } else if (clause.begins("grant") || clause.begins("revoke")) {
                List<String> old = granted(clause).stream()
                        .filter(name -> !made.contains(name) && !clause.isNew(name))
                        .toList();
                if (!old.isEmpty()) {
                    findings.add(clause.place(), old.get(0), "who may do what with " + old.get(0) + " changes");
                }
            } else if (clause.actions().stream().anyMatch(action -> sql.isPhrase(action, "owner", "to"))) {
                clause.oldTable()
                        .ifPresent(table ->
                                findings.add(clause.place(), table, table + " belongs to another role from now on"));
            }
        }
    }

    /** What CREATE makes that is no table: the name behind the last word of its kind. */
    private static List<String> made(Clause clause) {
        Reading sql = clause.reading();
        int at = 1;
        while (at < 5 && !MADE.contains(sql.word(at))) {
            at++;
        }
        return MADE.contains(sql.word(at)) ? List.of(clause.name(clause.afterOptions(at + 1))) : List.of();
    }

    /** The objects of GRANT and REVOKE, or the roles. */
    private static List<String> granted(Clause clause) {
        Reading sql = clause.reading();
        int at = 1;
        while (at < sql.size()
                && !sql.word(at).equals("on")
                && !sql.word(at).equals("to")
                && !sql.word(at).equals("from")) {
            at++;
        }
        if (!sql.word(at).equals("on")) {
            return clause.names(1);
        }
        at++;
        if (sql.word(at).equals("all")) {
            // which of them are old only the server knows
            return List.of();
        }
        while (KINDS.contains(sql.word(at)) && !sql.name(at + 1).isEmpty()) {
            at++;
        }
        List<String> names = new ArrayList<>();
        while (!sql.name(at).isEmpty()) {
            names.add(clause.name(at));
            at = sql.afterName(at);
            at = sql.isOpen(at) ? sql.afterParentheses(at) : at;
            if (!sql.text(at).equals(",")) {
                break;
            }
            at++;
        }
        return names;
    }
}
