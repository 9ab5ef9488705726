package dev.lockkeeper.doctor;

import dev.lockkeeper.project.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the way to the server is encrypted, and whether anybody checks who is at its other end. */
final class Transport implements Check {
    private static final List<String> VERIFIED = List.of("verify-ca", "verify-full");

    @Override
    public String what() {
        return "TLS";
    }

    @Override
    public Part part() {
        return Part.CONNECTION;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        Target target = patient.target();
        String mode = target.properties().getOrDefault("sslmode", "prefer");
        boolean near = target.hosts().stream()
                .allMatch(host -> host.socket().isPresent()
                        || isLoopback(Optional.ofNullable(host.address()).orElse(host.name())));
        @Nullable Boolean encrypted = null;
        if (!patient.session().isPooled()) {
            @Nullable
            String[] row = patient.row("select s.ssl, s.version from pg_stat_ssl s where s.pid = pg_backend_pid()");
            encrypted = "t".equals(row[0]);
            chart.fact("TLS", encrypted ? row[1] + ", sslmode " + mode : near ? "not needed on this machine" : "none");
        }
        judge(mode, near, encrypted, chart);
    }

    /** @param encrypted null behind a pooler, whose own way the server tells */
    static void judge(String mode, boolean near, @Nullable Boolean encrypted, Chart chart) {
        if (near) {
            return;
        }
        boolean demanded = mode.equals("require") || VERIFIED.contains(mode);
        if (!demanded && Boolean.FALSE.equals(encrypted)) {
            chart.found(
                    Symptom.TLS_OFF,
                    "",
                    "the connection is not encrypted (sslmode " + mode + ")",
                    "switch TLS on in the server, and write sslmode=verify-full into the address");
        } else if (!demanded && encrypted == null) {
            chart.unseen(
                    Part.CONNECTION,
                    "TLS between this machine and the pooler",
                    "only the server's own side can be asked; write sslmode=verify-full into the address");
        } else if (!VERIFIED.contains(mode)) {
            chart.found(
                    Symptom.TLS_UNVERIFIED,
                    "",
                    "sslmode " + mode + " takes any certificate",
                    "write sslmode=verify-full into the address, and name the certificate of the authority with sslrootcert");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
