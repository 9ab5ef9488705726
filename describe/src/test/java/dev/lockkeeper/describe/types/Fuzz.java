package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Described.Entity;
import dev.lockkeeper.describe.types.Described.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the schemas and the database about the same rows. Rows are made of values that nobody would think of, around rows that
 * are there already. What the database stores must be taken as a row, and as a new row when it is spelled as the database
 * spells it: a refusal then was of meaning. What the schemas take and the database does not belongs to one of the classes
 * that the documentation names.
 */
final class Fuzz {
    private static final String TRY = """
            create function pg_temp.try(relation text, casts text, docs text[])
            returns table (state text, named text, said text, stored text) language plpgsql as $$
            declare
                doc text;
                given text;
                typed text;
            begin
                foreach doc in array docs loop
                    begin
                        state := null; named := null; said := null; stored := null;
                        select string_agg(quote_ident(k), ', '), string_agg(quote_ident(k) || ' ' || format_type(atttypid, atttypmod), ', ')
                            into given, typed
                            from jsonb_object_keys(doc::jsonb) k
                            left join pg_attribute on attrelid = relation::regclass and attname = k;
                        if given is null then
                            execute format('insert into %1$s as q default values returning (select to_jsonb(_all_)::text from (select %2$s) _all_)',
                                relation, casts) into stored;
                        else
                            execute format('insert into %1$s as q (%2$s) select %2$s from jsonb_to_record($1) as r (%4$s)'
                                ' returning (select to_jsonb(_all_)::text from (select %3$s) _all_)', relation, given, casts, typed)
                                into stored using doc::jsonb;
                        end if;
                        raise exception using errcode = 'ZZ000';
                    exception when others then
                        get stacked diagnostics state = returned_sqlstate, named = constraint_name, said = message_text;
                        if state = 'ZZ000' then state := null; said := null; else stored := null; end if;
                    end;
                    return next;
                end loop;
            end $$""";

    private final Bench bench;
    private final Described described;
    private final Random random;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, String> examples = new TreeMap<>();

    Fuzz(Bench bench, long seed) {
        this.bench = bench;
        this.described = bench.described();
        this.random = new Random(seed);
    }

    /** What came of it: how often each class of answers was met, and one example of each. */
    record Outcome(Map<String, Integer> counts, Map<String, String> examples) {}

    private record Case(Entity entity, String doc, Map<String, String> given, Answer answer) {}

    private record Answer(
            @Nullable String state,
            String named,
            String said,
            @Nullable String stored) {}

    Outcome run(int trials, Path folder) throws IOException, SQLException {
        Output output = new Output(java.util.Set.of(Language.ZOD, Language.JSON_SCHEMA), Profile.JSON, "fuzz", "fuzz");
        Path project = Node.compiled(output.files(described), Language.ZOD, folder);
        Node.write(output.files(described), Language.JSON_SCHEMA, folder);
        ModuleNames names = new ModuleNames(described);
        List<Case> cases = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try (Connection connection = bench.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            statement.execute("set search_path = pg_catalog");
            statement.execute(TRY);
            List<Entity> tables = described.parts().stream()
                    .flatMap(part -> part.entities().stream())
                    .filter(entity -> entity.isWritten() && !entity.fields().isEmpty())
                    .toList();
            int weight = tables.stream().mapToInt(t -> t.fields().size()).sum();
            for (Entity table : tables) {
                int share = Math.max(20, trials * table.fields().size() / weight);
                for (Case one : cases(connection, table, share)) {
                    cases.add(one);
                    lines.add(names.file(table.name().schema()) + "\t"
                            + names.module(table.name().schema()) + "\t" + names.entity(table.name()) + "\t" + one.doc
                            + "\t" + (one.answer.stored == null ? "" : one.answer.stored));
                }
            }
        }
        Path file = Files.write(folder.resolve("cases.tsv"), lines);
        List<String> verdicts = Node.script("fuzz.mjs", project.toString(), file.toString())
                .lines()
                .toList();
        for (int i = 0; i < cases.size(); i++) {
            judge(cases.get(i), verdicts.get(i).split("\t", -1));
        }
        return new Outcome(counts, examples);
    }

    /** The select list with which the profile json reads a table. */
    static String casts(Described described, List<Field> fields) {
        return fields.stream()
                .map(field -> {
                    Shape bare = described.bare(field.shape());
                    Shape element = bare instanceof Shape.ListOf list ? described.bare(list.element()) : bare;
                    boolean number = element == Shape.Scalar.BIGINT || element instanceof Shape.Numeric;
                    String name = Term.text(new Term.Value(quoted(field.name()), Sort.of(Sort.Kind.TEXT)));
                    String cast = !number ? "" : bare.equals(element) ? "::text" : "::text[]";
                    return "q." + name + cast + " as " + name;
                })
                .collect(Collectors.joining(", "));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private List<Case> cases(Connection connection, Entity table, int count) throws SQLException {
        String casts = casts(described, table.fields());
        List<Map<String, String>> stored = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select k, v::text from (select row_number() over () as n, to_jsonb(_all_) as _row_ from (select "
                                + casts + " from " + table.name().quoted()
                                + " as q limit 20) _all_) r, jsonb_each(_row_) as e(k, v) order by n, k")) {
            Map<String, String> row = new LinkedHashMap<>();
            while (rows.next()) {
                if (row.containsKey(rows.getString(1))) {
                    stored.add(row);
                    row = new LinkedHashMap<>();
                }
                row.put(rows.getString(1), rows.getString(2));
            }
            stored.add(row);
        }
        List<String> hints = table.rules().stream()
                .flatMap(rule -> constants(rule.condition()).stream())
                .toList();
        Pools pools = new Pools(described, random, hints);
        List<Map<String, String>> given =
                Stream.generate(() -> row(table, stored, pools)).limit(count).toList();
        List<String> docs = given.stream().map(Documents::object).toList();
        List<Case> cases = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select * from pg_temp.try(?, ?, ?)")) {
            Array array = connection.createArrayOf("text", docs.toArray());
            statement.setString(1, table.name().quoted());
            statement.setString(2, casts);
            statement.setArray(3, array);
            try (ResultSet answers = statement.executeQuery()) {
                for (int i = 0; answers.next(); i++) {
                    cases.add(new Case(
                            table,
                            docs.get(i),
                            given.get(i),
                            new Answer(
                                    answers.getString(1),
                                    String.valueOf(answers.getString(2)),
                                    String.valueOf(answers.getString(3)),
                                    answers.getString(4))));
                }
            }
        }
        return cases;
    }

    private Map<String, String> row(Entity table, List<Map<String, String>> stored, Pools pools) {
        Map<String, String> base = stored.get(random.nextInt(stored.size()));
        Map<String, String> row = new LinkedHashMap<>();
        int changes = random.nextInt(4);
        List<Field> written = table.inserted();
        for (Field field : written) {
            String value = base.get(field.name());
            if (field.identity() != null && random.nextInt(8) > 0) {
                row.put(field.name(), pools.fresh(field.shape()));
            } else if (value != null && random.nextInt(40) > 0) {
                row.put(field.name(), value);
            } else if (value == null && random.nextInt(3) > 0) {
                row.put(field.name(), pools.value(field.shape()));
            }
        }
        for (int i = 0; i < changes && !written.isEmpty(); i++) {
            Field field = written.get(random.nextInt(written.size()));
            row.put(field.name(), pools.value(field.shape()));
        }
        if (random.nextInt(60) == 0) {
            row.put("no such column", "1");
        }
        return row;
    }

    static List<String> constants(Term term) {
        if (term instanceof Term.Constant constant) {
            return constant.text() == null ? List.of() : List.of(constant.text());
        } else if (term instanceof Term.Several several) {
            return several.items().stream()
                    .flatMap(item -> constants(item).stream())
                    .toList();
        } else if (term instanceof Term.Call call) {
            return call.arguments().stream()
                    .flatMap(item -> constants(item).stream())
                    .toList();
        }
        return List.of();
    }

    /** @param verdict whether the new row, the stored row and the stored row as a new one are taken, and why not */
    private void judge(Case one, String[] verdict) {
        boolean taken = verdict[0].equals("1");
        boolean stored = one.answer.stored != null;
        count(taken ? stored ? "both accept" : "false accept" : stored ? "false reject" : "both reject");
        // ajv passes over a property of this name
        boolean known = !(one.doc + one.answer.stored).contains("__proto__");
        if (known && ((taken && !verdict[3].equals("1")) || (stored && !(verdict[4] + verdict[5]).equals("11")))) {
            note("JSON SCHEMA refuses what the others take", one, verdict);
        }
        if (!taken) {
            count(verdict[3].equals("1") ? "JSON Schema takes what Zod refuses" : "JSON Schema refuses too");
        }
        boolean nested = stored
                && one.entity.inserted().stream()
                        .anyMatch(f -> described.bare(f.shape()) instanceof Shape.ListOf
                                && one.given.getOrDefault(f.name(), "").matches("\\[(null, *)*\\[.*"));
        if (nested && !verdict[1].equals("1")) {
            note("refuses: an array of several dimensions", one, verdict);
            return;
        }
        if (stored && !verdict[1].equals("1")) {
            note("ROW FAILURE", one, verdict);
        }
        if (stored && !verdict[2].equals("1")) {
            note("FALSE REJECT OF MEANING", one, verdict);
        } else if (stored && !taken) {
            note("spelling", one, verdict);
        }
        if (taken && !stored) {
            note(
                    "accepts: "
                            + FalseAccept.of(
                                    described,
                                    one.entity,
                                    one.given,
                                    one.answer.state,
                                    one.answer.named,
                                    one.answer.said),
                    one,
                    verdict);
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void note(String what, Case one, String[] verdict) {
        count(what);
        examples.putIfAbsent(
                what,
                one.entity.name() + " " + one.doc + "\n    stored " + one.answer.stored + "\n    server "
                        + one.answer.state + " " + one.answer.named + " " + one.answer.said + "\n    schemas "
                        + String.join(" | ", verdict));
    }
}
