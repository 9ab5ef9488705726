package dev.lockkeeper.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of what was sent, and what the SDK complains of, which it would print with stack traces otherwise. The first complaint is
 * what a person needs. Thread-safe.
 */
final class Noise implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("\\bcode=(\\d{3})\\b");

    /** Held here: a logger that nobody holds forgets what was set. */
    private final Logger logger = Logger.getLogger("io.opentelemetry");

    /** Its attempts are told nowhere else, and at the end of our patience the last one is the reason. */
    private final Logger attempts = Logger.getLogger("io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSender");

    private final @Nullable Level attemptsBefore = attempts.getLevel();
    /** Loggers belong to the process: of another telemetry of it nothing is heard. */
    private final ThreadLocal<Boolean> ours = ThreadLocal.withInitial(() -> false);

    private final AtomicReference<@Nullable Complaint> first = new AtomicReference<>();
    private final AtomicReference<@Nullable Complaint> attempt = new AtomicReference<>();
    private final AtomicReference<@Nullable Complaint> fault = new AtomicReference<>();
    private final Map<String, Long> rejected = new ConcurrentSkipListMap<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            heard(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    void hear() {
        logger.setUseParentHandlers(false);
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
        attempts.setLevel(Level.FINER);
    }

    private void heard(LogRecord record) {
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            String source = String.valueOf(record.getLoggerName());
            fault.compareAndSet(null, Complaint.ofSdk(source.substring(source.lastIndexOf('.') + 1)));
        } else if (ours.get() && attempts.getName().equals(record.getLoggerName())) {
            Matcher status = STATUS.matcher(String.valueOf(record.getMessage()));
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                attempt.set(Complaint.ofFailure(thrown));
            } else if (status.find()) {
                int code = Integer.parseInt(status.group(1));
                attempt.set(code >= 300 ? Complaint.ofStatus(code) : null);
            }
        }
    }

    /** The attempts of this thread are ours. */
    void sending() {
        ours.set(true);
    }

    /**
     * A collector has answered.
     *
     * @param what was sent
     */
    void answered(int status, byte[] body, String what) {
        if (status < 200 || status >= 300) {
            add(Complaint.ofStatus(status));
            return;
        }
        long part = Taken.rejected(body).orElse(-1);
        if (part < 0) {
            add(Complaint.unread());
        } else if (part > 0) {
            rejected.merge(what, part, Long::sum);
        }
    }

    void add(Complaint complaint) {
        first.compareAndSet(null, complaint);
    }

    /**
     * The first complaint; null when there is none.
     *
     * @param late what to say when not all was sent in time and no attempt tells why; null when all was
     */
    @Nullable
    Complaint first(@Nullable Complaint late) {
        Complaint known = first.get();
        if (known != null) {
            return known;
        }
        Complaint tried = attempt.get();
        if (late != null) {
            return tried == null ? late : tried;
        }
        if (!rejected.isEmpty()) {
            return Complaint.ofPart(rejected.entrySet().stream()
                    .map(one -> one.getValue() + " " + one.getKey())
                    .collect(Collectors.joining(", ")));
        }
        return fault.get();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        attempts.setLevel(attemptsBefore);
    }
}
