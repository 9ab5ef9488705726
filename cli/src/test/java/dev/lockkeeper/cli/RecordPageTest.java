package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/record.md describes every table and column of the record, and nothing else. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-01")
class RecordPageTest {
    @Test
    void every_column_has_a_row_with_its_type_and_says_whether_it_may_be_null(Desk desk) {
        desk.project().run("apply");
        List<String> made =
                desk.rows("select format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, null), case"
                        + " when not a.attnotnull then ' null' end) from pg_class c join pg_attribute a on a.attrelid = c.oid and"
                        + " a.attnum > 0 and not a.attisdropped where c.relnamespace = 'lockkeeper'::regnamespace and c.relkind = 'r'"
                        + " order by c.relname, a.attnum");
        assertThat(described()).containsExactlyInAnyOrderElementsOf(made);
    }

    private static List<String> described() {
        List<String> described = new ArrayList<>();
        String table = "";
        for (String line : Document.named("docs/record.md").lines()) {
            if (line.startsWith("#")) {
                table = line.startsWith("### ") ? line.substring(4) : "";
            } else if (!table.isEmpty() && line.startsWith("| `")) {
                String[] cells = line.replace("`", "").split(" *\\| *", -1);
                described.add(
                        table + "." + cells[1] + " " + cells[2] + (cells[3].matches(".*\\bnull\\b.*") ? " null" : ""));
            }
        }
        return described;
    }

    @Test
    void every_table_is_in_the_overview(Desk desk) {
        desk.project().run("apply");
        String page = String.join("\n", Document.named("docs/record.md").lines());
        assertThat(
                        desk.rows(
                                "select relname from pg_class where relnamespace = 'lockkeeper'::regnamespace and relkind = 'r'"))
                .hasSize(8)
                .allMatch(table -> page.contains("\n| `" + table + "` | "));
    }
}
