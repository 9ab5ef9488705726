package dev.lockkeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {
    @Test
    void items_are_read_as_the_server_prints_them() {
        assertThat(Privileges.items("ann=r*w/bob\n=U/bob\n\"a=b\"=Q/\"x/y\"\nnonsense"))
                .containsExactly(
                        new Privileges.Item("ann", List.of("select", "update"), true),
                        new Privileges.Item("", List.of("usage"), false),
                        new Privileges.Item("\"a=b\"", List.of("Q"), false));
        assertThat(Privileges.items("=U/bob").get(0).role()).isEqualTo("public");
        assertThat(Privileges.items("ann=U/bob").get(0).role()).isEqualTo("ann");
        assertThat(Privileges.items(null)).isEmpty();
        assertThat(Privileges.items("none")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
            null         | ann=r/bob    | default
            none         | ann=r/bob    | none
            ann=r/bob    | ann=r/bob    | none
            ann=r/bob    | null         | select to ann
            =X/bob       | none         | execute to public
            ann=rw/bob   | ann=r/bob    | select, update to ann
            ann=r*w*/bob | none         | select, update to ann with grant option
            ann=r*w/bob  | none         | ann=r*w/bob
            odd          | none         | odd
            """)
    void what_one_list_has_and_another_has_not_is_told_in_words(String own, String other, String told) {
        assertThat(Privileges.apart(own, other)).isEqualTo(told);
    }

    @Test
    void several_roles_are_told_one_after_the_other() {
        assertThat(Privileges.apart("ann=r/bob\nbob=w/bob\ncid=a/bob", "bob=w/bob"))
                .isEqualTo("select to ann; insert to cid");
    }
}
