package dev.lockkeeper.describe.dictionary;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a file for a name of the database. Each name has one of its own whatever other names there are, also on disks that do not tell large
 * from small letters or that compose accents, and it means nothing to a shell, a URL or Windows.
 */
final class FileName {
    /** What the pages of a schema are called, and devices of Windows ("Naming Files, Paths, and Namespaces"). */
    private static final Set<String> TAKEN = Set.of("readme", "types", "views", "sequences", "routines");

    private static final Pattern DEVICE = Pattern.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]");

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
        boolean taken = TAKEN.contains(small) || DEVICE.matcher(small).matches();
        // which letters are large stands behind a sign that elsewhere comes in pairs
        return large == 0 && !taken ? safe.toString() : safe + "~" + Long.toHexString(large);
    }
}
