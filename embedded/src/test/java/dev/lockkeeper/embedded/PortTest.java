package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("USE-01")
class PortTest {
    @Test
    void reserved_ports_are_not_handed_out_again() {
        var ports = new HashSet<Integer>();
        for (int i = 0; i < 200; i++) {
            assertThat(ports.add(Port.reserve())).isTrue();
        }
    }

    @Test
    void a_port_that_somebody_took_meanwhile_is_given_up_for_another() throws IOException {
        try (var rival = rival()) {
            var ports = List.of(rival.getLocalPort(), rival.getLocalPort(), Port.reserve())
                    .iterator();
            try (var server = start(ports::next)) {
                assertThat(server.port()).isNotEqualTo(rival.getLocalPort());
                assertThat(ports).isExhausted();
            }
        }
    }

    @Test
    void when_no_port_can_be_had_the_servers_words_tell() throws IOException {
        try (var rival = rival()) {
            assertThatThrownBy(() -> start(rival::getLocalPort))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("could not bind IPv4 address \"127.0.0.1\": Address already in use");
        }
    }

    private static ServerSocket rival() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static Server start(IntSupplier ports) {
        var platform = Platform.current();
        var cache = Cache.open(null, Account.current(), System.getenv());
        var installation = Installation.provide(Binaries.find(18, null, platform), cache, platform);
        return Server.start(Options.defaults(), cache, installation, Template.provide(installation, cache), ports);
    }
}
