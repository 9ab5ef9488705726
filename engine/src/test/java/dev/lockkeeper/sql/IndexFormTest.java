package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndexFormTest {
    @Test
    void an_index_is_described_in_the_words_of_its_command() {
        assertThat(new IndexForm(false, "btree", 1, 1, false, false)).hasToString("btree index of 1 key");
        assertThat(new IndexForm(true, "btree", 2, 4, true, true))
                .hasToString("unique btree index of 2 keys and 2 included, nulls not distinct, partial");
    }
}
