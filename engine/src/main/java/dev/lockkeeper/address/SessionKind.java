package dev.lockkeeper.address;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a server of several must be like: {@code target_session_attrs} (manual 34.1.2). */
public enum SessionKind {
    ANY,
    READ_WRITE,
    READ_ONLY,
    PRIMARY,
    STANDBY,
    PREFER_STANDBY;

    /** The word in addresses. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Whether a server will do.
     *
     * @param standby what it reports as in_hot_standby
     * @param readOnly what it reports as default_transaction_read_only
     */
    public boolean accepts(boolean standby, boolean readOnly) {
        return switch (this) {
            case ANY -> true;
            case READ_WRITE -> !standby && !readOnly;
            case READ_ONLY -> standby || readOnly;
            case PRIMARY -> !standby;
            case STANDBY, PREFER_STANDBY -> standby;
        };
    }

    static SessionKind of(Given given) {
        List<String> words = Arrays.stream(values()).map(SessionKind::word).toList();
        return values()[words.indexOf(given.among(words))];
    }
}
