package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes models without a server. */
final class Drawn {
    private final Map<ObjectName, Draft> drafts = new LinkedHashMap<>();
    private final List<UserType> types = new ArrayList<>();

    /** A table that is being described. */
    static final class Draft {
        private final ObjectName name;
        private final List<Column> columns = new ArrayList<>();
        private final List<Key> keys = new ArrayList<>();
        private final List<ForeignKey> foreignKeys = new ArrayList<>();
        private final List<ObjectName> parents = new ArrayList<>();
        private Relation.Kind kind = Relation.Kind.TABLE;
        private @Nullable String comment;
        private int partitions = -1;
        private boolean secured;

        private Draft(ObjectName name) {
            this.name = name;
        }

        Draft column(String column, String type) {
            return column(column, type, true);
        }

        Draft column(String column, String type, boolean required) {
            TypeRef ref = new TypeRef(new ObjectName("pg_catalog", type), type, false, -1);
            columns.add(new Column(
                    columns.size() + 1,
                    column,
                    ref,
                    required,
                    null,
                    Column.Making.GIVEN,
                    null,
                    null,
                    List.of(),
                    List.of()));
            return this;
        }

        /** Of a domain. */
        Draft column(String column, ObjectName domain) {
            columns.add(new Column(
                    columns.size() + 1,
                    column,
                    new TypeRef(domain, domain.toString(), false, -1),
                    false,
                    null,
                    Column.Making.GIVEN,
                    null,
                    null,
                    List.of(),
                    List.of()));
            return this;
        }

        Draft generated(String column, String type, String expression) {
            TypeRef ref = new TypeRef(new ObjectName("pg_catalog", type), type, false, -1);
            columns.add(new Column(
                    columns.size() + 1,
                    column,
                    ref,
                    true,
                    expression,
                    Column.Making.GENERATED_STORED,
                    null,
                    "made of others",
                    List.of(),
                    List.of()));
            return this;
        }

        Draft primary(String... names) {
            keys.add(new Key(name.name() + "_pkey", true, List.of(names), true, false, "", null));
            return this;
        }

        Draft unique(String... names) {
            keys.add(new Key(name.name() + "_" + names[0] + "_key", false, List.of(names), true, false, "", null));
            return this;
        }

        Draft refers(ObjectName target, List<String> from, List<String> to, String onDelete, boolean held) {
            return refers(target, from, to, onDelete, held, "");
        }

        Draft refers(
                ObjectName target,
                List<String> from,
                List<String> to,
                String onDelete,
                boolean held,
                String definition) {
            foreignKeys.add(new ForeignKey(
                    name.name() + "_" + String.join("_", from) + "_fkey",
                    from,
                    target,
                    to,
                    onDelete,
                    "NO ACTION",
                    false,
                    held,
                    held,
                    definition,
                    null));
            return this;
        }

        /** A key of one column to {@code id}. */
        Draft refers(ObjectName target, String column) {
            return refers(target, List.of(column), List.of("id"), "NO ACTION", true);
        }

        Draft inherits(ObjectName parent) {
            parents.add(parent);
            return this;
        }

        Draft partitioned(int number) {
            partitions = number;
            return this;
        }

        Draft secured() {
            secured = true;
            return this;
        }

        Draft remote() {
            kind = Relation.Kind.FOREIGN_TABLE;
            return this;
        }

        Draft says(String text) {
            comment = text;
            return this;
        }

        private Relation table() {
            return new Relation(
                    name,
                    kind,
                    "owner",
                    comment,
                    true,
                    parents,
                    partitions < 0 ? null : new Partitioning("RANGE", "id", List.of("id"), partitions),
                    null,
                    List.of(),
                    secured,
                    false,
                    null,
                    List.of(),
                    "DEFAULT",
                    columns,
                    keys,
                    foreignKeys,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());
        }
    }

    static ObjectName name(String schema, String table) {
        return new ObjectName(schema, table);
    }

    Draft table(String schema, String table) {
        return drafts.computeIfAbsent(name(schema, table), Draft::new);
    }

    Drawn domain(ObjectName domain, ObjectName base, boolean required) {
        types.add(new UserType.Domain(
                domain, new TypeRef(base, base.toString(), false, -1), required, null, null, List.of(), null));
        return this;
    }

    Model model() {
        return new Model(
                List.of(),
                drafts.values().stream()
                        .map(Draft::table)
                        .sorted(Comparator.comparing(Relation::name))
                        .toList(),
                types,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Of 3 schemas, with everything that a picture has a sign for. */
    static Model small() {
        Drawn drawn = new Drawn();
        drawn.table("iam", "person")
                .column("id", "uuid")
                .column("email", "text")
                .column("born", "date", false)
                .primary("id")
                .unique("email")
                .secured()
                .says("Whoever may sign in.\nNobody is deleted.");
        drawn.table("sales", "order")
                .column("id", "bigint")
                .column("person_id", "uuid")
                .column("parent_id", "bigint", false)
                .column("placed_at", "timestamp with time zone")
                .generated("total", "numeric(12,2)", "net + tax")
                .primary("id")
                .refers(name("iam", "person"), "person_id")
                .refers(name("sales", "order"), "parent_id")
                .partitioned(12)
                .secured();
        drawn.table("sales", "line")
                .column("order_id", "bigint")
                .column("number", "integer")
                .column("item", "text")
                .primary("order_id", "number")
                .refers(name("sales", "order"), List.of("order_id"), List.of("id"), "CASCADE", true);
        drawn.table("sales", "refund")
                .column("order_id", "bigint")
                .column("number", "integer", false)
                .column("amount", "numeric(12,2)")
                .primary("order_id")
                .refers(
                        name("sales", "line"),
                        List.of("order_id", "number"),
                        List.of("order_id", "number"),
                        "SET NULL",
                        true)
                .refers(name("sales", "order"), List.of("order_id"), List.of("id"), "NO ACTION", false);
        drawn.table("ops", "event")
                .column("id", "bigint")
                .column("at", "timestamp with time zone")
                .primary("id");
        drawn.table("ops", "alarm").column("level", "smallint").inherits(name("ops", "event"));
        drawn.table("ops", "archive").column("line", "text").remote();
        return drawn.model();
    }

    private static final List<String> THINGS = List.of(
            "account",
            "address",
            "batch",
            "carrier",
            "claim",
            "contract",
            "customer",
            "delivery",
            "depot",
            "document",
            "driver",
            "event",
            "invoice",
            "item",
            "label",
            "ledger_entry",
            "manifest",
            "note",
            "order",
            "parcel",
            "payment",
            "price_list",
            "quote",
            "region",
            "return_request",
            "route",
            "scan",
            "shipment",
            "slot",
            "stop",
            "tariff",
            "task",
            "ticket",
            "tour",
            "tracking_point",
            "vehicle",
            "voucher",
            "warehouse",
            "zone_map",
            "user_preference");

    /**
     * Many tables of a tenant's business: composite keys, a hub, cycles, self-references, tables that stand alone; always the same for the
     * same numbers.
     */
    static Model large(int schemas, int tables) {
        return large(schemas, tables, 6);
    }

    static Model large(int schemas, int tables, int crossing) {
        Drawn drawn = new Drawn();
        Random random = new Random(7);
        ObjectName tenant = name("iam", "tenant");
        drawn.table("iam", "tenant")
                .column("id", "uuid")
                .column("name", "text")
                .primary("id")
                .secured();
        List<ObjectName> made = new ArrayList<>();
        for (int s = 0; s < schemas; s++) {
            String schema = List.of("billing", "sales", "logistics", "ops").get(s % 4) + (s < 4 ? "" : "_" + s / 4);
            int here = made.size();
            for (int t = 0; t < tables; t++) {
                ObjectName name = name(schema, THINGS.get((t + 11 * s) % THINGS.size()) + (t < 40 ? "" : "_" + t / 40));
                Draft table = drawn.table(schema, name.name());
                table.column("tenant_id", "uuid").column("id", "bigint").primary("tenant_id", "id");
                table.refers(tenant, List.of("tenant_id"), List.of("id"), "CASCADE", true);
                int keys = t % 9 == 8 ? 0 : 1 + random.nextInt(2);
                for (int k = 0; k < keys && made.size() > here; k++) {
                    ObjectName parent = random.nextInt(crossing) == 0
                            ? made.get(random.nextInt(made.size()))
                            : made.get(here + random.nextInt(made.size() - here));
                    String column = parent.name() + "_id" + (k == 0 ? "" : "_" + k);
                    table.column(column, "bigint", random.nextInt(3) > 0)
                            .refers(
                                    parent,
                                    List.of("tenant_id", column),
                                    List.of("tenant_id", "id"),
                                    random.nextInt(3) == 0 ? "CASCADE" : "NO ACTION",
                                    true);
                }
                if (t % 7 == 3) {
                    table.column("parent_id", "bigint", false)
                            .refers(
                                    name,
                                    List.of("tenant_id", "parent_id"),
                                    List.of("tenant_id", "id"),
                                    "SET NULL",
                                    true);
                }
                for (int c = 0; c < 3 + random.nextInt(9); c++) {
                    table.column(
                            "value_" + c,
                            List.of("text", "numeric(12,2)", "timestamp with time zone", "jsonb")
                                    .get(random.nextInt(4)),
                            random.nextBoolean());
                }
                if (t % 5 == 1) {
                    table.partitioned(12);
                }
                if (t % 2 == 0) {
                    table.secured();
                }
                made.add(name);
            }
            // the first refers to the last: a cycle
            drawn.table(schema, made.get(here).name())
                    .column("last_id", "bigint", false)
                    .refers(
                            made.get(made.size() - 1),
                            List.of("tenant_id", "last_id"),
                            List.of("tenant_id", "id"),
                            "NO ACTION",
                            true);
        }
        return drawn.model();
    }

    /** Names as strange as PostgreSQL takes them. */
    static final List<String> STRANGE = List.of(
            "a \"quoted\" <b>&amp;</b> | name",
            "Emoji \uD83D\uDE00\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
            "cafe\u0301 na\u0308me",
            "\u05E9\u05DC\u05D5\u05DD \u202Eesrever",
            "x".repeat(63),
            "line\nfeed\ttab\u0001",
            "'; -- ~~ **bold** {brace} [x] #34; %% `tick` \\n",
            "]]> --> */ \uFFFE",
            "select",
            " ",
            "\u30C6\u30FC\u30D6\u30EB\u540D",
            "--",
            "a.b",
            "__x__");

    /** Each strange name as a schema, a table, a column, a type and a comment, and keys between them in a ring. */
    static Model strange() {
        Drawn drawn = new Drawn();
        for (int i = 0; i < STRANGE.size(); i++) {
            String odd = STRANGE.get(i);
            String next = STRANGE.get((i + 1) % STRANGE.size());
            drawn.table(odd, odd)
                    .column(odd, odd)
                    .column("id", "bigint")
                    .primary(odd)
                    .says(odd)
                    .refers(name(next, next), List.of(odd), List.of(next), "CASCADE", true);
        }
        // one name, two tables: what is before the dot tells them apart
        drawn.table("a", "b.c").column("id", "int");
        drawn.table("a.b", "c").column("id", "int");
        return drawn.model();
    }
}
