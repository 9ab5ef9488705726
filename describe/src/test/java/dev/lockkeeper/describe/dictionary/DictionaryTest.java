package dev.lockkeeper.describe.dictionary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.describe.Modeled;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Markdown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("DOC-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DictionaryTest {
    private static final String SHOP = """
            create schema shop; comment on schema shop is 'All that is sold.';
            create type shop.status as enum ('draft', 'placed');
            create table shop.customer (id bigint primary key, email text not null);
            comment on table shop.customer is 'Who buys.';
            create table shop."order" (
                id bigint primary key,
                customer_id bigint not null references shop.customer (id) on delete cascade,
                status shop.status not null default 'draft',
                placed_at timestamptz,
                total numeric(14,2) check (total >= 0),
                tax numeric generated always as (total * 0.19) stored,
                constraint placed_has_time check (status = 'draft' or placed_at is not null)
            );
            comment on table shop."order" is 'What a customer wants. Reserved word: always quote it.';
            comment on column shop."order".placed_at is 'When it was sent.';
            create index order_open on shop."order" (customer_id) where status = 'draft';
            """;

    private final Modeled server = new Modeled();
    private final Documented hostile = server.of(Modeled.HOSTILE);

    @AfterAll
    void close() {
        server.close();
    }

    private static SortedMap<String, String> markdown(Documented documented) {
        return new Dictionary("shop", documented, Labels.none()).markdown(Map.of());
    }

    @Test
    void a_table_is_told_of_on_one_page() {
        assertThat(markdown(server.of(SHOP)).get("shop/order.md")).isEqualTo(Markdown.MARK + """

                        # shop.order

                        What a customer wants. Reserved word: always quote it.

                        | Column | Type | Null | Default | Description |
                        |---|---|---|---|---|
                        | `id` 🔑 | `bigint` | no |  |  |
                        | `customer_id` → [shop.customer](customer.md) | `bigint` | no |  |  |
                        | `status` | [`shop.status`](types.md#status) | no | `'draft'::shop.status` |  |
                        | `placed_at` | `timestamp with time zone` | yes |  | When it was sent. |
                        | `total` | `numeric(14,2)` | yes |  |  |
                        | `tax` | `numeric` | yes | generated: `total * 0.19` |  |

                        ## Keys and rules

                        - **primary** `order_pkey` (`id`)
                        - **foreign** `order_customer_id_fkey` (`customer_id`) → [shop.customer](customer.md) (`id`), on delete CASCADE
                        - **check** `order_total_check`: `total >= (0)::numeric`
                        - **check** `placed_has_time`: `(status = 'draft'::shop.status) OR (placed_at IS NOT NULL)`

                        ## Indexes

                        - `order_open`: `btree (customer_id) WHERE (status = 'draft'::shop.status)`

                        ## Notes

                        <!-- notes -->
                        <!-- notes -->
                        """);
    }

    @Test
    void column_whose_older_rows_may_be_null_is_not_told_to_be_never_null() {
        String database = server.database("""
                create schema shop; create table shop.old (id bigint primary key, at text);
                insert into shop.old values (1, null);
                alter table shop.old add constraint at_given not null at not valid;
                """);
        assertThat(markdown(server.read(database)).get("shop/old.md")).contains("| `at` | `text` | in older rows |");
        server.run(database, "update shop.old set at = ''; alter table shop.old validate constraint at_given");
        assertThat(markdown(server.read(database)).get("shop/old.md")).contains("| `at` | `text` | no |");
    }

    @Test
    void article_fits_the_word_behind_it() {
        SortedMap<String, String> pages = markdown(server.of("""
                        create schema shop;
                        create domain shop.quantity as integer; create domain shop.label as text;
                        create aggregate shop.total(integer) (sfunc = int4pl, stype = integer);
                        create function shop.one() returns integer language sql return 1;
                        """));
        assertThat(pages.get("shop/types.md")).contains("\nAn `integer`", "\nA `text`");
        assertThat(pages.get("shop/routines.md")).contains("\nAn aggregate in", "\nA function in");
    }

    @Test
    void adding_a_column_changes_exactly_one_line() {
        String database = server.database(SHOP);
        SortedMap<String, String> before = markdown(server.read(database));
        server.run(
                database, "alter table shop.\"order\" add note text; comment on column shop.\"order\".note is 'More.'");
        SortedMap<String, String> after = markdown(server.read(database));
        assertThat(after.keySet()).isEqualTo(before.keySet());
        List<String> changed = after.keySet().stream()
                .filter(path -> !requireNonNull(after.get(path)).equals(before.get(path)))
                .toList();
        assertThat(changed).containsExactly("shop/order.md");
        List<String> lines = new ArrayList<>(
                requireNonNull(after.get("shop/order.md")).lines().toList());
        assertThat(lines.remove("| `note` | `text` | yes |  | More. |")).isTrue();
        assertThat(lines)
                .isEqualTo(requireNonNull(before.get("shop/order.md")).lines().toList());
    }

    @Test
    void another_owner_another_order_and_another_partition_change_nothing() {
        String table = """
                create table app.b (id int, at date not null) partition by range (at);
                create policy own on app.b to current_user using (true);
                """;
        String first = server.database("create schema app; create table app.a (id int); " + table);
        String second = server.database("create schema app; create role another superuser; set role another; " + table
                + "create table app.a (id int); create table app.b_1 partition of app.b for values from ('2026-01-01') to"
                + " ('2026-02-01');");
        assertThat(markdown(server.read(second))).isEqualTo(markdown(server.read(first)));
    }

    @Test
    void every_link_leads_to_a_page_and_every_anchor_is_there() {
        SortedMap<String, String> pages = markdown(hostile);
        Parser parser =
                Parser.builder().extensions(List.of(TablesExtension.create())).build();
        AtomicInteger followed = new AtomicInteger();
        pages.forEach((path, text) -> parser.parse(text).accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                String[] parts = link.getDestination().split("#", -1);
                String target = parts[0].isEmpty()
                        ? path
                        : Path.of(path).resolveSibling(parts[0]).normalize().toString();
                assertThat(pages).containsKey(target);
                if (parts.length > 1) {
                    assertThat(pages.get(target))
                            .containsAnyOf(
                                    "<a id=\"" + parts[1] + "\"></a>",
                                    "\n## " + parts[1] + "\n",
                                    "\n## " + parts[1] + "()\n");
                }
                followed.incrementAndGet();
            }
        }));
        assertThat(followed.get()).isGreaterThan(25);
    }

    @Test
    void every_table_has_a_page_and_every_column_a_row_whatever_they_are_called() {
        SortedMap<String, String> pages = markdown(hostile);
        for (Relation table : hostile.model().relations()) {
            if (Places.hasOwnPage(table)) {
                List<String> lines = requireNonNull(pages.get(Places.table(table.name())))
                        .lines()
                        .toList();
                int rule = lines.indexOf("|---|---|---|---|---|");
                List<String> rows =
                        lines.subList(rule + 1, rule + 1 + table.columns().size());
                for (int i = 0; i < rows.size(); i++) {
                    Column column = table.columns().get(i);
                    assertThat(rows.get(i)).startsWith("| `");
                    assertThat(lines.get(rule + 1 + rows.size())).isEmpty();
                    assertThat(rows.get(i)).contains(column.type().spelled().replaceFirst("[.].*", ""));
                }
            }
        }
        assertThat(pages)
                .containsKeys(
                        "~2e~~2e~/~2e~~2e~.md",
                        "S~2f~1~20~~3c~b~3e~~1/a~2f~b.md",
                        "app/con~0.md",
                        "app/CON~7.md",
                        "app/types~0.md",
                        "app/types.md");
    }

    @Test
    void notes_that_people_have_written_are_kept() {
        SortedMap<String, String> pages = new Dictionary("shop", server.of(SHOP), Labels.none())
                .markdown(Map.of("shop/order.md", "Ask *sales* first.\n", "README.md", "Start at order.\n"));
        assertThat(pages.get("shop/order.md"))
                .endsWith("\n## Notes\n\n<!-- notes -->\nAsk *sales* first.\n<!-- notes -->\n");
        assertThat(pages.get("README.md")).endsWith("<!-- notes -->\nStart at order.\n<!-- notes -->\n");
        assertThat(Notes.in("x", requireNonNull(pages.get("shop/order.md")))).isEqualTo("Ask *sales* first.\n");
    }

    @Test
    void what_people_have_decided_stands_beside_what_the_catalogs_know() {
        Labels labels = new Labels() {
            @Override
            public boolean isEmpty() {
                return false;
            }

            @Override
            public Optional<String> owner(ObjectName table) {
                return Optional.of("sales").filter(owner -> table.name().equals("order"));
            }

            @Override
            public Optional<String> keep(ObjectName table) {
                return Optional.of("3650 days after placed_at")
                        .filter(keep -> table.name().equals("order"));
            }

            @Override
            public Optional<String> classOf(ColumnName column) {
                return Optional.of("confidential")
                        .filter(name -> column.column().equals("total"));
            }
        };
        String page = new Dictionary("shop", server.of(SHOP), labels)
                .markdown(Map.of())
                .get("shop/order.md");
        assertThat(page)
                .contains(
                        "`owner: sales` · `keep: 3650 days after placed_at`\n",
                        "| Column | Type | Null | Default | Class | Description |",
                        "| `total` | `numeric(14,2)` | yes |  | confidential |  |",
                        "| `placed_at` | `timestamp with time zone` | yes |  |  | When it was sent. |");
    }

    @Test
    void the_page_of_html_is_whole_and_runs_nothing_but_its_own_script() throws Exception {
        String html = new Dictionary("sh<o>p", hostile, Labels.none()).html(Map.of("app/con~0.md", "<b>note</b>"));
        assertThat(html)
                .contains("<title>sh&lt;o&gt;p</title>", "&lt;b&gt;note&lt;/b&gt;", "<svg ", "Referenced by")
                .doesNotContain("<script>alert", "<img")
                .doesNotContainPattern("<[^>]* src=")
                .doesNotContainPattern("<[^>]* on[a-z]+=")
                .doesNotContainPattern("(?:href|url)[=(]\"?'?http");
        Matcher script = Pattern.compile("(?s)<script>(.*?)</script>").matcher(html);
        assertThat(script.find()).isTrue();
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(script.group(1).getBytes(StandardCharsets.UTF_8)));
        assertThat(script.find()).isFalse();
        assertThat(html).contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + digest + "'");
        String marks = html.substring(0, html.indexOf("<script>"));
        Set<String> ids = new HashSet<>();
        Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(marks);
        while (id.find()) {
            assertThat(ids.add(id.group(1))).as("twice: " + id.group(1)).isTrue();
        }
        Matcher link = Pattern.compile("href=\"#([^\"]*)\"").matcher(marks);
        int links = 0;
        while (link.find()) {
            assertThat(ids).contains(link.group(1));
            links++;
        }
        assertThat(links).isGreaterThan(30);
    }

    @Test
    void comments_are_counted_and_the_missing_ones_named() {
        Coverage coverage = Coverage.of(server.of(SHOP));
        assertThat(coverage.missing())
                .contains("column shop.order.id", "type shop.status", "column shop.customer.email")
                .doesNotContain("schema shop", "table shop.order", "column shop.order.placed_at");
        assertThat(coverage.all()).isEqualTo(12);
        assertThat(coverage.commented()).isEqualTo(4);
        assertThat(coverage.percent()).isEqualTo(33);
        assertThat(new Coverage(199, List.of("one")).percent()).isEqualTo(99);
        assertThat(new Coverage(0, List.of()).percent()).isEqualTo(100);
    }
}
