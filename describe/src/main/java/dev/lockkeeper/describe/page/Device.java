package dev.lockkeeper.describe.page;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names that Windows keeps for devices, in every folder and with any ending ("Naming Files, Paths, and Namespaces"): a checkout of a
 * file that is called so fails there.
 */
public final class Device {
    private static final Pattern NAMES =
            Pattern.compile("con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]");

    private Device() {}

    /** Whether a name of a file without its ending, in letters of any size, is one of them. */
    public static boolean isNamed(String name) {
        return NAMES.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
}
