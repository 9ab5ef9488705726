package dev.lockkeeper.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** What the SDK complains of, which it would print with stack traces otherwise; the first complaint is what a person needs. */
final class Noise implements AutoCloseable {
    private static final int LONGEST = 300;

    /** Held here: a logger that nobody holds forgets what was set. */
    private final Logger logger = Logger.getLogger("io.opentelemetry");

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                add(new SimpleFormatter().formatMessage(record));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    void hear() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    void add(String complaint) {
        if (heard.isEmpty()) {
            String line = complaint.replaceAll("\\p{Cntrl}+", " ");
            heard.add(line.length() > LONGEST ? line.substring(0, LONGEST) : line);
        }
    }

    /** The first complaint; null when there is none. */
    @Nullable
    String first() {
        return heard.isEmpty() ? null : heard.get(0);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
