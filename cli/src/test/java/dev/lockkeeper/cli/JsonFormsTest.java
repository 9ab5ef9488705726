package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** The schema of the forms says what it should; that commands keep to it is looked at wherever a test asks for JSON. */
@Tag("USE-02")
class JsonFormsTest {
    private static final String VERSION =
            "{\"schema\":\"lockkeeper/version/v1\",\"version\":\"1\",\"java\":\"17\",\"warnings\":[]%s}";

    @Test
    void field_that_is_added_later_disturbs_no_user_and_is_noticed_here() {
        String text = VERSION.formatted(",\"more\":1");
        assertThat(JsonForms.openly(new ObjectMapper().readTree(text))).isEmpty();
        assertThatThrownBy(() -> JsonForms.check(text)).hasMessageContaining("more");
        JsonForms.check(VERSION.formatted(""));
    }

    @Test
    void form_that_nobody_describes_and_field_of_another_type_are_refused() {
        ObjectMapper mapper = new ObjectMapper();
        assertThat(JsonForms.openly(mapper.readTree("{\"schema\":\"lockkeeper/other/v1\"}")))
                .isNotEmpty();
        assertThat(JsonForms.openly(mapper.readTree(VERSION.formatted("").replace("\"17\"", "17"))))
                .isNotEmpty();
    }
}
