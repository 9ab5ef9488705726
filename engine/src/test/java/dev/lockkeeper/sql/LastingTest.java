package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.source.Script;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RUN-07")
class LastingTest {
    private static List<String> of(String sql) {
        return Lasting.of(Script.of("f.sql", sql).commands().statements().get(0));
    }

    @Test
    void what_no_rollback_takes_back_is_told_once() {
        assertThat(of("select setval('s', 1), pg_catalog.nextval('s')")).containsExactly("moves a sequence");
        assertThat(of("SELECT \"lo_export\"(1, '/tmp/x')")).containsExactly("writes a file of the server");
        assertThat(of("do $$ begin perform dblink_exec('x', 'y'); end $$")).containsExactly("works in another session");
        assertThat(of("copy t to '/tmp/x'")).containsExactly("writes a file of the server");
        assertThat(of("copy (select a from t) to program 'cat'")).containsExactly("runs a program on the server");
        assertThat(of("copy t from program 'cat'")).containsExactly("runs a program on the server");
    }

    @Test
    void what_is_only_made_or_called_alike_is_nothing() {
        assertThat(of("create table t (id int default nextval('s'))")).isEmpty();
        assertThat(of("select my_setval (1), setval_of(2)")).isEmpty();
        assertThat(of("copy t from '/tmp/x'")).isEmpty();
        assertThat(of("update t set a = 1")).isEmpty();
    }
}
