package dev.lockkeeper.analytics.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.address.Approach;
import dev.lockkeeper.address.Host;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How Spark is told to reach the database. */
@Tag("ANA-05")
class SparkAddressTest {
    private static Target target(Host host) {
        return new Target(
                List.of(host, new Host("two", null, 5433)),
                "sh op",
                "me",
                new Secret("geheim"),
                Map.of(
                        "sslmode",
                        "verify-full",
                        "channelBinding",
                        "require",
                        "sslpassword",
                        "key",
                        "currentSchema",
                        "own",
                        "options",
                        "-c a=b"),
                Approach.plain());
    }

    @Test
    void url_has_all_hosts_and_what_the_driver_is_told_but_no_secret() {
        SparkAddress address = new SparkAddress(target(new Host("one", null, 5432)), null);
        assertThat(address.problem()).isEmpty();
        assertThat(address.url())
                .isEqualTo("jdbc:postgresql://one:5432,two:5433/sh+op?ApplicationName=lockkeeper+spark"
                        + "&channelBinding=require&sslmode=verify-full&targetServerType=primary");
        assertThat(address.properties())
                .containsOnlyKeys("user", "password", "sslpassword", "options")
                .containsEntry("password", "geheim");
        assertThat(address.properties().get("options"))
                .startsWith("-c a=b ")
                .contains("-c search_path=pg_catalog,\\ pg_temp", "-c row_security=off")
                .doesNotContain("role=");
    }

    @Test
    void role_sees_what_its_policies_show_whatever_it_is_called() {
        SparkAddress address = new SparkAddress(target(new Host("one", null, 5432)), "a \\b\" -c x=y");
        assertThat(address.properties(List.of("st\"ate x")).get("options"))
                .contains("-c role=a\\ \\\\b\"\\ -c\\ x=y", "-c row_security=on", "-c search_path=\"st\"\"ate\\ x\"");
    }

    @Test
    void sockets_and_addresses_beside_names_are_refused() {
        assertThat(new SparkAddress(target(new Host("/tmp", null, 5432)), null).problem())
                .isPresent();
        assertThat(new SparkAddress(target(new Host("one", "10.0.0.1", 5432)), null).problem())
                .isPresent();
    }
}
