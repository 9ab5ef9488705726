package dev.lockkeeper.sql;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Takes the place of a server for psql, says yes to everything, and keeps what psql sends. */
final class PsqlListener implements AutoCloseable {
    private static final Pattern END_OF_DATA = Pattern.compile("(?m)^\\\\\\.\\r?\\n?\\z");

    private static final String END_OF_FILE = "select 'end of file'";

    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    private final Predicate<String> copiesIn;

    /** @param copiesIn whether a query makes the server ask for data */
    PsqlListener(Predicate<String> copiesIn) throws IOException {
        this.copiesIn = copiesIn;
    }

    /** A query as it was sent, and the data that followed it; empty when there were none. */
    record Sent(String query, String copyData) {}

    /** Runs psql once on all files and returns the queries of each in their order. */
    List<List<Sent>> run(List<Path> scripts) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-q"));
        for (Path script : scripts) {
            command.addAll(List.of("-f", script.toString(), "-c", END_OF_FILE));
        }
        ProcessBuilder psql = new ProcessBuilder(command);
        psql.environment().keySet().removeIf(name -> name.startsWith("PG"));
        psql.environment()
                .putAll(Map.of(
                        "PGHOST", socket.getInetAddress().getHostAddress(),
                        "PGPORT", String.valueOf(socket.getLocalPort()),
                        "PGSSLMODE", "disable",
                        "PGGSSENCMODE", "disable",
                        "PGUSER", "nobody",
                        "PGCLIENTENCODING", "UTF8"));
        psql.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = psql.start();
        process.getOutputStream().close();
        CompletableFuture<List<List<Sent>>> sent = CompletableFuture.supplyAsync(this::serve);
        process.waitFor();
        return sent.get(10, TimeUnit.SECONDS);
    }

    private List<List<Sent>> serve() {
        List<List<Sent>> files = new ArrayList<>();
        List<Sent> sent = new ArrayList<>();
        try (Socket client = socket.accept();
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
            if (new String(message(in), StandardCharsets.UTF_8).isEmpty()) {
                throw new IOException("an empty start-up message");
            }
            send(out, 'R', new byte[4]);
            for (String setting : List.of(
                    "client_encoding\0UTF8\0", "server_version\00015.0\0", "standard_conforming_strings\0on\0")) {
                send(out, 'S', setting.getBytes(StandardCharsets.UTF_8));
            }
            ready(out);
            for (int type = in.read(); type == 'Q'; type = in.read()) {
                String query = text(message(in));
                if (query.equals(END_OF_FILE)) {
                    files.add(sent);
                    sent = new ArrayList<>();
                } else {
                    sent.add(new Sent(query, copiesIn.test(query) ? copyData(in, out) : ""));
                }
                send(out, 'C', "OK\0".getBytes(StandardCharsets.UTF_8));
                ready(out);
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String copyData(DataInputStream in, DataOutputStream out) throws IOException {
        send(out, 'G', new byte[] {0, 0, 0});
        out.flush();
        StringBuilder data = new StringBuilder();
        for (int type = in.read(); type == 'd'; type = in.read()) {
            data.append(new String(message(in), StandardCharsets.UTF_8));
        }
        message(in);
        // psql 15 to 17 send the line that ends the data, and the server reads no further than it
        return END_OF_DATA.matcher(data).replaceFirst("");
    }

    private static byte[] message(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt() - 4);
    }

    private static String text(byte[] message) {
        return new String(message, 0, message.length - 1, StandardCharsets.UTF_8);
    }

    private static void ready(DataOutputStream out) throws IOException {
        send(out, 'Z', new byte[] {'I'});
        out.flush();
    }

    private static void send(DataOutputStream out, char type, byte[] content) throws IOException {
        out.writeByte(type);
        out.writeInt(content.length + 4);
        out.write(content);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
