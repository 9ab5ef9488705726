package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.describe.page.Device;
import java.util.Locale;
import java.util.Set;

/**
 * The name of a file for a name of the database. Each name has one of its own whatever other names there are, also on disks that do not tell large
 * from small letters or that compose accents, and it means nothing to a shell, a URL or Windows.
 */
final class FileName {
    /** What the pages of a schema are called. */
    private static final Set<String> TAKEN = Set.of("readme", "types", "views", "sequences", "routines");

    private FileName() {}

    /** At most 250 characters for the 63 bytes of a name. */
    static String of(String name) {
        StringBuilder safe = new StringBuilder();
        long large = 0;
        int letters = 0;
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            i += Character.charCount(c);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (letter) {
                large |= c <= 'Z' ? 1L << letters : 0;
                letters++;
            }
            if (letter || (c >= '0' && c <= '9') || c == '_' || c == '-') {
                safe.appendCodePoint(c);
            } else {
                safe.append('~').append(Integer.toHexString(c)).append('~');
            }
        }
        String small = safe.toString().toLowerCase(Locale.ROOT);
        boolean taken = TAKEN.contains(small) || Device.isNamed(small);
        // which letters are large stands behind a sign that elsewhere comes in pairs
        return large == 0 && !taken ? safe.toString() : safe + "~" + Long.toHexString(large);
    }
}
