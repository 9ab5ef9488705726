package dev.lockkeeper.catalog.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectNameTest {
    @Test
    void name_is_meant_as_it_is_shown_and_with_quotes_needed_or_not() {
        ObjectName order = new ObjectName("app", "order");
        assertThat(order.isMeantBy("app.order")).isTrue();
        assertThat(order.isMeantBy("app.\"order\"")).isTrue();
        assertThat(order.isMeantBy("\"app\".order")).isTrue();
        assertThat(order.isMeantBy("\"app\".\"order\"")).isTrue();
        assertThat(order.isMeantBy("app.Order")).isFalse();
        assertThat(order.isMeantBy("order")).isFalse();
        assertThat(order.isMeantBy("app.\"order")).isFalse();
        ObjectName strange = new ObjectName("a.b", "t\"x");
        assertThat(strange.isMeantBy("\"a.b\".\"t\"\"x\"")).isTrue();
        assertThat(strange.isMeantBy("a.b.t\"x")).isTrue();
        assertThat(new ObjectName("a", "b.t\"x").isMeantBy("\"a.b\".\"t\"\"x\""))
                .isFalse();
    }

    @Test
    void what_is_no_name_with_a_schema_is_none() {
        assertThat(ObjectName.written("a.b")).contains(new ObjectName("a", "b"));
        assertThat(ObjectName.written("a.Gift Card")).contains(new ObjectName("a", "Gift Card"));
        for (String text : new String[] {"", "a", "a.", ".b", "a.b.c", "\"a.b", "\"a\"b.c", "\"\".b"}) {
            assertThat(ObjectName.written(text)).as(text).isEmpty();
        }
    }
}
