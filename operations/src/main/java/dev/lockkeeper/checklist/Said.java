package dev.lockkeeper.checklist;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a command has said: the digest of its standard output, and the last lines of both streams. Thread-safe. */
final class Said {
    private static final int LINES = 20;
    private static final int WIDTH = 500;
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]|[\\p{Cntrl}\\p{Cf}\u2028\u2029]");

    private final Confidential confidential;
    private final MessageDigest digest = Entry.digest();
    private final Deque<String> lines = new ArrayDeque<>();
    private long bytes;
    private @Nullable String lost;

    Said(Confidential confidential) {
        this.confidential = confidential;
    }

    /** A stream that counts what goes to another one. */
    OutputStream counting(OutputStream to) {
        return new Both(to) {
            @Override
            void take(byte[] content, int from, int length) {
                count(content, from, length);
            }
        };
    }

    /** A stream that remembers the last lines of what goes to another one. */
    OutputStream telling(OutputStream to) {
        return new Both(to) {
            private final ByteArrayOutputStream line = new ByteArrayOutputStream();

            @Override
            void take(byte[] content, int from, int length) {
                for (int i = from; i < from + length; i++) {
                    if (content[i] == '\n') {
                        end();
                    } else if (content[i] == '\r') {
                        // what is written over was never meant to stay
                        line.reset();
                    } else if (line.size() < WIDTH * 8) {
                        line.write(content[i]);
                    }
                }
            }

            private void end() {
                add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            }

            @Override
            public void close() throws IOException {
                super.close();
                if (line.size() > 0) {
                    end();
                }
            }
        };
    }

    private synchronized void count(byte[] content, int from, int length) {
        digest.update(content, from, length);
        bytes += length;
    }

    synchronized void add(String line) {
        lines.add(line);
        if (lines.size() > LINES) {
            lines.remove();
        }
    }

    private synchronized void lose(IOException e) {
        lost = lost == null ? String.valueOf(e.getMessage()) : lost;
    }

    /** Why not all of it went where it should; null when it did. */
    synchronized @Nullable String lost() {
        return lost;
    }

    /** Asked for once, at the end. */
    synchronized byte[] digest() {
        return digest.digest();
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Secrets are looked for in these alone: a command that says much would wait for it. */
    synchronized List<String> tail() {
        return lines.stream().map(this::kept).toList();
    }

    private String kept(String line) {
        // in this order: an escape within a secret must not hide it
        String shown = confidential.masked(ESCAPES.matcher(line).replaceAll(""));
        return shown.length() > WIDTH ? shown.substring(0, WIDTH) + "..." : shown;
    }

    /** Goes on to another stream, which is not closed with it. */
    private abstract class Both extends FilterOutputStream {
        Both(OutputStream to) {
            super(to);
        }

        abstract void take(byte[] content, int from, int length);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] content, int from, int length) {
            take(content, from, length);
            try {
                out.write(content, from, length);
            } catch (IOException e) {
                // the command goes on, and whoever kept its output is told that it is not whole
                lose(e);
            }
        }

        @Override
        public void close() throws IOException {
            if (out instanceof Both) {
                out.close();
            }
            // any other stream is of somebody else
        }
    }
}
