package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CustomSettingsTest {
    @Test
    void what_lies_too_deep_to_be_read_may_be_anything() {
        assertThat(in(nested(7)).names()).containsExactly("deep.est");
        assertThat(in(nested(8)))
                .isEqualTo(new CustomSettings(Set.of(), false, true))
                .isNotEqualTo(in(nested(7)));
    }

    @Test
    void a_body_that_is_read_to_its_end_hides_nothing() {
        assertThat(in("do $a$ begin perform $b$ set work_mem = 1 $b$; end $a$").mayLeaveHiddenState())
                .isFalse();
    }

    @Test
    void a_name_without_a_class_is_made_up_by_nobody() {
        assertThat(in("select set_config('.b', '1', false)").names()).isEmpty();
        assertThat(in("select set_config('A.b', '1', false)").names()).containsExactly("a.b");
    }

    private static CustomSettings in(String sql) {
        return CustomSettings.in(Splitter.split(sql));
    }

    private static String nested(int depth) {
        String text = "set deep.est = 1";
        for (int i = 0; i < depth; i++) {
            text = "do $q" + i + "$ " + text + " $q" + i + "$";
        }
        return text;
    }
}
