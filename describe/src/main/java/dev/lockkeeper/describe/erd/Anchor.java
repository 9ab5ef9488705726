package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;

/** The place of a table within a page. */
final class Anchor {
    private Anchor() {}

    /** A name that HTML, XML and addresses take unescaped, and that no other table has. */
    static String of(ObjectName name) {
        return "t-" + plain(name.schema()) + "." + plain(name.name());
    }

    private static String plain(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')) {
                out.append((char) c);
            } else {
                out.append('~').append(Integer.toHexString(c)).append('~');
            }
        });
        return out.toString();
    }
}
