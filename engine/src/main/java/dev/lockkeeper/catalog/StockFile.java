package dev.lockkeeper.catalog;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A stock in a folder: a file for its digests, and one for the facts of each list, which is read only when it is needed. Each
 * file ends with its SHA-256.
 */
public final class StockFile {
    private static final String FORM = "lockkeeper stock 1";
    private static final int DIGEST = 32;

    private final Path folder;

    public StockFile(Path folder) {
        this.folder = folder;
    }

    /** A stock and the seed of its digests. */
    public record Kept(Stock stock, long seed) {}

    /** A file is not what was written. */
    public static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Damaged(String message) {
            super(message);
        }
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    /** Writes into the folder, which is there and empty. */
    public void write(Stock stock, long seed) throws IOException {
        Set<String> lists = stock.inventory().digests().keySet().stream()
                .map(Inventory.Key::list)
                .collect(Collectors.toCollection(TreeSet::new));
        lists.add(Lists.COLUMN_ORDER);
        for (String list : lists) {
            write(list, out -> facts(out, stock.facts().apply(list)));
        }
        write("head", out -> {
            text(out, FORM);
            out.writeLong(seed);
            out.writeInt(stock.inventory().digests().size());
            for (Map.Entry<Inventory.Key, String> e :
                    stock.inventory().digests().entrySet()) {
                text(out, e.getKey().list());
                text(out, e.getKey().schema());
                text(out, e.getValue());
            }
            texts(out, stock.given());
            texts(out, stock.roles());
            facts(out, stock.kept());
        });
    }

    /**
     * Reads what was written; the facts of a list when they are asked for.
     *
     * @throws Damaged when a file is missing or not what was written
     */
    public Kept read() {
        return read("head", in -> {
            if (!text(in).equals(FORM)) {
                throw new Damaged("another form");
            }
            long seed = in.readLong();
            Map<Inventory.Key, String> digests = new HashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                digests.put(new Inventory.Key(text(in), text(in)), text(in));
            }
            Set<String> given = new HashSet<>(texts(in));
            Set<String> roles = new HashSet<>(texts(in));
            List<Placed> kept = facts(in);
            Map<String, List<Placed>> read = new HashMap<>();
            return new Kept(
                    new Stock(
                            new Inventory(digests),
                            list -> read.computeIfAbsent(list, this::facts),
                            given,
                            roles,
                            kept),
                    seed);
        });
    }

    private List<Placed> facts(String list) {
        return Files.exists(folder.resolve(list)) ? read(list, StockFile::facts) : missing(list);
    }

    /** A list that the history has nothing of has no file. */
    private List<Placed> missing(String list) {
        boolean known = read("head", in -> {
            text(in);
            in.readLong();
            boolean found = list.equals(Lists.COLUMN_ORDER);
            for (int left = in.readInt(); left > 0; left--) {
                found |= text(in).equals(list);
                text(in);
                text(in);
            }
            return found;
        });
        if (known) {
            throw new Damaged(list + " is missing");
        }
        return List.of();
    }

    private void write(String name, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.write(new DataOutputStream(bytes));
        byte[] body = bytes.toByteArray();
        bytes.write(sha256(body, body.length));
        Files.write(folder.resolve(name), bytes.toByteArray());
    }

    private <T> T read(String name, Reader<T> reader) {
        try {
            byte[] all = Files.readAllBytes(folder.resolve(name));
            int length = all.length - DIGEST;
            if (length < 0
                    || !MessageDigest.isEqual(sha256(all, length), Arrays.copyOfRange(all, length, all.length))) {
                throw new Damaged(name);
            }
            return reader.read(new DataInputStream(new ByteArrayInputStream(all, 0, length)));
        } catch (IOException e) {
            throw new Damaged(name + ": " + e);
        }
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void facts(DataOutputStream out, List<Placed> facts) throws IOException {
        out.writeInt(facts.size());
        for (Placed fact : facts) {
            Row row = fact.row();
            text(out, fact.schema());
            text(out, row.list());
            text(out, row.thing());
            text(out, row.kind());
            text(out, row.object());
            texts(out, row.parents());
            out.writeBoolean(row.system());
            out.writeInt(row.fields().size());
            for (Map.Entry<String, String> field : new TreeMap<>(row.fields()).entrySet()) {
                text(out, field.getKey());
                text(out, field.getValue());
            }
        }
    }

    private static List<Placed> facts(DataInputStream in) throws IOException {
        List<Placed> facts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String schema = text(in);
            String list = text(in);
            String thing = text(in);
            String kind = text(in);
            String object = text(in);
            List<String> parents = texts(in);
            boolean system = in.readBoolean();
            Map<String, String> fields = new HashMap<>();
            for (int more = in.readInt(); more > 0; more--) {
                fields.put(text(in), text(in));
            }
            facts.add(new Placed(schema, new Row(list, thing, kind, object, parents, system, fields)));
        }
        return facts;
    }

    private static void texts(DataOutputStream out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(out, text);
        }
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(text(in));
        }
        return texts;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
