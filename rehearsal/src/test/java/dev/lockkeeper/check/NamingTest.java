package dev.lockkeeper.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PROOF-04")
class NamingTest {
    @Test
    void time_in_a_file_name_must_be_one() {
        assertThat(Naming.USUAL.isFile("202601312359_add_orders")).isTrue();
        assertThat(Naming.USUAL.isFile("202613312359_add_orders")).isFalse();
        assertThat(Naming.USUAL.isFile("202601312459_add_orders")).isFalse();
        assertThat(Naming.USUAL.isFile("202601312359_Add")).isFalse();
        assertThat(Naming.USUAL.isFile("202601312359")).isFalse();
        Naming flyway = new Naming("V\\d{3}__slug", Map.of());
        assertThat(flyway.isFile("V001__init")).isTrue();
        assertThat(flyway.isFile("V1__init")).isFalse();
    }

    @Test
    void placeholders_stand_for_names_whatever_signs_they_have() {
        Naming naming = new Naming("slug", Map.of(Naming.Kind.INDEX, "<table>_<columns>_idx"));
        assertThat(naming.fits(Naming.Kind.INDEX, "a.b_x_y_idx", "a.b", "x,y", null))
                .isTrue();
        assertThat(naming.fits(Naming.Kind.INDEX, "aXb_x_y_idx", "a.b", "x,y", null))
                .isFalse();
        assertThat(naming.fits(Naming.Kind.INDEX, "t_lower_idx", "t", null, null))
                .isTrue();
        assertThat(naming.fits(Naming.Kind.TABLE, "Any \\E thing", null, null, null))
                .isTrue();
    }

    @Test
    void pattern_that_is_none_is_refused_at_once() {
        assertThatThrownBy(() -> new Naming("(", Map.of())).isInstanceOf(PatternSyntaxException.class);
        assertThatThrownBy(() -> new Naming("slug", Map.of(Naming.Kind.TABLE, "[")))
                .isInstanceOf(PatternSyntaxException.class);
    }
}
