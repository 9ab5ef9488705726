package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("USE-01")
class OptionsTest {
    @Tag("RUN-12")
    @ParameterizedTest
    @ValueSource(ints = {14, 19, -1})
    void a_version_that_is_not_supported_is_refused(int major) {
        assertThatThrownBy(() -> Options.version(major))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessage("PostgreSQL " + major + " is not supported\n"
                        + "an embedded server is one of the versions 15 to 18\n"
                        + "choose one of these versions");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"port", "listen_addresses", "LISTEN_ADDRESSES", "unix_socket_directories", "log_destination"})
    void a_setting_that_would_open_or_lose_the_server_is_refused(String name) {
        assertThatThrownBy(() -> Options.defaults().withSetting(name, "x"))
                .hasMessageStartingWith("the setting " + name + " of an embedded server cannot be changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "work mem", "a=b", "x\ny"})
    void what_cannot_be_the_name_of_a_setting_is_refused(String name) {
        assertThatThrownBy(() -> Options.defaults().withSetting(name, "x"))
                .hasMessageStartingWith("\"" + name + "\" is not the name of a server setting");
    }

    @Test
    void a_later_setting_of_the_same_name_replaces_the_earlier() {
        assertThat(Options.defaults()
                        .withSetting("work_mem", "1MB")
                        .withSetting("work_mem", "2MB")
                        .settings())
                .isEqualTo(Map.of("work_mem", "2MB"));
    }
}
